import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon } from "../../../src/model/feature";
import { area, extentOf, sameGeometry } from "../../../src/model/shapes/geometry";
import { totalArea } from "../../../src/model/shapes/boolean";
import { buffer } from "../../../src/model/shapes/buffer";
import { convexHull, orientedBox } from "../../../src/model/shapes/hull";
import { isRefused } from "../../../src/model/shapes/result";
import { covers, locate, perimeter } from "../../../src/model/shapes/ring";
import { distanceToSegment } from "../../../src/model/shapes/segment";
import { simplify } from "../../../src/model/shapes/simplify";
import { squareUp } from "../../../src/model/shapes/square";
import { rotate } from "../../../src/model/shapes/transform";
import { isValid } from "../../../src/model/shapes/validity";
import { square } from "../../samples";
import { done, far, numbers, polygon, shapes, stars, wobbly } from "./arbitrary";

const angles = numbers(-7, 7);

function farthestFrom(shape: Polygon, from: Polygon): number {
  const ring = from.coordinates[0]!;
  return Math.max(
    ...shape.coordinates[0]!.map((p) => Math.min(...ring.slice(1).map((b, i) => distanceToSegment(ring[i]!, b, p)))),
  );
}

describe("simplifying", () => {
  it("stays valid and within the tolerance", () => {
    fc.assert(
      fc.property(shapes, numbers(0, 40), (shape, tolerance) => {
        for (const s of [shape, far(shape)]) {
          const simple = simplify(s, tolerance);
          expect(isValid(simple)).toBe(true);
          expect(farthestFrom(s, simple)).toBeLessThanOrEqual(tolerance + 1e-9);
          expect(simple.coordinates[0]!.every((p) => s.coordinates[0]!.includes(p))).toBe(true);
        }
      }),
    );
  });

  it("leaves no corner that says nothing, and drops holes that collapse", () => {
    const dense = polygon([
      [0, 0],
      [5, 0],
      [10, 0],
      [10, 5],
      [10, 10],
      [0, 10],
      [0, 4],
    ]);
    expect(simplify(dense, 0).coordinates[0]!.length).toBe(5);
    const holed = { ...square(), coordinates: [square().coordinates[0]!, square(4, 4, 0.5).coordinates[0]!] };
    expect(simplify(holed, 0.1).coordinates.length).toBe(2);
    expect(simplify(holed, 1).coordinates.length).toBe(1);
  });

  it("does 10,000 corners", () => {
    const simple = simplify(wobbly(10_000), 12);
    expect(simple.coordinates[0]!.length).toBeLessThan(2000);
    expect(isValid(simple)).toBe(true);
  });
});

