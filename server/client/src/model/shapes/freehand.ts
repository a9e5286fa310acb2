/** A line drawn with a held button, made an outline. */

import type { Polygon, Position } from "../feature";
import { isRefused, ok, refuse, type Result } from "./result";
import { repair } from "./repair";
import { close, oriented, polygonOf } from "./ring";
import { simplify } from "./simplify";

/**
 * The outline that a path stands for, its end joined to its beginning, thinned out to a tolerance in units of the world.
 *
 * Where the path crosses itself the loops that go round anything are joined, and the largest part is taken.
 */
export function freehand(path: readonly Position[], tolerance: number): Result<Polygon> {
  if (path.length < 3) return refuse("A freehand outline needs at least three places.");
  const parts = repair(polygonOf(close(path)));
  if (isRefused(parts)) return refuse("The freehand outline encloses no area.");
  const outline = oriented(polygonOf(parts.ok[0]!.coordinates[0]!));
  return ok(simplify(outline, tolerance));
}
