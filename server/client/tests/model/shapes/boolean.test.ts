import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon } from "../../../src/model/feature";
import { area } from "../../../src/model/shapes/geometry";
import { intersect, merge, overlap, sharedArea, subtract, totalArea } from "../../../src/model/shapes/boolean";
import { overlay } from "../../../src/model/shapes/overlay";
import { signedArea } from "../../../src/model/shapes/ring";
import { move } from "../../../src/model/shapes/transform";
import { isValid } from "../../../src/model/shapes/validity";
import { square } from "../../samples";
import { FAR, done, far, polygon, shapes, shifts, stars } from "./arbitrary";

describe("booleans", () => {
  it("keep areas, validity and direction", () => {
    fc.assert(
      fc.property(shapes, shapes, shifts, (a, other, [dx, dy]) => {
        const b = move([other], dx, dy)[0]!;
        const [union, common, rest] = (["union", "intersection", "difference"] as const).map((kind) =>
          done(kind === "union" ? overlay(kind, [a, b], []) : overlay(kind, [a], [b])),
        ) as [Polygon[], Polygon[], Polygon[]];
        const tolerance = 5e-3;
        expect(Math.abs(totalArea(union) + totalArea(common) - area(a) - area(b))).toBeLessThan(tolerance);
        expect(Math.abs(totalArea(rest) + totalArea(common) - area(a))).toBeLessThan(tolerance);
        for (const part of [...union, ...common, ...rest]) {
          expect(isValid(part)).toBe(true);
          expect(part.coordinates.map(signedArea).map(Math.sign)).toEqual(part.coordinates.map((_, r) => (r ? -1 : 1)));
        }
      }),
      { numRuns: 80 },
    );
  });

  it("give the same far away", () => {
    fc.assert(
      fc.property(shapes, stars, shifts, (a, other, [dx, dy]) => {
        const b = move([other], dx, dy)[0]!;
        const [here, there] = [sharedArea(a, b), sharedArea(far(a), far(b))];
        expect(Math.abs(here - there)).toBeLessThan(5e-3);
      }),
      { numRuns: 30 },
    );
  });

  it("leave the coordinates alone that they need not touch", () => {
    const a = polygon([
      [0.1, 0.2],
      [10.3, 0.7],
      [10.1, 10.9],
      [0.3, 10.01],
    ]);
    const b = move([a], 5.123, 5.456)[0]!;
    const kept = (shape: Polygon, from: Polygon[]): number => {
      const before = from.flatMap((p) => p.coordinates[0]!.map(String));
      return new Set(shape.coordinates[0]!.map(String).filter((p) => before.includes(p))).size;
    };
    expect(kept(done(merge([a, b])), [a, b])).toBe(6);
    expect(kept(done(subtract(far(a), [far(b)]))[0]!, [far(a)])).toBe(3);
  });

  it("merge what shares a border, whole or in part, and slanted", () => {
    expect(area(done(merge([square(), square(10, 0)])))).toBe(200);
    expect(area(done(merge([square(), square(10, 5)])))).toBe(200);
    const slope = polygon([
      [0, 0],
      [30, 10],
      [0, 20],
    ]);
    // Its border lies on the slanted edge as well as floating point can say.
    const below = polygon([
      [3, 1],
      [7.1, 7.1 / 3],
      [9, -5],
    ]);
    expect(done(merge([far(slope), far(below)])).coordinates.length).toBe(1);
    expect(merge([square(), square(11, 0)])).toEqual({ problem: expect.stringMatching(/2 pieces/) as string });
    expect(merge([square(), square(10, 10)])).toHaveProperty("problem");
    expect(merge([square()])).toHaveProperty("problem");
  });

  it("cut holes and bites", () => {
    const [ring] = done(subtract(square(), [square(2, 2, 3)]));
    expect(ring!.coordinates.length).toBe(2);
    expect(area(ring!)).toBe(91);
    expect(done(subtract(square(), [square(-1, 4, 12)])).map(area)).toEqual([40]);
    expect(
      done(
        subtract(square(), [
          polygon([
            [4, -1],
            [5, -1],
            [5, 11],
            [4, 11],
          ]),
        ]),
      ).map(area),
    ).toEqual([50, 40]);
    expect(subtract(square(), [square(-1, -1, 12)])).toHaveProperty("problem");
    expect(subtract(square(), [square(20, 0)])).toHaveProperty("problem");
    // A hole that touches the border at one position stays a hole.
    const [touched] = done(
      subtract(square(), [
        polygon([
          [5, 0],
          [7, 3],
          [3, 3],
        ]),
      ]),
    );
    expect(isValid(touched!)).toBe(true);
    expect(area(touched!)).toBeCloseTo(94, 5);
  });

  it("compare", () => {
    expect(overlap(square(), square())).toBe(1);
    expect(overlap(square(FAR[0], FAR[1], 10), square(FAR[0]! + 5, FAR[1], 10))).toBeCloseTo(1 / 3, 6);
    expect(done(intersect(square(), square(50, 50)))).toEqual([]);
  });
});