describe("buffers", () => {
  /** What a corner adds to the area at a reach of 1: a kite where it is mitred, else a sector. */
  const corner = (turn: number): number => (turn <= (2 * Math.PI) / 3 ? Math.tan(turn / 2) : turn / 2);

  it("grow a convex outline by Steiner's formula, with its corners mitred", () => {
    fc.assert(
      fc.property(stars, numbers(0.5, 30), (shape, reach) => {
        const hull = done(convexHull([shape]));
        const [grown, ...others] = done(buffer(far(hull), reach, 0.001));
        const ring = hull.coordinates[0]!;
        const headings = ring.slice(1).map((b, i) => Math.atan2(b[1]! - ring[i]![1]!, b[0]! - ring[i]![0]!));
        const turns = headings.map((h, i) => (h - headings.at(i - 1)! + 4 * Math.PI) % (2 * Math.PI));
        const corners = turns.reduce((sum, turn) => sum + corner(turn), 0);
        const expected = area(hull) + reach * perimeter(ring) + corners * reach * reach;
        expect(others).toEqual([]);
        expect(Math.abs(area(grown!) / expected - 1)).toBeLessThan(1e-3);
      }),
      { numRuns: 15 },
    );
  });

  it("stay valid, and move the border by the distance", () => {
    fc.assert(
      fc.property(shapes, numbers(-20, 20), (shape, reach) => {
        const made = buffer(shape, reach, 0.01);
        if (isRefused(made)) {
          expect(reach).toBeLessThanOrEqual(0);
          return;
        }
        for (const part of made.ok) {
          expect(isValid(part)).toBe(true);
          // No corner of the new border is nearer to the old one than that.
          const edges = shape.coordinates.flatMap((ring) => ring.slice(1).map((b, i) => [ring[i]!, b] as const));
          const nearest = part.coordinates
            .flat()
            .map((p) => Math.min(...edges.map(([a, b]) => distanceToSegment(a, b, p))));
          expect(Math.min(...nearest)).toBeGreaterThan(Math.abs(reach) - 0.05);
        }
        expect(totalArea(made.ok) > area(shape)).toBe(reach > 0);
      }),
      { numRuns: 40 },
    );
  });

  it("leave a roof a roof, whichever way it is turned, and round what is sharp", () => {
    const yard = polygon([
      [0, 0],
      [30, 0],
      [30, 20],
      [18, 20],
      [18, 8],
      [12, 8],
      [12, 20],
      [0, 20],
    ]);
    fc.assert(
      fc.property(angles, numbers(-2, 2.5), (angle, reach) => {
        if (Math.abs(reach) < 0.1) return;
        const [turned] = rotate([yard], [15, 10], angle);
        const [grown, ...others] = done(buffer(turned!, reach, 0.01));
        expect(others).toEqual([]);
        expect(grown!.coordinates[0]).toHaveLength(9);
        expect(area(grown!)).toBeCloseTo(528 + reach * 124 + reach ** 2 * (6 - 2), 3);
      }),
      { numRuns: 20 },
    );
    const spike = polygon([
      [0, 0],
      [100, 0],
      [100, 4],
    ]);
    expect(extentOf(done(buffer(spike, 2, 0.001))[0]!)[0]).toBeCloseTo(-2, 2);
  });

  it("pinch off, vanish, and fill holes", () => {
    const dumbbell = polygon([
      [0, 0],
      [10, 0],
      [10, 4],
      [20, 4],
      [20, 0],
      [30, 0],
      [30, 10],
      [20, 10],
      [20, 6],
      [10, 6],
      [10, 10],
      [0, 10],
    ]);
    expect(
      done(buffer(dumbbell, -2, 0.01))
        .map(area)
        .map(Math.round),
    ).toEqual([36, 36]);
    expect(buffer(square(), -6, 0.01)).toHaveProperty("problem");
    const holed = { ...square(), coordinates: [square().coordinates[0]!, square(4, 4, 2).coordinates[0]!] };
    expect(done(buffer(holed, 2, 0.01))[0]!.coordinates.length).toBe(1);
    expect(done(buffer(holed, 0.5, 0.01))[0]!.coordinates.length).toBe(2);
    expect(buffer(square(), 0, 0.01)).toHaveProperty("problem");
  });
});

describe("hulls and boxes", () => {
  it("cover every corner", () => {
    fc.assert(
      fc.property(stars, (shape) => {
        const [hull, box] = [done(convexHull([shape])), done(orientedBox([shape]))];
        expect(shape.coordinates[0]!.every((p) => covers(hull, p))).toBe(true);
        expect(sameGeometry(done(convexHull([hull])), hull)).toBe(true);
        expect(area(box)).toBeGreaterThan(area(hull) * (1 - 1e-12));
        const [minX, minY, maxX, maxY] = extentOf(shape);
        expect(area(box)).toBeLessThan((maxX - minX) * (maxY - minY) * (1 + 1e-12));
      }),
    );
  });

  it("find a turned box again, far away as well", () => {
    fc.assert(
      fc.property(angles, numbers(1, 50), (angle, width) => {
        const turned = far(
          rotate(
            [
              polygon([
                [0, 0],
                [width, 0],
                [width, 7],
                [0, 7],
              ]),
            ],
            [0, 0],
            angle,
          )[0]!,
        );
        expect(area(done(orientedBox([turned]))) / (7 * width)).toBeCloseTo(1, 7);
      }),
    );
    expect(
      convexHull([
        polygon([
          [0, 0],
          [1, 1],
          [2, 2],
        ]),
      ]),
    ).toHaveProperty("problem");
    expect(area(done(orientedBox([square(), square(20, 0)])))).toBe(300);
  });
});

