/** Lines on a lattice made to meet at positions that both have. */

import type { Extent, Position } from "../feature";
import { Edges } from "./edges";
import { type Path, type Point, samePoint } from "./lattice";
import { distance, isOnSegment, meetingPosition, nearestOnSegment, segmentsCross, shareAlong } from "./segment";

/** Distance in lattice steps between a point of one border and another border that it lies on, after rounding. */
const NEAR_STEPS = 2.5;
/** Rounding a new position to the lattice may make an edge cross another one; this often at most, as a rule once. */
const MOST_PASSES = 12;

/**
 * The same lines, each with a position wherever another one crosses it or has a position on it.
 *
 * New positions are rounded to the lattice, so an edge moves by half a step at most, and where a position lay within `NEAR_STEPS`
 * of it, by that.
 */
export function node(paths: readonly Path[]): Path[] {
  let noded = pass(paths, NEAR_STEPS);
  for (let i = 0, before = 0; i < MOST_PASSES && before !== countOf(noded); i++) {
    before = countOf(noded);
    noded = pass(noded, 0);
  }
  return noded;
}

function countOf(paths: readonly Path[]): number {
  return paths.reduce((sum, path) => sum + path.length, 0);
}

function pass(paths: readonly Path[], tolerance: number): Path[] {
  const edges = new Edges(paths.map((path) => path.map(({ x, y }) => [x, y])));
  const inserts = new Map<number, Point[]>();
  const insert = (edge: number, [x, y]: Position): void => {
    const point = { x: Math.round(x!), y: Math.round(y!) };
    const { a, b } = edges.all[edge]!;
    if ((point.x === a[0] && point.y === a[1]) || (point.x === b[0] && point.y === b[1])) return;
    if (inserts.has(edge)) inserts.get(edge)!.push(point);
    else inserts.set(edge, [point]);
  };
  const touch = (edge: number, p: Position): boolean => {
    const { a, b } = edges.all[edge]!;
    if (distance(a, p) <= tolerance || distance(b, p) <= tolerance) return true;
    const near = tolerance > 0 ? distance(nearestOnSegment(a, b, p), p) <= tolerance : isOnSegment(a, b, p);
    if (near) insert(edge, p);
    return near;
  };
  const visit = (i: number, j: number): void => {
    const [e, f] = [edges.all[i]!, edges.all[j]!];
    const touches = Number(touch(i, f.a)) + Number(touch(i, f.b)) + Number(touch(j, e.a)) + Number(touch(j, e.b));
    if (touches > 0 || !segmentsCross(e.a, e.b, f.a, f.b)) return;
    const meeting = meetingPosition(e.a, e.b, f.a, f.b);
    insert(i, meeting);
    insert(j, meeting);
  };
  if (tolerance === 0) edges.pairs(visit);
  else edges.all.forEach((e, i) => edges.near(boxOf(e.a, e.b, tolerance), (j) => void (j > i && visit(i, j))));
  return withPositions(edges, paths, inserts);
}

function withPositions(edges: Edges, paths: readonly Path[], inserts: ReadonlyMap<number, readonly Point[]>): Path[] {
  const result: Point[][] = paths.map((path) => path.slice(0, 1));
  edges.all.forEach(({ ring, index, a, b }, i) => {
    const between = (inserts.get(i) ?? []).map((point) => ({ point, share: shareAlong(a, b, [point.x, point.y]) }));
    between.sort((p, q) => p.share - q.share);
    for (const point of [...between.map((p) => p.point), paths[ring]![index + 1]!]) {
      if (!samePoint(result[ring]!.at(-1)!, point)) result[ring]!.push(point);
    }
  });
  return result;
}

function boxOf(a: Position, b: Position, by: number): Extent {
  return [
    Math.min(a[0]!, b[0]!) - by,
    Math.min(a[1]!, b[1]!) - by,
    Math.max(a[0]!, b[0]!) + by,
    Math.max(a[1]!, b[1]!) + by,
  ];
}
