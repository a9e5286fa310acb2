/** Holes cut and filled, and polygons taken apart. */

import type { Polygon, Position, Ring } from "../feature";
import { largestFirst, subtract } from "./boolean";
import { overlayRings } from "./overlay";
import { type Result, isRefused, ok, refuse } from "./result";
import { close, covers, locate, polygonOf, turned } from "./ring";
import { isValid } from "./validity";
import { TEXTS } from "../../texts";

/** The polygon with a hole more; one that reaches over a hole there is joins it. */
export function cutHole(polygon: Polygon, hole: Ring): Result<Polygon> {
  const [outline, ...holes] = polygon.coordinates;
  const ring = turned(close(hole), false);
  if (!isValid(polygonOf(ring))) return refuse(TEXTS.shapes.holeCrosses);
  if (!isValid(polygonOf(outline!, ring))) return refuse(TEXTS.shapes.holeWithin);
  const simply = polygonOf(outline!, ...holes, ring);
  if (isValid(simply)) return ok(simply);
  const cut = subtract(polygon, [polygonOf(ring)]);
  if (isRefused(cut)) return cut;
  return cut.ok.length === 1 ? ok(cut.ok[0]!) : refuse(TEXTS.shapes.holeCuts);
}

/** The polygon without the hole that this position is in. */
export function fillHole(polygon: Polygon, position: Position): Result<Polygon> {
  const remaining = polygon.coordinates.filter((ring, r) => r === 0 || locate(ring, position) === "outside");
  return remaining.length < polygon.coordinates.length ? ok(polygonOf(...remaining)) : refuse(TEXTS.shapes.noHoleHere);
}

export function fillHoles(polygon: Polygon): Result<Polygon> {
  return polygon.coordinates.length > 1 ? ok(polygonOf(polygon.coordinates[0]!)) : refuse(TEXTS.shapes.noHoles);
}

/**
 * The parts of a polygon that hangs together at single positions only, or has islands in its holes, the largest first.
 *
 * Inside is what an odd number of rings goes round (the even-odd rule), as such a polygon is drawn.
 */
export function explode(polygon: Polygon): Result<Polygon[]> {
  const parts = overlayRings("union", polygon.coordinates, [], "evenodd");
  if (isRefused(parts)) return parts;
  return parts.ok.length > 1 ? ok(largestFirst(parts.ok)) : refuse(TEXTS.shapes.onePart);
}

/** Return whether a position is in one of the polygon's holes. */
export function isInHole(polygon: Polygon, position: Position): boolean {
  return locate(polygon.coordinates[0]!, position) === "inside" && !covers(polygon, position);
}
