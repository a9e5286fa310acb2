/** Snapping of the pointer to a vertex, an edge, or a right angle. */

import type { Polygon, Position } from "../feature";
import { distance, nearestOnSegment } from "./segment";

export interface Snap {
  readonly kind: "vertex" | "edge";
  readonly place: Position;
  /** Place in the list of candidates, ring, and corner, or the corner that the edge leaves. */
  readonly polygon: number;
  readonly ring: number;
  readonly index: number;
}

export interface SnapOptions {
  readonly vertices?: boolean;
  readonly edges?: boolean;
  /** Edges and corners for which this is true are passed over: those of what is being dragged. */
  readonly except?: (polygon: number, ring: number, index: number) => boolean;
}

/** The nearest corner within a distance, in units of the world, else the nearest place on an edge, else null. */
export function snap(
  pointer: Position,
  candidates: readonly Polygon[],
  reach: number,
  options: SnapOptions = {},
): Snap | null {
  const { vertices = true, edges = true, except } = options;
  let vertex: Snap | null = null;
  let edge: Snap | null = null;
  let [nearVertex, nearEdge] = [reach, reach];
  for (const [polygon, { coordinates }] of candidates.entries()) {
    for (const [ring, places] of coordinates.entries()) {
      for (let index = 0; index + 1 < places.length; index++) {
        const [a, b] = [places[index]!, places[index + 1]!];
        if (isBeyond(a, b, pointer, reach) || except?.(polygon, ring, index)) continue;
        const toVertex = vertices ? distance(a, pointer) : Infinity;
        if (toVertex <= nearVertex)
          [vertex, nearVertex] = [{ kind: "vertex", place: a, polygon, ring, index }, toVertex];
        const place = edges ? nearestOnSegment(a, b, pointer) : a;
        const toEdge = edges ? distance(place, pointer) : Infinity;
        if (toEdge <= nearEdge) [edge, nearEdge] = [{ kind: "edge", place, polygon, ring, index }, toEdge];
      }
    }
  }
  return vertex ?? edge;
}

function isBeyond(a: Position, b: Position, p: Position, reach: number): boolean {
  return (
    Math.min(a[0]!, b[0]!) > p[0]! + reach ||
    Math.max(a[0]!, b[0]!) < p[0]! - reach ||
    Math.min(a[1]!, b[1]!) > p[1]! + reach ||
    Math.max(a[1]!, b[1]!) < p[1]! - reach
  );
}

/**
 * The place near the pointer that goes on from the line before -> corner straight ahead or at a right angle, or null.
 *
 * Args:
 *   most: By how many degrees the pointer's direction may miss it.
 */
export function rightAngle(before: Position, corner: Position, pointer: Position, most: number): Position | null {
  const [ux, uy] = [corner[0]! - before[0]!, corner[1]! - before[1]!];
  const [vx, vy] = [pointer[0]! - corner[0]!, pointer[1]! - corner[1]!];
  const length = Math.hypot(ux, uy);
  if (length === 0 || (vx === 0 && vy === 0)) return null;
  const turn = Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy) / (Math.PI / 2);
  const quarter = Math.round(turn);
  if (Math.abs(quarter) === 2 || Math.abs(turn - quarter) * 90 > most) return null;
  const [dx, dy] = quarter === 0 ? [ux / length, uy / length] : [(-uy * quarter) / length, (ux * quarter) / length];
  const along = vx * dx + vy * dy;
  return [corner[0]! + along * dx, corner[1]! + along * dy];
}

/**
 * As `rightAngle`, and where the corner closes the outline squarely, the place that makes a right angle at both ends.
 *
 * Args:
 *   corners: Those set so far, at least two.
 */
export function rightAngles(corners: readonly Position[], pointer: Position, most: number): Position | null {
  const [a, b, y, z] = [corners[0], corners[1], corners.at(-2), corners.at(-1)];
  if (!a || !b || !y || !z) return null;
  const guide = rightAngle(y, z, pointer, most);
  const closing = corners.length > 2 ? rightAngle(b, a, guide ?? pointer, most) : null;
  if (!guide || !closing) return guide ?? closing;
  // Both guides are lines: along z -> guide and a -> closing.
  const [ux, uy, vx, vy] = [guide[0]! - z[0]!, guide[1]! - z[1]!, closing[0]! - a[0]!, closing[1]! - a[1]!];
  const [size, turn] = [Math.hypot(ux, uy) * Math.hypot(vx, vy), ux * vy - uy * vx];
  if (Math.abs(turn) < 0.1 * size) return guide;
  const t = ((a[0]! - z[0]!) * vy - (a[1]! - z[1]!) * vx) / turn;
  return [z[0]! + t * ux, z[1]! + t * uy];
}
