/** Polygons grown or shrunk by a distance. */

import { ClipperOffset, EndType, JoinType, type Paths64 } from "clipper2-ts";

import type { Polygon } from "../feature";
import { extentOf } from "../geometry";
import { largestFirst } from "./boolean";
import { Lattice } from "./lattice";
import { polygonsOf } from "./overlay";
import { type Result, isRefused, ok, refuse } from "./result";
import { oriented } from "./ring";

/**
 * Everything within a distance of the polygon, or for a negative one all that is that far inside of it.
 *
 * Args:
 *   reach: In units of the world; corners become round where the outline moves away from them.
 *   tolerance: How far, in units of the world, an edge may be from the true arc.
 *
 * Gives one polygon or, where shrinking pinches it off, several, the largest first.
 */
export function buffer(polygon: Polygon, reach: number, tolerance: number): Result<Polygon[]> {
  if (!Number.isFinite(reach) || reach === 0) return refuse(`A polygon cannot be grown by ${reach}: expected a distance.`);
  const [minX, minY, maxX, maxY] = extentOf(polygon);
  const margin = Math.max(0, reach) * 1.01;
  const lattice = new Lattice([minX - margin, minY - margin, maxX + margin, maxY + margin]);
  const paths = oriented(polygon).coordinates.map((ring) => ring.slice(0, -1).map((p) => lattice.enter(p)));
  const offset = new ClipperOffset(2, Math.max(1, tolerance / lattice.step));
  offset.addPaths(paths, JoinType.Round, EndType.Polygon);
  const solution: Paths64 = [];
  offset.execute(reach / lattice.step, solution);
  const grown = polygonsOf(solution.map((path) => [...path, path[0]!]), lattice);
  if (isRefused(grown)) return grown;
  return grown.ok.length > 0 ? ok(largestFirst(grown.ok)) : refuse("Nothing of the polygon would be left.");
}
