/** Plane geometry on polygon rings, in whatever units the scene has. */

import type { Extent, Polygon, Position, Ring } from "./feature";

export function extentOf(polygon: Polygon): Extent {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const p of polygon.coordinates[0] ?? []) {
    minX = Math.min(minX, p[0]!);
    minY = Math.min(minY, p[1]!);
    maxX = Math.max(maxX, p[0]!);
    maxY = Math.max(maxY, p[1]!);
  }
  return [minX, minY, maxX, maxY];
}

/** The extent around several. */
export function joint(extents: readonly Extent[]): Extent {
  return extents.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
}

export function overlaps(a: Extent, b: Extent): boolean {
  return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/** Unsigned area of a closed ring, computed about its first vertex so that large coordinates cost no digits. */
export function ringArea(ring: Ring): number {
  const [x0, y0] = ring[0] ?? [0, 0];
  let twice = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[i + 1]!];
    twice += (a[0]! - x0!) * (b[1]! - y0!) - (b[0]! - x0!) * (a[1]! - y0!);
  }
  return Math.abs(twice) / 2;
}

export function area(polygon: Polygon): number {
  const [outer, ...holes] = polygon.coordinates.map(ringArea);
  return holes.reduce((rest, hole) => rest - hole, outer ?? 0);
}

export function samePolygon(a: Polygon, b: Polygon): boolean {
  if (a.coordinates.length !== b.coordinates.length) return false;
  return a.coordinates.every((ring, r) => {
    const other = b.coordinates[r]!;
    return ring.length === other.length && ring.every((p, i) => p[0] === other[i]![0] && p[1] === other[i]![1]);
  });
}

function side(a: Position, b: Position, c: Position): number {
  return Math.sign((b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!));
}

function within(a: Position, b: Position, p: Position): boolean {
  return (
    Math.min(a[0]!, b[0]!) <= p[0]! && p[0]! <= Math.max(a[0]!, b[0]!) &&
    Math.min(a[1]!, b[1]!) <= p[1]! && p[1]! <= Math.max(a[1]!, b[1]!)
  );
}

/** Whether the closed segments ab and cd share a point. */
export function segmentsMeet(a: Position, b: Position, c: Position, d: Position): boolean {
  const [s1, s2, s3, s4] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (s1 !== s2 && s3 !== s4) return true;
  return (
    (s1 === 0 && within(a, b, c)) || (s2 === 0 && within(a, b, d)) ||
    (s3 === 0 && within(c, d, a)) || (s4 === 0 && within(c, d, b))
  );
}

/** Why the server would refuse this outline, as a sentence for the analyst, or null. */
export function outlineProblem(polygon: Polygon): string | null {
  for (const ring of polygon.coordinates.map(withoutRepeats)) {
    const count = ring.length - 1;
    for (let i = 0; i < count; i++) {
      for (let j = i + 1; j < count; j++) {
        const neighbours = j === i + 1 || (i === 0 && j === count - 1);
        const [a, b, c, d] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
        // Neighbours share one end; they may only not run back over each other.
        const meets = neighbours
          ? count > 3 && (j === i + 1 ? folded(a, b, d) : folded(c, d, b))
          : segmentsMeet(a, b, c, d);
        if (meets) return "The outline would cross itself.";
      }
    }
    if (count < 3 || !(ringArea(ring) > 0)) return "The outline needs at least three corners that enclose an area.";
  }
  return null;
}

function withoutRepeats(ring: Ring): Ring {
  return ring.filter((p, i) => i === 0 || p[0] !== ring[i - 1]![0] || p[1] !== ring[i - 1]![1]);
}

/** Whether going a -> b -> c turns straight back. */
function folded(a: Position, b: Position, c: Position): boolean {
  const ahead = (b[0]! - a[0]!) * (c[0]! - b[0]!) + (b[1]! - a[1]!) * (c[1]! - b[1]!);
  return side(a, b, c) === 0 && ahead < 0;
}
