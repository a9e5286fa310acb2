/** Two positions and the straight line between them. Every sign is exact: there is no tolerance in here. */

import { orient2d } from "robust-predicates";

import type { Position } from "../feature";

/**
 * On which side of a -> b the position c lies: 1 to the left, -1 to the right, 0 on the line itself.
 *
 * The sign is exact at any coordinates (Shewchuk 1997, Adaptive precision floating-point arithmetic), as the server's is.
 */
export function side(a: Position, b: Position, c: Position): number {
  return -Math.sign(orient2d(a[0]!, a[1]!, b[0]!, b[1]!, c[0]!, c[1]!)) || 0;
}

export function samePosition(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

export function distance(a: Position, b: Position): number {
  // Not Math.hypot, which is many times slower and guards against sizes that no scene has.
  const [dx, dy] = [b[0]! - a[0]!, b[1]! - a[1]!];
  return Math.sqrt(dx * dx + dy * dy);
}

/** Return whether p is in the box that a and b span, its border included. */
function within(a: Position, b: Position, p: Position): boolean {
  return (
    Math.min(a[0]!, b[0]!) <= p[0]! &&
    p[0]! <= Math.max(a[0]!, b[0]!) &&
    Math.min(a[1]!, b[1]!) <= p[1]! &&
    p[1]! <= Math.max(a[1]!, b[1]!)
  );
}

export function isOnSegment(a: Position, b: Position, p: Position): boolean {
  return within(a, b, p) && side(a, b, p) === 0;
}

/** Return whether the closed segments ab and cd share a point. */
export function segmentsMeet(a: Position, b: Position, c: Position, d: Position): boolean {
  const [s1, s2, s3, s4] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (s1 * s2 < 0 && s3 * s4 < 0) return true;
  return (
    (s1 === 0 && within(a, b, c)) ||
    (s2 === 0 && within(a, b, d)) ||
    (s3 === 0 && within(c, d, a)) ||
    (s4 === 0 && within(c, d, b))
  );
}

/** Return whether ab and cd cross at one point that is an end of neither. */
export function segmentsCross(a: Position, b: Position, c: Position, d: Position): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Return whether going a -> b -> c turns straight back. */
export function isFold(a: Position, b: Position, c: Position): boolean {
  const ahead = (b[0]! - a[0]!) * (c[0]! - b[0]!) + (b[1]! - a[1]!) * (c[1]! - b[1]!);
  return side(a, b, c) === 0 && ahead < 0;
}

/** Return the point where two segments meet, or the middle of their common part. */
export function meetingPosition(a: Position, b: Position, c: Position, d: Position): Position {
  const shared = [a, b].filter((p) => isOnSegment(c, d, p)).concat([c, d].filter((p) => isOnSegment(a, b, p)));
  if (shared.length > 0) {
    const far = shared.reduce((best, p) => (distance(shared[0]!, p) > distance(shared[0]!, best) ? p : best));
    return samePosition(shared[0]!, far) ? far : along(shared[0]!, far, 0.5);
  }
  const [ux, uy, vx, vy] = [b[0]! - a[0]!, b[1]! - a[1]!, d[0]! - c[0]!, d[1]! - c[1]!];
  const t = ((c[0]! - a[0]!) * vy - (c[1]! - a[1]!) * vx) / (ux * vy - uy * vx);
  return Number.isFinite(t) ? along(a, b, Math.min(1, Math.max(0, t))) : a;
}

/** The position a share t of the way from a to b; its ends are exact. */
function along(a: Position, b: Position, t: number): Position {
  if (t >= 1) return b;
  return [a[0]! + t * (b[0]! - a[0]!), a[1]! + t * (b[1]! - a[1]!)];
}

/** Return the fraction along ab, from 0 to 1, of the point nearest to p. */
export function shareAlong(a: Position, b: Position, p: Position): number {
  const [ux, uy] = [b[0]! - a[0]!, b[1]! - a[1]!];
  const square = ux * ux + uy * uy;
  if (square === 0) return 0;
  return Math.min(1, Math.max(0, ((p[0]! - a[0]!) * ux + (p[1]! - a[1]!) * uy) / square));
}

/** The place of the segment ab that is nearest to p. */
export function nearestOnSegment(a: Position, b: Position, p: Position): Position {
  return along(a, b, shareAlong(a, b, p));
}

export function distanceToSegment(a: Position, b: Position, p: Position): number {
  return distance(p, nearestOnSegment(a, b, p));
}
