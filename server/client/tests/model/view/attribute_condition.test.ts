import { describe, expect, it } from "vitest";

import { meets, queryOf } from "../../../src/model/view/attribute_condition";
import { EVERYTHING, isOpen, passes, toQuery } from "../../../src/model/view/filter";
import { sample } from "../../samples";

const values = [undefined, null, "", "flat", "Flat roof", "yes", true, false, 0, 2.5, [1]];
const met = (condition: object): unknown[] =>
  values.filter((value) => meets({ key: "roof", ...condition }, value === undefined ? {} : { roof: value }));

describe("conditions on an attribute", () => {
  it("are met as on the server", () => {
    expect(met({})).toEqual(["flat", "Flat roof", "yes", true, false, 0, 2.5, [1]]);
    expect(met({ missing: true })).toEqual([undefined, null, ""]);
    expect(met({ equals: "flat" })).toEqual(["flat"]);
    expect(met({ equals: true })).toEqual([true]);
    expect(met({ contains: "FLAT" })).toEqual(["flat", "Flat roof"]);
    expect(met({ minimum: 1 })).toEqual([2.5]);
    expect(met({ minimum: null, maximum: 0 })).toEqual([0]);
  });

  it("are asked of the server, and open no filter", () => {
    expect(queryOf({ key: "roof", equals: "flat" })).toEqual({ attribute: "roof", attribute_is: "flat" });
    expect(queryOf({ key: "flat", equals: false })).toEqual({ attribute: "flat", attribute_yes: "false" });
    const filter = { ...EVERYTHING, attribute: { key: "floors", minimum: 2, maximum: null } };
    expect(toQuery(filter, [])).toBe("attribute=floors&attribute_min=2");
    expect(isOpen(filter)).toBe(false);
    expect(passes(filter, sample({ attributes: { floors: 3 } }))).toBe(true);
    expect(passes(filter, sample())).toBe(false);
  });
});
