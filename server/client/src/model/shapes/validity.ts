/** True if a polygon is valid as the server sees it (OGC 06-103r4, 6.1.11), and where it is not. */

import type { Polygon, Position, Ring } from "../feature";
import { selfCrossings } from "./crossing";
import { Edges } from "./edges";
import { contains, extentOfPositions, extentsMeet, locate, perimeter, signedArea, withoutRepeats } from "./ring";
import { isOnSegment, samePosition, segmentsCross, segmentsMeet } from "./segment";

export interface Flaw {
  readonly kind: "crossing" | "flat" | "hole";
  readonly positions: readonly Position[];
}

export function isValid(polygon: Polygon): boolean {
  return flawsOf(polygon, 1).length === 0;
}

/** Return the flaws of a polygon: of its rings one by one, then between them; at most `limit` points each. */
export function flawsOf(polygon: Polygon, limit = 100): Flaw[] {
  const rings = polygon.coordinates.map(withoutRepeats);
  const flaws = rings.flatMap((ring) => flawsOfRing(ring, limit));
  if (rings.length === 0) return [{ kind: "flat", positions: [] }];
  return flaws.length > 0 || rings.length === 1 ? flaws : flawsOfHoles(rings, limit);
}

function flawsOfRing(ring: Ring, limit: number): Flaw[] {
  if (!ring.every((p) => Number.isFinite(p[0]) && Number.isFinite(p[1]))) return [{ kind: "flat", positions: [] }];
  const positions = selfCrossings(ring, limit);
  if (positions.length > 0) return [{ kind: "crossing", positions }];
  const thin = Math.abs(signedArea(ring)) <= perimeter(ring) ** 2 * 2 ** -52;
  return ring.length < 4 || thin ? [{ kind: "flat", positions: ring.slice(0, 1) }] : [];
}

function flawsOfHoles(rings: readonly Ring[], limit: number): Flaw[] {
  const edges = new Edges(rings);
  const bad: Position[] = [];
  const touches = new Map<string, { i: number; j: number; position: Position }>();
  edges.pairs((k, l) => {
    const [e, f] = [edges.all[k]!, edges.all[l]!];
    if (e.ring === f.ring || !segmentsMeet(e.a, e.b, f.a, f.b)) return false;
    const shared = [e.a, e.b].filter((p) => isOnSegment(f.a, f.b, p));
    for (const p of [f.a, f.b]) if (isOnSegment(e.a, e.b, p) && !shared.some((q) => samePosition(p, q))) shared.push(p);
    if (segmentsCross(e.a, e.b, f.a, f.b) || shared.length > 1) bad.push(shared[0] ?? e.a);
    else touches.set(`${e.ring} ${f.ring} ${shared[0]}`, { i: e.ring, j: f.ring, position: shared[0]! });
    return bad.length >= limit;
  });
  if (bad.length > 0) return [{ kind: "hole", positions: bad }];
  const all = [...touches.values()];
  const misplaced = misplacedHoles(rings, new Set(all.flatMap(({ i, j }) => [i, j])));
  const cut = misplaced.length > 0 ? misplaced : closedChains(all);
  return cut.length > 0 ? [{ kind: "hole", positions: cut.slice(0, limit) }] : [];
}

/** A place of each hole that is not in the outline, or is in another hole; no two rings cross here. */
function misplacedHoles(rings: readonly Ring[], touching: ReadonlySet<number>): Position[] {
  const extents = rings.map(extentOfPositions);
  const found: Position[] = [];
  for (let h = 1; h < rings.length; h++) {
    const probes = touching.has(h) ? withMiddles(rings[h]!) : rings[h]!.slice(0, 1);
    const outside = probes.find((p) => locate(rings[0]!, p) === "outside");
    if (outside) found.push(outside);
    for (let other = 1; other < rings.length && !outside; other++) {
      if (other === h || !extentsMeet(extents[other]!, extents[h]!)) continue;
      const within = probes.find((p) => locate(rings[other]!, p) === "inside");
      const same = contains(extents[other]!, extents[h]!) && probes.every((p) => locate(rings[other]!, p) === "border");
      if (within || same) found.push(within ?? probes[0]!);
    }
  }
  return found;
}

function withMiddles(ring: Ring): Position[] {
  return ring.slice(0, -1).flatMap((p, i) => [p, [(p[0]! + ring[i + 1]![0]!) / 2, (p[1]! + ring[i + 1]![1]!) / 2]]);
}

/** Return the points where touching rings close a chain, so that the inside falls apart. */
function closedChains(touches: readonly { i: number; j: number; position: Position }[]): Position[] {
  const parent = new Map<string, string>();
  const root = (name: string): string => {
    let top = name;
    for (let up = parent.get(top); up !== undefined; up = parent.get(top)) top = up;
    return top;
  };
  const joined = new Set<string>();
  const found: Position[] = [];
  for (const { i, j, position } of touches) {
    for (const ring of [i, j]) {
      const link = `${ring} at ${position}`;
      if (joined.has(link)) continue;
      joined.add(link);
      const [a, b] = [root(`${ring}`), root(`at ${position}`)];
      if (a === b) found.push(position);
      else parent.set(a, b);
    }
  }
  return found;
}
