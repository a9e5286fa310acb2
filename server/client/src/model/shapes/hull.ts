/** The convex hull of geometries, and the smallest box around it. */

import { TEXTS } from "../../texts";
import type { Geometry, Polygon, Position } from "../feature";
import { type Result, isRefused, ok, refuse } from "./result";
import { close, polygonOf } from "./ring";
import { samePosition, side } from "./segment";

const FLAT = TEXTS.shapes.onOneLine;

/** The convex hull, counter-clockwise (Andrew 1979, Another efficient algorithm for convex hulls in two dimensions). */
export function convexHull(geometries: readonly Geometry[]): Result<Polygon> {
  const positions = geometries.flatMap(({ type, coordinates }) =>
    type === "MultiPolygon" ? coordinates.flat() : (coordinates[0] ?? []),
  );
  const sorted = [...positions].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  const corners = [...half(sorted), ...half(sorted.reverse())];
  return corners.length < 3 ? refuse(FLAT) : ok(polygonOf(close(corners)));
}

/** One half of the hull, without its last corner: that begins the other half. */
function half(positions: readonly Position[]): Position[] {
  const chain: Position[] = [];
  for (const p of positions) {
    if (chain.length > 0 && samePosition(chain.at(-1)!, p)) continue;
    while (chain.length > 1 && side(chain.at(-2)!, chain.at(-1)!, p) <= 0) chain.pop();
    chain.push(p);
  }
  return chain.slice(0, -1);
}

/**
 * The box of the smallest area around the geometries, at any angle.
 *
 * One of its sides lies along an edge of the hull (Freeman & Shapira 1975, Determining the minimum-area encasing
 * rectangle for an arbitrary closed curve).
 */
export function orientedBox(geometries: readonly Geometry[]): Result<Polygon> {
  const hull = convexHull(geometries);
  if (isRefused(hull)) return hull;
  const ring = hull.ok.coordinates[0]!;
  const boxes = ring.slice(1).map((b, i) => boxAlong(ring, ring[i]!, b));
  const best = boxes.reduce((a, b) => (b.area < a.area ? b : a));
  return ok(polygonOf(close(best.corners)));
}

/** The box around a hull with a side along ab, seen from a so that large coordinates cost no digits. */
function boxAlong(hull: readonly Position[], a: Position, b: Position): { area: number; corners: Position[] } {
  const length = Math.hypot(b[0]! - a[0]!, b[1]! - a[1]!);
  const [ux, uy] = [(b[0]! - a[0]!) / length, (b[1]! - a[1]!) / length];
  let [minU, maxU, minV, maxV] = [0, length, 0, 0];
  for (const p of hull) {
    const [x, y] = [p[0]! - a[0]!, p[1]! - a[1]!];
    const [u, v] = [x * ux + y * uy, y * ux - x * uy];
    [minU, maxU] = [Math.min(minU, u), Math.max(maxU, u)];
    [minV, maxV] = [Math.min(minV, v), Math.max(maxV, v)];
  }
  const corner = (u: number, v: number): Position => [a[0]! + u * ux - v * uy, a[1]! + u * uy + v * ux];
  const corners = [corner(minU, minV), corner(maxU, minV), corner(maxU, maxV), corner(minU, maxV)];
  return { area: (maxU - minU) * (maxV - minV), corners };
}
