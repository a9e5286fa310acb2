import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon } from "../../../src/model/feature";
import { area } from "../../../src/model/shapes/geometry";
import { copiesAlong } from "../../../src/model/shapes/row";
import { middleOf, move, rotate, scale } from "../../../src/model/shapes/transform";
import { isValid } from "../../../src/model/shapes/validity";
import { square } from "../../samples";
import { done, far, numbers, shapes, stars } from "./arbitrary";

const factors = numbers(0.1, 10);
const angles = numbers(-7, 7);

function farthest(a: Polygon, b: Polygon): number {
  return Math.max(
    ...a.coordinates.flatMap((ring, r) =>
      ring.map((p, i) => Math.hypot(p[0]! - b.coordinates[r]![i]![0]!, p[1]! - b.coordinates[r]![i]![1]!)),
    ),
  );
}

describe("transforms", () => {
  it("go there and back, here and far away", () => {
    fc.assert(
      fc.property(shapes, angles, factors, factors, (shape, angle, sx, sy) => {
        for (const s of [shape, far(shape)]) {
          const tolerance = s === shape ? 1e-11 : 1e-8;
          const about = middleOf([s]);
          expect(farthest(rotate(rotate([s], about, angle), about, -angle)[0]!, s)).toBeLessThan(tolerance);
          const there = done(scale([s], about, sx, sy, angle));
          expect(farthest(done(scale(there, about, 1 / sx, 1 / sy, angle))[0]!, s)).toBeLessThan(tolerance);
          expect(farthest(move(move([s], 0.1, -7.3), -0.1, 7.3)[0]!, s)).toBeLessThan(tolerance);
        }
      }),
    );
  });

  it("change the area as they should, and stay valid", () => {
    fc.assert(
      fc.property(stars, angles, factors, factors, (shape, angle, sx, sy) => {
        const about = middleOf([shape]);
        const [turned] = rotate([shape], about, angle);
        const [stretched] = done(scale([shape], about, sx, -sy, angle));
        expect(area(turned!) / area(shape)).toBeCloseTo(1, 9);
        expect(area(stretched!) / (sx * sy * area(shape))).toBeCloseTo(1, 9);
        expect(isValid(turned!) && isValid(stretched!)).toBe(true);
      }),
    );
  });

  it("turn counter-clockwise, several about one place", () => {
    const [a, b] = rotate([square(), square(20, 0)], [10, 0], Math.PI / 2);
    expect(a!.coordinates[0]![0]![1]).toBeCloseTo(-10, 12);
    expect(b!.coordinates[0]![0]![1]).toBeCloseTo(10, 12);
    expect(scale([square()], [0, 0], 0)).toHaveProperty("problem");
    expect(middleOf([square(), square(20, 4)])).toEqual([15, 7]);
  });

  it("copy along a row", () => {
    const row = done(copiesAlong([square()], [65, 5], 3));
    expect(row.map(([p]) => p!.coordinates[0]![0])).toEqual([
      [20, 0],
      [40, 0],
      [60, 0],
    ]);
    expect(copiesAlong([square()], [65, 5], 0)).toHaveProperty("problem");
    expect(copiesAlong([square()], [5, 5], 2)).toHaveProperty("problem");
  });
});
