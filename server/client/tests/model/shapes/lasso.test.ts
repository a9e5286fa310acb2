import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon } from "../../../src/model/feature";
import { caught } from "../../../src/model/shapes/lasso";
import { covers, locate } from "../../../src/model/shapes/ring";
import { segmentsMeet } from "../../../src/model/shapes/segment";
import { move } from "../../../src/model/shapes/transform";
import { square } from "../../samples";
import { polygon, shapes, shifts, stars } from "./arbitrary";

describe("the lasso", () => {
  it("agrees with every edge looked at", () => {
    fc.assert(
      fc.property(stars, fc.array(fc.tuple(shapes, shifts), { maxLength: 6 }), (lasso, placed) => {
        const ring = lasso.coordinates[0]!;
        const polygons = placed.map(([shape, [dx, dy]]) => move([scaled(shape)], dx, dy)[0]!);
        const all = polygons.map((_, i) => i);
        expect(caught(ring, polygons, "inside")).toEqual(all.filter((i) => slowly(lasso, polygons[i]!) === "inside"));
        expect(caught(ring, polygons, "touching")).toEqual(all.filter((i) => slowly(lasso, polygons[i]!) !== "apart"));
      }),
    );
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
    const round = Array.from({ length: 300 }, (_, i) => [
      500 + 300 * Math.cos(i / 47.75),
      350 + 300 * Math.sin(i / 47.75),
    ]);
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
