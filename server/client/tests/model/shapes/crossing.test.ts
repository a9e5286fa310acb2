import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon, Ring } from "../../../src/model/feature";
import { outlineProblem, ringArea } from "../../../src/model/shapes/geometry";
import { selfCrossings } from "../../../src/model/shapes/crossing";
import { locate, withoutRepeats } from "../../../src/model/shapes/ring";
import { isFold, segmentsMeet, side } from "../../../src/model/shapes/segment";
import { far, polygon, stars, tangles, wobbly } from "./arbitrary";

describe("crossings", () => {
  it("agree with every pair of edges looked at", () => {
    fc.assert(
      fc.property(fc.oneof(tangles, stars), (shape) => {
        expect(outlineProblem(shape)).toBe(slowProblem(shape));
      }),
      { numRuns: 400 },
    );
  });

  it("are found where they are", () => {
    expect(
      selfCrossings(
        polygon([
          [0, 0],
          [10, 10],
          [10, 0],
          [0, 10],
        ]).coordinates[0]!,
      ),
    ).toEqual([[5, 5]]);
    expect(
      selfCrossings(
        polygon([
          [0, 0],
          [10, 0],
          [4, 0],
          [4, 5],
        ]).coordinates[0]!,
      ),
    ).toContainEqual([10, 0]);
    expect(
      selfCrossings(
        polygon([
          [0, 0],
          [10, 0],
          [10, 10],
          [5, 0],
          [0, 10],
        ]).coordinates[0]!,
      ),
    ).toEqual([
      [5, 0],
      [5, 0],
    ]);
  });

  it("are looked for in 50,000 corners", () => {
    const shape = wobbly(50_000);
    expect(outlineProblem(shape)).toBeNull();
    const ring = [...shape.coordinates[0]!];
    ring[1000] = ring[30_000]!;
    expect(outlineProblem({ ...shape, coordinates: [ring] })).toMatch(/cross/);
    // A comb, whose edges are all as long as the box around it.
    const comb = Array.from({ length: 25_000 }, (_, i) => [[i, i % 2 ? 1 : 25_000]]).flat();
    expect(outlineProblem(polygon([...comb, [24_999, -5], [0, -5]]))).toBeNull();
  });

  it("are the same far from the origin", () => {
    fc.assert(
      fc.property(tangles, (shape) => {
        // Whole numbers, so that moving costs no digit.
        const there = { ...shape, coordinates: [shape.coordinates[0]!.map((p) => [p[0]! + 3e6, p[1]! + 5e6])] };
        expect(outlineProblem(there)).toBe(outlineProblem(shape));
      }),
    );
    fc.assert(
      fc.property(stars, (shape) => {
        expect(outlineProblem(far(shape))).toBeNull();
      }),
    );
  });
});

describe("places", () => {
  it("are in a ring as often as a ray says", () => {
    const positions = fc.tuple(fc.integer({ min: -1, max: 13 }), fc.integer({ min: -1, max: 13 }));
    fc.assert(
      fc.property(tangles, positions, (shape, position) => {
        const ring = shape.coordinates[0]!;
        const where = locate(ring, position);
        const onBorder = ring.some((a, i) => i + 1 < ring.length && segmentsMeet(a, ring[i + 1]!, position, position));
        expect(where === "border").toBe(onBorder);
        if (!onBorder) expect(where === "inside").toBe(angleRound(ring, position) % 2 !== 0);
      }),
    );
  });

  it("are left or right of a line exactly", () => {
    expect(side([0, 0], [3e6, 1e6], [1.5e6, 0.5e6])).toBe(0);
    expect(side([0, 0], [1e9, 1], [1e9, 1 + 2 ** -52])).toBe(1);
  });
});

/** How often the ring goes round the position, from the angles between its corners. */
function angleRound(ring: Ring, [x, y]: readonly [number, number]): number {
  let turn = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax, ay, bx, by] = [ring[i]![0]! - x, ring[i]![1]! - y, ring[i + 1]![0]! - x, ring[i + 1]![1]! - y];
    turn += Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  }
  return Math.round(turn / (2 * Math.PI));
}

/** `outlineProblem` by looking at every pair of edges. */
function slowProblem(shape: Polygon): string | null {
  for (const ring of shape.coordinates.map(withoutRepeats)) {
    const count = ring.length - 1;
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++) {
        const neighbours = j === i + 1 || (i === 0 && j === count - 1);
        const [a, b, c, d] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
        const meets = neighbours
          ? count > 3 && (j === i + 1 ? isFold(a, b, d) : isFold(c, d, b))
          : segmentsMeet(a, b, c, d);
        if (meets) return "The outline would cross itself.";
      }
    }
    if (count < 3 || !(ringArea(ring) > 0)) return "The outline needs at least three corners that enclose an area.";
  }
  return null;
}
