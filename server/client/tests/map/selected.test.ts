// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { cornersNear } from "../../src/map/selected";
import { casingOf } from "../../src/map/styles";
import { sample, square } from "../samples";

const at = (n: number) => sample({ uid: `${n}`, geometry: square(100 * n, 0) });

describe("corners of the selection", () => {
  it("are shown near the pointer only", () => {
    const side = Math.max(...at(0).geometry.coordinates[0]!.map(([x]) => x!));
    expect(cornersNear([at(0)], [0, 0], 0.05)).toEqual([[0, 0]]);
    expect(cornersNear([at(0)], [side / 2, side / 2], 1 / 1000)).toEqual([]);
    expect(cornersNear([at(0)], null, 0.05)).toEqual([]);
  });

  it("are not shown of many objects, nor of one that they would hide", () => {
    const many = Array.from({ length: 9 }, (_, n) => at(n));
    expect(cornersNear(many, [0, 0], 0.05)).toEqual([]);
    expect(cornersNear(many.slice(1), [100, 0], 0.05)).toHaveLength(1);
    expect(cornersNear([at(0)], [0, 0], 1)).toEqual([]);
  });
});

describe("the casing of a line", () => {
  it("is light where the colour is dark", () => {
    expect(["#56b4e9", "#e69f00", "#ffffff"].map(casingOf)).toEqual(Array(3).fill("rgba(0, 0, 0, 0.6)"));
    expect(["#0072b2", "#000000", "#7a0019"].map(casingOf)).toEqual(Array(3).fill("rgba(255, 255, 255, 0.75)"));
  });
});
