/** Snapping of the pointer to a vertex, an edge, or a right angle. */

import type { Geometry, Position } from "../feature";
import { cornersOf } from "./geometry";
import { extentOfPositions } from "./ring";
import { distance, nearestOnSegment } from "./segment";

export interface Snap {
  readonly kind: "vertex" | "edge";
  readonly position: Position;
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

/** The nearest corner within a distance, in units of the world, else the nearest position on an edge, else null. */
export function snap(
  pointer: Position,
  candidates: readonly Geometry[],
  maxDistance: number,
  options: SnapOptions = {},
): Snap | null {
  const { vertices = true, edges = true, except } = options;
  let vertex: Snap | null = null;
  let edge: Snap | null = null;
  let [nearVertex, nearEdge] = [maxDistance, maxDistance];
  for (const [polygon, geometry] of candidates.entries()) {
    for (const [ring, positions] of geometry.coordinates.entries()) {
      const { length } = cornersOf(geometry, positions);
      for (let index = 0; index < length; index++) {
        // The last vertex of a line, and a point, begin no edge.
        const [a, b] = [positions[index]!, positions[index + 1] ?? positions[index]!];
        if (isBeyond(a, b, pointer, maxDistance) || except?.(polygon, ring, index)) continue;
        const toVertex = vertices ? distance(a, pointer) : Infinity;
        if (toVertex <= nearVertex)
          [vertex, nearVertex] = [{ kind: "vertex", position: a, polygon, ring, index }, toVertex];
        const position = edges ? nearestOnSegment(a, b, pointer) : a;
        const toEdge = edges ? distance(position, pointer) : Infinity;
        if (toEdge <= nearEdge) [edge, nearEdge] = [{ kind: "edge", position, polygon, ring, index }, toEdge];
      }
    }
  }
  return vertex ?? edge;
}

/** Part of an object's size that snapping may move a corner by. */
const SHARE = 0.25;

/** How far snapping may move a corner of an object of these positions: by its shorter side, while it is begun its longer. */
export function reachOf(positions: readonly Position[], isWhole: boolean): number {
  if (positions.length < 2) return Infinity;
  const [minX, minY, maxX, maxY] = extentOfPositions(positions);
  const sides = [maxX - minX, maxY - minY] as const;
  return SHARE * (isWhole ? Math.min(...sides) : Math.max(...sides));
}

/** A corner, and where the pointer was that snapping moved it from. */
export interface Drawn {
  readonly position: Position;
  readonly pointed?: Position | undefined;
}

/**
 * The corners of what is drawn: those that snapping moved farther than a quarter of its size are where they were pointed.
 *
 * Args:
 *   least: Corners from which on it is whole.
 */
export function heldBack(corners: readonly Drawn[], least: number): Position[] {
  const pointed = corners.map((c) => c.pointed ?? c.position);
  const reach = reachOf(pointed, corners.length >= least);
  return corners.map(({ position }, i) => (distance(position, pointed[i]!) > reach ? pointed[i]! : position));
}

function isBeyond(a: Position, b: Position, p: Position, maxDistance: number): boolean {
  return (
    Math.min(a[0]!, b[0]!) > p[0]! + maxDistance ||
    Math.max(a[0]!, b[0]!) < p[0]! - maxDistance ||
    Math.min(a[1]!, b[1]!) > p[1]! + maxDistance ||
    Math.max(a[1]!, b[1]!) < p[1]! - maxDistance
  );
}

/**
 * The position near the pointer that goes on from the line before -> corner straight ahead or at a right angle, or null.
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
 * As `rightAngle`, and where the corner closes the outline squarely, the position that makes a right angle at both ends.
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
