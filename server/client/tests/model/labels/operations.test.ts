import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { reshape, rework } from "../../../src/model/labels/change";
import { along, beside, clip, pasted } from "../../../src/model/labels/copies";
import { BoxConversions } from "../../../src/model/labels/box_conversions";
import type { Feature, Polygon } from "../../../src/model/feature";
import { area, extentOf, polygonsOf } from "../../../src/model/shapes/geometry";
import type { Outcome } from "../../../src/model/labels/operations";
import {
  grown,
  merged,
  provisional,
  simplified,
  separated,
  withoutHole,
  withoutHoles,
} from "../../../src/model/labels/operations";
import type { Result } from "../../../src/model/shapes/result";
import { isRefused } from "../../../src/model/shapes/result";
import { sample, square } from "../../samples";
import { done, numbers, shapes } from "../shapes/arbitrary";

const a = sample({ uid: "a", geometry: square(0, 0, 30), classKey: "building" });
const b = sample({ uid: "b", geometry: square(30, 0, 10) });
const far = sample({ uid: "far", geometry: square(100, 100) });
const courtyard: Polygon = {
  type: "Polygon",
  coordinates: [square(0, 0, 30).coordinates[0]!, square(5, 5, 6).coordinates[0]!, square(15, 5, 6).coordinates[0]!],
};
const holed = sample({ uid: "h", geometry: courtyard });
const grid = { crs: "EPSG:32645", units: "m" };

function problem<T>(result: Result<T>): string {
  return isRefused(result) ? result.problem : "";
}

function outlines({ reshaped, added }: Outcome): Polygon[] {
  return [...reshaped.map(([, outline]) => outline), ...added.map((n) => n.geometry)].flatMap(polygonsOf);
}

describe("operations", () => {
  it("merge what touches into the largest, and nothing else", () => {
    const outcome = done(merged([b, a]));
    expect(outcome.reshaped[0]![0]).toBe(a);
    expect(outcome.removed).toEqual([b]);
    expect(area(outlines(outcome)[0]!)).toBe(1000);
    expect(problem(merged([a]))).toContain("at least two");
    expect(problem(merged([a, b, far]))).toContain("2 pieces");
  });

  it("take apart what is of several pieces, fill one hole, fill all", () => {
    const bow: Polygon = {
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [10, 10],
          [10, 0],
          [0, 10],
          [0, 0],
        ],
      ],
    };
    const apart = done(separated([sample({ uid: "bow", geometry: bow }), a]));
    expect(apart.reshaped.map(([f]) => f.uid)).toEqual(["bow"]);
    expect(outlines(apart).map(area)).toEqual([25, 25]);
    expect(problem(separated([holed]))).toContain("several parts");
    expect(outlines(done(withoutHole([a, holed], [7, 7])))[0]!.coordinates).toHaveLength(2);
    expect(outlines(done(withoutHoles([a, holed])))[0]!.coordinates).toHaveLength(1);
    expect([separated([a]), withoutHole([holed], [1, 1]), withoutHoles([a])].map(problem)).not.toContain("");
  });

  it("shrink all or none, and what is pinched off becomes an object", () => {
    const waist = [
      [0, 0],
      [20, 0],
      [20, 9],
      [30, 9],
      [30, 0],
      [50, 0],
      [50, 20],
      [30, 20],
      [30, 11],
      [20, 11],
      [20, 20],
      [0, 20],
      [0, 0],
    ];
    const dumbbell = sample({ uid: "d", geometry: { type: "Polygon", coordinates: [waist] } });
    const outcome = done(grown([dumbbell], -2, 0.1));
    expect(outcome.added).toHaveLength(1);
    expect(outcome.added[0]!.classKey).toBe(dumbbell.classKey);
    expect(problem(grown([dumbbell, b], -6, 0.1))).not.toBe("");
    expect(rework("Grown", done(grown([a], 0, 0.1)))).toBeNull();
  });

  it("leave no outline with more corners than it had", () => {
    fc.assert(
      fc.property(shapes, numbers(0.01, 2), (geometry, tolerance) => {
        const [made] = outlines(done(simplified([sample({ geometry })], tolerance)));
        expect(made!.coordinates.flat().length).toBeLessThanOrEqual(geometry.coordinates.flat().length);
      }),
      { numRuns: 30, seed: 6 },
    );
  });

  it("are drawn before they are done", () => {
    const [[shown, outline]] = provisional([{ uid: "n", classKey: "tree", geometry: square() }]) as [
      [Feature, Polygon],
    ];
    expect([shown.uid, shown.classKey, outline]).toEqual(["n", "tree", square()]);
  });
});

describe("boxes", () => {
  it("go back to what they were, edited ones are boxed again", () => {
    const conversions = new BoxConversions(0.1);
    const triangle = sample({
      uid: "t",
      geometry: {
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [10, 0],
            [0, 10],
            [0, 0],
          ],
        ],
      },
    });
    const boxed = done(conversions.toggled([triangle, holed]));
    const now = boxed.reshaped.map(([f, geometry]) => ({ ...f, geometry }));
    expect(now.map((f) => f.geometry.coordinates[0]!.length)).toEqual([5, 5]);
    expect(outlines(done(conversions.toggled(now)))).toEqual([triangle.geometry, courtyard]);
    // One that is a box already does not keep the others from becoming one.
    expect(done(conversions.toggled([now[0]!, a])).reshaped.map(([f]) => f.uid)).toEqual(["a"]);
    expect(reshape(done(conversions.toggled([{ ...now[0]!, geometry: square(3, 3) }])).reshaped)).toBeNull();
  });
});

describe("copies", () => {
  it("are pasted about a place, in the same coordinates only", () => {
    const kept = clip([a, b], grid);
    const made = done(pasted(kept, [100, 50], grid));
    expect(made.map((n) => n.classKey)).toEqual(["building", "tree"]);
    expect(extentOf(made[0]!.geometry)).toEqual([80, 35, 110, 65]);
    expect(new Set([...made.map((n) => n.uid), "a", "b"]).size).toBe(4);
    expect(problem(pasted(kept, [0, 0], { crs: "EPSG:4326", units: "degrees" }))).toContain("EPSG:32645");
    expect(problem(pasted(null, [0, 0], grid))).not.toBe("");
  });

  it("lie beside, within the scene, or in a row", () => {
    expect(extentOf(beside([a], 1, [0, 0, 200, 200])[0]!.geometry)).toEqual([31, 0, 61, 30]);
    expect(extentOf(beside([a], 1, [-50, 0, 40, 200])[0]!.geometry)).toEqual([-31, 0, -1, 30]);
    const row = done(along([a], [115, 15], 4, 5000));
    expect(row.map((n) => extentOf(n.geometry)[0])).toEqual([25, 50, 75, 100]);
    expect(problem(along(Array(10).fill(a), [100, 0], 600, 5000))).toContain("6000");
  });
});
