/** Polygons grown or shrunk by a distance. */

import type { Polygon, Position, Ring } from "../feature";
import { largestFirst } from "./boolean";
import { overlayRings } from "./overlay";
import { type Result, isRefused, ok, refuse } from "./result";
import { close, open, oriented, withoutRepeats } from "./ring";
import { distance, side } from "./segment";
import { simplify } from "./simplify";
import { TEXTS } from "../../texts";

/** More would take seconds: moved edges cross each other by the square of how dense they are. */
const MOST_CORNERS = 5000;
/** A corner is mitred where its new position is at most this many radii away: one of 60° or more. Sharper ones become round. */
const MITRE_LIMIT = 2;

/**
 * The polygon with every edge moved outwards by a distance, or inwards by a negative one; a roof stays a roof.
 *
 * Where moved edges part, they are lengthened until they meet again, or joined by an arc where that is too far away;
 * loops where they meet are dropped by their winding number (Chen & McMains 2005, Polygon offsetting by computing
 * winding numbers).
 *
 * Args:
 *   radius: In units of the world.
 *   tolerance: How far, in units of the world, an edge may be from the true border.
 *
 * Gives one polygon or, where shrinking pinches it off, several, the largest first.
 */
export function buffer(polygon: Polygon, radius: number, tolerance: number): Result<Polygon[]> {
  if (!Number.isFinite(radius) || radius === 0) return refuse(TEXTS.shapes.growBy(radius));
  const rings = oriented(simplify(polygon, tolerance / 4)).coordinates;
  const count = rings.flat().length;
  if (count > MOST_CORNERS) return refuse(TEXTS.shapes.tooManyVertices(count, MOST_CORNERS));
  const grown = overlayRings(
    "union",
    rings.map((ring) => moved(withoutRepeats(ring), radius, tolerance)),
    [],
    "positive",
  );
  if (isRefused(grown)) return grown;
  return grown.ok.length > 0 ? ok(largestFirst(grown.ok)) : refuse(TEXTS.shapes.nothingLeft);
}

/** The ring with each edge moved to its right by `radius`; it crosses itself wherever moved edges meet. */
function moved(ring: Ring, radius: number, tolerance: number): Ring {
  const corners = open(ring);
  const step = 2 * Math.acos(Math.max(0, 1 - tolerance / Math.abs(radius)));
  return close(
    corners.flatMap((corner, i) => {
      const [before, after] = [corners.at(i - 1)!, corners[(i + 1) % corners.length]!];
      const [from, to] = [normal(before, corner), normal(corner, after)];
      const parts = side(before, corner, after) * Math.sign(radius) > 0;
      // Where the edges run into each other, the way by the corner itself leaves a loop that counts for nothing.
      return (parts ? joined(from, to, step) : [from, [0, 0], to]).map((n): Position => [
        corner[0]! + radius * n[0]!,
        corner[1]! + radius * n[1]!,
      ]);
    }),
  );
}

/** The unit vector to the right of a -> b. */
function normal(a: Position, b: Position): Position {
  const length = distance(a, b);
  return [(b[1]! - a[1]!) / length, (a[0]! - b[0]!) / length];
}

/** The way from one unit vector to another: by the position where the edges at right angles to them meet, or along the circle. */
function joined(from: Position, to: Position, step: number): Position[] {
  const cosine = from[0]! * to[0]! + from[1]! * to[1]!;
  if (Math.sqrt(2 / (1 + cosine)) > MITRE_LIMIT) return [from, ...arc(from, to, step), to];
  return [[(from[0]! + to[0]!) / (1 + cosine), (from[1]! + to[1]!) / (1 + cosine)]];
}

/** The unit vectors between two, at most a step in radians apart, the shorter way round. */
function arc(from: Position, to: Position, step: number): Position[] {
  const angle = Math.atan2(from[0]! * to[1]! - from[1]! * to[0]!, from[0]! * to[0]! + from[1]! * to[1]!);
  const count = Math.ceil(Math.abs(angle) / step);
  const start = Math.atan2(from[1]!, from[0]!);
  return Array.from({ length: Math.max(0, count - 1) }, (_, i) => {
    const at = start + (angle * (i + 1)) / count;
    return [Math.cos(at), Math.sin(at)];
  });
}
