/** The faces of a drawing: directed lines on a lattice, sorted into outlines and their holes. */

import type { Ring } from "../feature";
import { type Path, type Point, keyOf, samePoint } from "./lattice";
import { contains, extentOfPositions, locate, signedArea } from "./ring";

/** An outline and the holes in it, in lattice units, all closed. */
export type Face = readonly [Path, ...Path[]];

interface Arrow {
  readonly from: Point;
  readonly to: Point;
  used: boolean;
}

/**
 * The faces to the left of directed lines that meet at their positions only.
 *
 * Every face is a valid polygon: an outline that touches itself comes apart, or encloses a hole, where it does. Lines
 * that lead nowhere, and those with the same face on both sides, vanish. Outlines run counter-clockwise.
 */
export function facesOf(paths: readonly Path[]): Face[] {
  const leaving = arrowsOf(paths);
  const rings: Path[] = [];
  for (const arrows of leaving.values()) {
    for (const arrow of arrows) if (!arrow.used) rings.push(...simpleRings(walk(arrow, leaving)));
  }
  return nest(rings);
}

/** Lines that leave each point; lines that run both ways stay, doubles do not. */
function arrowsOf(paths: readonly Path[]): Map<number, Arrow[]> {
  const leaving = new Map<number, Arrow[]>();
  for (const path of paths) {
    for (let i = 0; i + 1 < path.length; i++) {
      const [from, to] = [path[i]!, path[i + 1]!];
      const arrows = leaving.get(keyOf(from)) ?? [];
      if (samePoint(from, to) || arrows.some((arrow) => samePoint(arrow.to, to))) continue;
      leaving.set(keyOf(from), [...arrows, { from, to, used: false }]);
    }
  }
  return leaving;
}

/** The positions on a walk that keeps its face to the left, until it comes back. */
function walk(start: Arrow, leaving: Map<number, Arrow[]>): Path {
  const positions: Point[] = [start.from];
  let arrow: Arrow | null = start;
  do {
    arrow.used = true;
    positions.push(arrow.to);
    arrow = sharpest(arrow, start, leaving.get(keyOf(arrow.to)) ?? []);
  } while (arrow && arrow !== start);
  return positions;
}

/** The first arrow clockwise from the way back: what lies between the two is the face. */
function sharpest(arrival: Arrow, start: Arrow, arrows: readonly Arrow[]): Arrow | null {
  let best: Arrow | null = null;
  for (const arrow of arrows) {
    if (arrow.used && arrow !== start) continue;
    if (!best || clockwise(arrival.to, arrival.from, arrow.to, best.to)) best = arrow;
  }
  return best;
}

/** Return whether, turning clockwise about `centre` from `zero`, a comes before b; `zero` itself comes last. */
function clockwise(centre: Point, zero: Point, a: Point, b: Point): boolean {
  const [sectorA, sectorB] = [sector(centre, zero, a), sector(centre, zero, b)];
  return sectorA === sectorB ? cross(centre, a, b) < 0 : sectorA < sectorB;
}

function sector(centre: Point, zero: Point, p: Point): number {
  const turn = cross(centre, zero, p);
  if (turn !== 0) return turn < 0 ? 0 : 2;
  const ahead = (zero.x - centre.x) * (p.x - centre.x) + (zero.y - centre.y) * (p.y - centre.y);
  return ahead < 0 ? 1 : 3;
}

function cross(o: Point, a: Point, b: Point): number {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

/** A walk cut at every position it visits twice, into closed rings that visit none twice; flat ones are left out. */
function simpleRings(positions: Path): Path[] {
  const rings: Path[] = [];
  const trail: Point[] = [];
  const visited = new Map<number, number>();
  for (const position of positions) {
    const before = visited.get(keyOf(position));
    if (before === undefined) {
      visited.set(keyOf(position), trail.length);
      trail.push(position);
      continue;
    }
    const loop = trail.splice(before + 1);
    for (const left of loop) visited.delete(keyOf(left));
    if (loop.length > 1) rings.push([position, ...loop, position]);
  }
  return rings;
}

/** Each hole given to the smallest outline around it. */
function nest(rings: readonly Path[]): Face[] {
  const known = rings.map((path) => {
    const ring: Ring = path.map(({ x, y }) => [x, y]);
    return { path, ring, area: signedArea(ring), extent: extentOfPositions(ring), holes: [] as Path[] };
  });
  const outlines = known.filter(({ area }) => area > 0).sort((a, b) => a.area - b.area);
  for (const hole of known.filter(({ area }) => area < 0)) {
    const around = outlines.find(
      (outline) =>
        outline.area > -hole.area && contains(outline.extent, hole.extent) && surrounds(outline.ring, hole.ring),
    );
    around?.holes.push(hole.path);
  }
  return outlines.reverse().map(({ path, holes }): Face => [path, ...holes]);
}

/** Return whether the inner ring, which crosses the outer one nowhere, lies in it. */
function surrounds(outer: Ring, inner: Ring): boolean {
  for (let i = 0; i + 1 < inner.length; i++) {
    const [a, b] = [inner[i]!, inner[i + 1]!];
    for (const position of [a, [(a[0]! + b[0]!) / 2, (a[1]! + b[1]!) / 2]]) {
      const where = locate(outer, position);
      if (where !== "border") return where === "inside";
    }
  }
  return false;
}