describe("squaring", () => {
  const roof = polygon([
    [0, 0],
    [20, 0],
    [20, 12],
    [12, 12],
    [12, 20],
    [0, 20],
  ]);
  const noise = fc.array(numbers(-0.7, 0.7), { minLength: 12, maxLength: 12 });

  it("makes every corner right, keeps area and place, and does nothing twice", () => {
    fc.assert(
      fc.property(noise, angles, fc.boolean(), (offsets, angle, away) => {
        const drawn = polygon(
          roof.coordinates[0]!.slice(0, -1).map((p, i) => [p[0]! + offsets[2 * i]!, p[1]! + offsets[2 * i + 1]!]),
        );
        const [turned] = rotate([drawn], [0, 0], angle);
        const shape = away ? far(turned!) : turned!;
        const once = done(squareUp(shape));
        const ring = once.coordinates[0]!;
        for (let i = 1; i + 1 < ring.length; i++) {
          const [u, v] = [
            [ring[i]![0]! - ring[i - 1]![0]!, ring[i]![1]! - ring[i - 1]![1]!],
            [ring[i + 1]![0]! - ring[i]![0]!, ring[i + 1]![1]! - ring[i]![1]!],
          ];
          expect(Math.abs(u[0]! * v[0]! + u[1]! * v[1]!) / (Math.hypot(...u) * Math.hypot(...v))).toBeLessThan(1e-8);
        }
        expect(Math.abs(area(once) / area(shape) - 1)).toBeLessThan(0.05);
        expect(farthestFrom(once, shape)).toBeLessThan(2);
        expect(farthestFrom(done(squareUp(once)), once)).toBeLessThan(1e-7);
      }),
    );
  });

  it("drops corners at edges below the limit that is stated, and no others", () => {
    const jogged = polygon([[0, 0], [10, 0], [10, 0.8], [20, 0.8], [20, 11.5], [19.5, 12], [0, 12]]); // prettier-ignore
    const made = done(squareUp(jogged, 1));
    expect(made.coordinates[0]).toHaveLength(5);
    expect(Math.abs(area(made) / area(jogged) - 1)).toBeLessThan(0.03);
    expect(done(squareUp(jogged, 0.5)).coordinates[0]!.length).toBeGreaterThan(5);
    expect(farthestFrom(done(squareUp(made, 1)), made)).toBeLessThan(1e-7);
    // All edges are below the limit: four corners stay.
    const dot = polygon(Array.from({ length: 12 }, (_, i) => [Math.cos(i / 2), Math.sin(i / 2)]));
    const small = squareUp(dot, 50);
    if (!isRefused(small)) expect(small.ok.coordinates[0]).toHaveLength(5);
  });

  it("never gives an invalid outline, whatever it is given", () => {
    fc.assert(
      fc.property(shapes, numbers(0, 4), (shape, shortest) => {
        const made = squareUp(shape, shortest);
        if (!isRefused(made)) expect(isValid(made.ok)).toBe(true);
      }),
    );
  });

  it("leaves the slant of a bay alone, and squares holes with their roof", () => {
    const bay = polygon([
      [0, 0.3],
      [20, 0],
      [20, 12],
      [14, 18],
      [0, 18.2],
    ]);
    const ring = done(squareUp(bay)).coordinates[0]!;
    expect(ring.length).toBe(6);
    const holed = {
      ...roof,
      coordinates: [
        roof.coordinates[0]!,
        [
          [3, 3],
          [8, 3.3],
          [8.2, 8],
          [3, 8.1],
          [3, 3],
        ],
      ],
    };
    const made = done(squareUp(holed));
    expect(area({ type: "Polygon", coordinates: made.coordinates.slice(1) })).toBeCloseTo(25, 0);
    expect(locate(made.coordinates[0]!, made.coordinates[1]![0]!)).toBe("inside");
    expect(
      squareUp(
        polygon([
          [0, 0],
          [10, 5],
          [0, 10],
        ]),
      ),
    ).toBeDefined();
  });
});
