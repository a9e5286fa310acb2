import { describe, expect, it } from "vitest";

import { asked, missing, parsed, shown, toText } from "../../../src/model/labels/attributes";
import { fill, invert, isAsBefore, toEdit } from "../../../src/model/labels/change";
import { overlay, rebased } from "../../../src/model/labels/edit";
import { inParts } from "../../../src/model/labels/operations";
import { sample, square } from "../../samples";

const blank = { unit: null, minimum: null, maximum: null, choices: [], required: false, retired: false };
const storeys = {
  ...blank,
  key: "storeys",
  name: "Storeys",
  kind: "number" as const,
  unit: "floors",
  minimum: 1,
  maximum: 60,
  required: true,
};
const flat = { code: "flat", name: "Flat roof" };
const roof = { ...blank, key: "roof", name: "Roof", kind: "choice" as const, choices: [flat], required: true };
const used = { ...blank, key: "used", name: "Used", kind: "yes-no" as const };
const old = { ...blank, key: "old", name: "Old", kind: "text" as const, required: true, retired: true };
const classes = [{ key: "tree", attributes: [storeys, roof, used, old] }];

describe("attributes of a class", () => {
  it("are asked for unless they are retired, and missing where they are required", () => {
    expect(asked(classes, "tree").map(({ key }) => key)).toEqual(["storeys", "roof", "used"]);
    expect(asked(classes, "car")).toEqual([]);
    const half = sample({ attributes: { storeys: 0, roof: "" } });
    expect(missing(half, classes).map(({ key }) => key)).toEqual(["roof"]);
    expect(missing(sample({ attributes: { storeys: 2, roof: "thatch" } }), classes)).toEqual([]);
  });

  it("are read from a form, or refused in a sentence", () => {
    expect(parsed(storeys, " 2,5 ")).toEqual({ ok: 2.5 });
    expect(parsed(storeys, "")).toEqual({ ok: null });
    for (const text of ["61", "0", "many", "1e9", "1,000.5"]) {
      expect(parsed(storeys, text)).toEqual({
        problem: `Storeys is "${text}", expected a number from 1 to 60 floors.`,
      });
    }
    expect([parsed(used, "yes"), parsed(used, "no"), parsed(roof, "flat")]).toEqual([
      { ok: true },
      { ok: false },
      { ok: "flat" },
    ]);
    expect(parsed({ ...old, retired: false }, "x".repeat(501))).toMatchObject({
      problem: "Old has 501 characters, expected at most 500.",
    });
  });

  it("are shown by the names of codes and with units, and whatever else as it is", () => {
    expect([shown(storeys, 3), shown(roof, "flat"), shown(roof, "thatch"), shown(used, true)]).toEqual([
      "3 floors",
      "Flat roof",
      "thatch",
      "yes",
    ]);
    expect(toText({ a: [1] })).toBe('{"a":[1]}');
  });
});

describe("filling them in", () => {
  const feature = sample({ attributes: { a: 1, roof: "flat" } });
  const step = fill([feature], { storeys: 3, roof: null }, {})!;

  it("is one edit of those that differ, and accepts a proposal", () => {
    const edit = toEdit(step.changes[0]!, true);
    expect(edit).toEqual({
      op: "update",
      uid: feature.uid,
      state: "accepted",
      set_attributes: { storeys: 3, roof: null },
    });
    expect(overlay(feature, edit, "ana").attributes).toEqual({ a: 1, storeys: 3 });
    expect(toEdit(invert(step).changes[0]!, true)).toMatchObject({ set_attributes: { storeys: null, roof: "flat" } });
    expect(fill([sample({ state: "accepted", attributes: { a: 1 } })], { a: 1 }, {})).toBeNull();
  });

  it("leaves what somebody else has said of another one", () => {
    const theirs = sample({ attributes: { ...feature.attributes, used: true }, revision: 2 });
    expect(isAsBefore(step.changes[0]!, theirs)).toBe(true);
    expect(isAsBefore(step.changes[0]!, { ...theirs, attributes: { a: 1, roof: "gable" } })).toBe(false);
    expect(overlay(theirs, rebased(toEdit(step.changes[0]!, true), theirs)!, "ana").attributes).toEqual({
      a: 1,
      storeys: 3,
      used: true,
    });
  });

  it("is kept by the parts of an object", () => {
    const { added } = inParts([[feature, [square(), square(20)]]]);
    expect(added[0]!.attributes).toEqual(feature.attributes);
  });
});
