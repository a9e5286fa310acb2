import { describe, expect, it } from "vitest";

import type { Polygon } from "../../../src/model/feature";
import { alike, area, extentOf, outlineProblem, sameGeometry } from "../../../src/model/shapes/geometry";
import { segmentsMeet } from "../../../src/model/shapes/segment";
import { sample, square } from "../../samples";

const polygon = (...ring: number[][]): Polygon => ({ type: "Polygon", coordinates: [[...ring, ring[0]!]] });

describe("geometry", () => {
  it("measures", () => {
    expect(extentOf(square(3, 4, 5))).toEqual([3, 4, 8, 9]);
    expect(area(square(1e6, 5e6, 0.5))).toBeCloseTo(0.25, 9);
    const hole = square(2, 2, 4).coordinates[0]!;
    expect(area({ type: "Polygon", coordinates: [square().coordinates[0]!, hole] })).toBe(84);
  });

  it("compares polygons by value", () => {
    expect(sameGeometry(square(), square())).toBe(true);
    expect(sameGeometry(square(), square(0, 0, 11))).toBe(false);
    expect(sameGeometry(square(), polygon([0, 0], [10, 10], [0, 10]))).toBe(false);
  });

  it("knows which versions of a feature are drawn the same", () => {
    const known = sample();
    expect(alike(known, { ...known, geometry: square(), revision: 2, author: "bo", time: "later" })).toBe(true);
    for (const other of [
      { uid: "b" },
      { classKey: "building" },
      { state: "accepted" as const },
      { geometry: square(1) },
    ]) {
      expect(alike(known, { ...known, ...other })).toBe(false);
    }
  });

  it("knows when segments meet", () => {
    expect(segmentsMeet([0, 0], [10, 10], [0, 10], [10, 0])).toBe(true);
    expect(segmentsMeet([0, 0], [10, 0], [5, 0], [5, 5])).toBe(true);
    expect(segmentsMeet([0, 0], [4, 0], [5, 0], [9, 0])).toBe(false);
  });

  it("finds outlines that a store would refuse", () => {
    expect(outlineProblem(square())).toBeNull();
    expect(outlineProblem(polygon([0, 0], [10, 0], [5, 8]))).toBeNull();
    expect(outlineProblem(polygon([0, 0], [0, 0], [10, 0], [5, 8], [5, 8]))).toBeNull();
    expect(outlineProblem(polygon([0, 0], [10, 10], [10, 0], [0, 10]))).toMatch(/cross/);
    expect(outlineProblem(polygon([0, 0], [5, 0], [10, 0]))).toMatch(/three/);
    expect(outlineProblem(polygon([0, 0], [10, 0], [4, 0], [4, 5]))).toMatch(/cross/);
    expect(outlineProblem(polygon([0, 0], [10, 0], [10, 10], [5, 0], [0, 10]))).toMatch(/cross/);
  });

  it("agrees with a slow reference on random outlines", () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let round = 0; round < 300; round++) {
      const ring = Array.from({ length: 4 + (round % 4) }, () => [random() * 100, random() * 100]);
      expect(outlineProblem(polygon(...ring)) !== null).toBe(crossesSlowly(ring));
    }
  });
});

/** Solves for the crossing point of every pair of edges that share no corner. */
function crossesSlowly(ring: number[][]): boolean {
  const n = ring.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const [a, b, c, d] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[(j + 1) % n]!];
      const [ux, uy, vx, vy] = [b[0]! - a[0]!, b[1]! - a[1]!, d[0]! - c[0]!, d[1]! - c[1]!];
      const det = ux * vy - uy * vx;
      const t = ((c[0]! - a[0]!) * vy - (c[1]! - a[1]!) * vx) / det;
      const s = ((c[0]! - a[0]!) * uy - (c[1]! - a[1]!) * ux) / det;
      if (t >= 0 && t <= 1 && s >= 0 && s <= 1) return true;
    }
  }
  return false;
}
