/** A closed ring: its first position comes again at the end. */

import type { Extent, Polygon, Position, Ring } from "../feature";
import { distance, isOnSegment, samePosition, side } from "./segment";

/** The ring without its closing position. */
export function open(ring: Ring): readonly Position[] {
  const last = ring.length - 1;
  return last > 0 && samePosition(ring[0]!, ring[last]!) ? ring.slice(0, last) : ring;
}

/** A ring through these positions, closed where it is not. */
export function close(positions: readonly Position[]): Ring {
  const last = positions[positions.length - 1];
  return last && !(positions.length > 1 && samePosition(positions[0]!, last))
    ? [...positions, positions[0]!]
    : positions;
}

export function polygonOf(...rings: readonly Ring[]): Polygon {
  return { type: "Polygon", coordinates: rings };
}

/**
 * Area with a sign, positive where the ring goes counter-clockwise.
 *
 * It is computed about the first position, so that large coordinates cost no digits.
 */
export function signedArea(ring: Ring): number {
  const [x0, y0] = ring[0] ?? [0, 0];
  let twice = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[i + 1]!];
    twice += (a[0]! - x0!) * (b[1]! - y0!) - (b[0]! - x0!) * (a[1]! - y0!);
  }
  return twice / 2;
}

/** The ring going counter-clockwise, or clockwise; the ring itself where it does. */
export function turned(ring: Ring, counterClockwise: boolean): Ring {
  return signedArea(ring) > 0 === counterClockwise ? ring : [...ring].reverse();
}

/** The outline counter-clockwise, its holes clockwise (RFC 7946, 3.1.6); meant for polygons that are made here. */
export function oriented(polygon: Polygon): Polygon {
  return polygonOf(...polygon.coordinates.map((ring, r) => turned(ring, r === 0)));
}

export function perimeter(ring: Ring): number {
  let length = 0;
  for (let i = 0; i + 1 < ring.length; i++) length += distance(ring[i]!, ring[i + 1]!);
  return length;
}

/** The ring without positions that follow themselves. */
export function withoutRepeats(ring: Ring): Ring {
  return ring.filter((p, i) => i === 0 || !samePosition(p, ring[i - 1]!));
}

export function extentOfPositions(positions: Iterable<Position>): Extent {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const p of positions) {
    if (p[0]! < minX) minX = p[0]!;
    if (p[1]! < minY) minY = p[1]!;
    if (p[0]! > maxX) maxX = p[0]!;
    if (p[1]! > maxY) maxY = p[1]!;
  }
  return [minX, minY, maxX, maxY];
}

export function extentsMeet(a: Extent, b: Extent): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

export function contains(outer: Extent, inner: Extent): boolean {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && inner[2] <= outer[2] && inner[3] <= outer[3];
}

/** Locate a point relative to a ring, by the even-odd rule; exact. */
export function locate(ring: Ring, p: Position): "inside" | "border" | "outside" {
  let inside = false;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[i + 1]!];
    if (p[1]! < Math.min(a[1]!, b[1]!) || p[1]! > Math.max(a[1]!, b[1]!) || p[0]! > Math.max(a[0]!, b[0]!)) continue;
    if (isOnSegment(a, b, p)) return "border";
    // An edge that spans the height of p and passes to the right of it.
    if (a[1]! > p[1]! !== b[1]! > p[1]! && side(a, b, p) > 0 === b[1]! > a[1]!) inside = !inside;
  }
  return inside ? "inside" : "outside";
}

/** Return whether the position is in the polygon and in none of its holes; the border counts as in. */
export function covers(polygon: Polygon, p: Position): boolean {
  const [outer, ...holes] = polygon.coordinates;
  return outer !== undefined && locate(outer, p) !== "outside" && holes.every((hole) => locate(hole, p) !== "inside");
}
