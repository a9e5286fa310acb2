import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon } from "../../src/model/feature";
import { area } from "../../src/model/geometry";
import { merge, sharedArea } from "../../src/model/shapes/boolean";
import { caught } from "../../src/model/shapes/lasso";
import { covers, locate } from "../../src/model/shapes/ring";
import { segmentsMeet } from "../../src/model/shapes/segment";
import { insertShared, knit, moveShared, verticesAt, withShared } from "../../src/model/shapes/shared";
import { move } from "../../src/model/shapes/transform";
import { square } from "../samples";
import { done, far, polygon, shapes, shifts, stars } from "./arbitrary";

describe("shared borders", () => {
  const [left, right] = [square(), square(10, 0)];

  it("move together", () => {
    expect(verticesAt([left, right], [10, 10])).toEqual([{ polygon: 0, ring: 0, index: 2 }, { polygon: 1, ring: 0, index: 3 }]);
    const [a, b, c] = moveShared([left, right, square(50, 50)], [10, 10], [11, 12]);
    expect(a!.coordinates[0]).toContainEqual([11, 12]);
    expect(b!.coordinates[0]).toContainEqual([11, 12]);
    expect(c).toEqual(square(50, 50));
    expect(moveShared([left], [0, 0], [1, 1])[0]!.coordinates[0]!.at(-1)).toEqual([1, 1]);
    expect(withShared([left, right], [{ polygon: 0, ring: 0, index: 1 }, { polygon: 0, ring: 0, index: 2 }]).length).toBe(4);
    expect(verticesAt([left], [10.001, 10])).toEqual([]);
    expect(verticesAt([left], [10.001, 10], 0.01).length).toBe(1);
  });

  it("get the same corners", () => {
    const [a, b] = insertShared([left, right], [10, 4], 1e-6);
    expect([a, b].map((p) => p!.coordinates[0]!.length)).toEqual([6, 6]);
    expect(insertShared([left], [10, 10], 1e-6)[0]).toBe(left);
    expect(insertShared([left], [5, 5], 1e-6)[0]).toBe(left);
    const tall = far(polygon([[10, -5], [20, -5], [20, 15], [10, 15]]));
    const knitted = knit(far(left), [tall, far(square(50, 50))], 1e-6);
    expect(knitted.neighbours[0]!.coordinates[0]!.length).toBe(7);
    expect(knitted.polygon).toEqual(far(left));
    const wide = knit(tall, [far(left)], 1e-6);
    expect(wide.polygon.coordinates[0]!.length).toBe(7);
    expect(area(done(merge([wide.polygon, ...wide.neighbours])))).toBeCloseTo(300, 6);
  });

  it("lets nothing open up when a knitted corner moves", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), shifts, (y, [dx, dy]) => {
      const pair = insertShared([left, right], [10, y], 1e-6);
      const moved = moveShared(pair, [10, y], [10 + dx / 10, y + dy / 100]);
      expect(sharedArea(moved[0]!, moved[1]!)).toBeLessThan(1e-5);
    }));
  });
});

describe("the lasso", () => {
  it("agrees with every edge looked at", () => {
    fc.assert(fc.property(stars, fc.array(fc.tuple(shapes, shifts), { maxLength: 6 }), (lasso, placed) => {
      const ring = lasso.coordinates[0]!;
      const polygons = placed.map(([shape, [dx, dy]]) => move([scaled(shape)], dx, dy)[0]!);
      const all = polygons.map((_, i) => i);
      expect(caught(ring, polygons, "inside")).toEqual(all.filter((i) => slowly(lasso, polygons[i]!) === "inside"));
      expect(caught(ring, polygons, "touching")).toEqual(all.filter((i) => slowly(lasso, polygons[i]!) !== "apart"));
    }));
  });

  it("is caught in the midst of a polygon, but not in its hole", () => {
    const frame: Polygon = { ...square(), coordinates: [square().coordinates[0]!, square(2, 2, 6).coordinates[0]!] };
    const [small, within] = [square(0.5, 0.5, 1).coordinates[0]!, square(4, 4, 1).coordinates[0]!];
    expect(caught(small, [frame], "touching")).toEqual([0]);
    expect(caught(within, [frame], "touching")).toEqual([]);
    expect(caught(square(-1, -1, 12).coordinates[0]!, [frame, square(8, 8)], "inside")).toEqual([0]);
  });

  it("goes through 100,000 polygons", () => {
    const polygons = Array.from({ length: 100_000 }, (_, i) => square((i % 400) * 3, Math.floor(i / 400) * 3, 2));
    const round = Array.from({ length: 300 }, (_, i) => [500 + 300 * Math.cos(i / 47.75), 350 + 300 * Math.sin(i / 47.75)]);
    const found = caught(polygon(round).coordinates[0]!, polygons, "inside");
    expect(Math.abs(found.length / ((Math.PI * 300 ** 2) / 9) - 1)).toBeLessThan(0.02);
  });
});

function scaled({ type, coordinates }: Polygon): Polygon {
  return { type, coordinates: coordinates.map((ring) => ring.map(([x, y]) => [x! / 5, y! / 5])) };
}

/** How a polygon lies to a lasso, by all of their edges and corners. */
function slowly(lasso: Polygon, polygon: Polygon): "inside" | "touching" | "apart" {
  const ring = lasso.coordinates[0]!;
  const meet = polygon.coordinates.some((border) =>
    border.slice(1).some((b, i) => ring.slice(1).some((d, k) => segmentsMeet(border[i]!, b, ring[k]!, d))),
  );
  if (meet) return "touching";
  if (locate(ring, polygon.coordinates[0]![0]!) === "inside") return "inside";
  return covers(polygon, ring[0]!) ? "touching" : "apart";
}
