import { describe, expect, test } from "vitest";

import { codesOf, keyFrom, moved, textOfCodes } from "../../../src/model/view/class_key";

describe("keys of classes", () => {
  test("a key is made from a name", () => {
    expect(keyFrom(" Tower crane ")).toBe("tower_crane");
    expect(keyFrom("Haus (klein) 2.1")).toBe("haus_klein_2.1");
    expect(keyFrom("_!_")).toBe("");
    expect(keyFrom("x".repeat(100))).toHaveLength(64);
  });

  test("a key is moved, as far as there are places", () => {
    expect(moved(["a", "b", "c"], "c", -1)).toEqual(["a", "c", "b"]);
    expect(moved(["a", "b", "c"], "a", 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], "a", -1)).toEqual(["a", "b", "c"]);
    expect(moved(["a", "b", "c"], "a", 9)).toEqual(["b", "c", "a"]);
  });

  test("a code list is read from lines, and written so", () => {
    const codes = codesOf(" flat = Flat roof \n\ngable\nodd = a = b\n");
    expect(codes).toEqual([
      { code: "flat", name: "Flat roof" },
      { code: "gable", name: "gable" },
      { code: "odd", name: "a = b" },
    ]);
    expect(codesOf(textOfCodes(codes))).toEqual(codes);
  });
});
