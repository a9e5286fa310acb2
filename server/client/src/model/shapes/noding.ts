/** Lines on a lattice made to meet at places that both have. */

import type { Path64, Point64 } from "clipper2-ts";

import type { Ring } from "../feature";
import { Edges } from "./edges";
import { distance, meetingPlace, nearestOnSegment, segmentsCross, shareAlong } from "./segment";

/**
 * The same lines, each with a place wherever another one crosses it or has a place on it.
 *
 * Args:
 *   paths: Lines in lattice units; a ring is one that ends where it began.
 *   reach: How near, in lattice units, a place must be to an edge to count as lying on it.
 *
 * New places are rounded to the lattice, so an edge may move by half a step.
 */
export function node(paths: readonly Path64[], reach: number): Path64[] {
  const lines = paths.map((path) => path.map(({ x, y }) => [x, y] as const));
  const edges = new Edges(lines as readonly Ring[]);
  const inserts = new Map<number, Point64[]>();
  const insert = (edge: number, [x, y]: readonly number[]): void => {
    const point = { x: Math.round(x!), y: Math.round(y!) };
    const { a, b } = edges.all[edge]!;
    if ((point.x === a[0] && point.y === a[1]) || (point.x === b[0] && point.y === b[1])) return;
    if (inserts.has(edge)) inserts.get(edge)!.push(point);
    else inserts.set(edge, [point]);
  };
  const touch = (edge: number, p: readonly number[]): boolean => {
    const { a, b } = edges.all[edge]!;
    if (Math.min(distance(a, p), distance(b, p)) <= reach) return true;
    const near = distance(nearestOnSegment(a, b, p), p) <= reach;
    if (near) insert(edge, p);
    return near;
  };
  const visit = (i: number, j: number): void => {
    const [e, f] = [edges.all[i]!, edges.all[j]!];
    const near = [touch(i, f.a), touch(i, f.b), touch(j, e.a), touch(j, e.b)].some(Boolean);
    if (near || !segmentsCross(e.a, e.b, f.a, f.b)) return;
    const meeting = meetingPlace(e.a, e.b, f.a, f.b);
    insert(i, meeting);
    insert(j, meeting);
  };
  if (reach === 0) edges.pairs(visit);
  else edges.all.forEach((e, i) => edges.near(boxOf(e.a, e.b, reach), (j) => void (j > i && visit(i, j))));
  return withPlaces(edges, paths, inserts);
}

function withPlaces(edges: Edges, paths: readonly Path64[], inserts: Map<number, Point64[]>): Path64[] {
  const result = paths.map((path) => path.slice(0, 1));
  edges.all.forEach(({ ring, index, a, b }, i) => {
    const between = (inserts.get(i) ?? []).map((point) => ({ point, share: shareAlong(a, b, [point.x, point.y]) }));
    between.sort((p, q) => p.share - q.share);
    for (const point of [...between.map((p) => p.point), paths[ring]![index + 1]!]) {
      const last = result[ring]!.at(-1)!;
      if (last.x !== point.x || last.y !== point.y) result[ring]!.push(point);
    }
  });
  return result;
}

function boxOf(a: readonly number[], b: readonly number[], reach: number): [number, number, number, number] {
  return [
    Math.min(a[0]!, b[0]!) - reach, Math.min(a[1]!, b[1]!) - reach,
    Math.max(a[0]!, b[0]!) + reach, Math.max(a[1]!, b[1]!) + reach,
  ];
}
