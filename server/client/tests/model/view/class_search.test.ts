import { describe, expect, it } from "vitest";

import { classesLike } from "../../../src/model/view/class_search";

const CLASSES = ["Building", "Bridge", "Small car", "Storage tank", "Étang", "Cargo ship"].map((name) => ({
  key: name.toLowerCase().replaceAll(" ", "-"),
  name,
  color: "#ffffff",
  hotkey: null,
  shape: "free" as const,
  attributes: [],
}));
const found = (text: string): string[] => classesLike(text, CLASSES).map((c) => c.name);

describe("search of classes", () => {
  it("takes the beginning of a name before that of a word, before initials, before what lies within", () => {
    expect(found("br")).toEqual(["Bridge"]);
    expect(found("ca")).toEqual(["Cargo ship", "Small car"]);
    expect(found("st")[0]).toBe("Storage tank");
    expect(found("sc")).toEqual(["Small car"]);
    expect(found("bg")).toEqual(["Building", "Bridge"]);
  });

  it("knows neither case nor accents, and shows all for nothing and none for what there is not", () => {
    expect(found("ET")[0]).toBe("Étang");
    expect(found(" ")).toHaveLength(6);
    expect(found("zz")).toEqual([]);
  });
});
