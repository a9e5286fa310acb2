/** The way along a neighbour's border, for an outline that is to follow it. */

import type { Position, Ring } from "../feature";
import { open } from "./ring";
import { distance, samePosition, shareAlong } from "./segment";

/** A position on a ring: on the edge that leaves corner `index`. */
export interface RingPosition {
  readonly index: number;
  readonly position: Position;
}

/**
 * The positions from one position on a ring to another, both included: the shorter way round, or the other one.
 *
 * The corners between come with the ring's very coordinates, so the two borders are the same. Going nowhere is one
 * position; the longer way from a position to itself is the whole ring.
 */
export function trace(ring: Ring, from: RingPosition, to: RingPosition, longer = false): Position[] {
  const ways = [forward(ring, from, to), forward(ring, to, from).reverse()];
  const [ahead, back] = ways.map(lengthOf);
  return ways[ahead! <= back! === longer ? 1 : 0]!;
}

/** The positions from one position on an open line to another, both included: there is but one way. */
export function traceLine(line: Ring, from: RingPosition, to: RingPosition): Position[] {
  const share = ({ index, position }: RingPosition): number =>
    index + shareAlong(line[index]!, line[index + 1] ?? line[index]!, position);
  const [a, b] = [share(from), share(to)];
  const between = line.filter((_, i) => i > Math.min(a, b) && i < Math.max(a, b));
  return [from.position, ...(a <= b ? between : between.reverse()), to.position].filter(
    (p, i, all) => i === 0 || !samePosition(p, all[i - 1]!),
  );
}

/** The way in the ring's own direction. */
function forward(ring: Ring, from: RingPosition, to: RingPosition): Position[] {
  const corners = open(ring);
  const count = corners.length;
  const [start, end] = [from.index % count, to.index % count];
  const after = corners[(start + 1) % count]!;
  const behind =
    start === end &&
    shareAlong(corners[start]!, after, to.position) < shareAlong(corners[start]!, after, from.position);
  const steps = (end - start + count) % count || (behind ? count : 0);
  const between = Array.from({ length: steps }, (_, i) => corners[(start + 1 + i) % count]!);
  return [from.position, ...between, to.position].filter((p, i, all) => i === 0 || !samePosition(p, all[i - 1]!));
}

function lengthOf(way: readonly Position[]): number {
  return way.slice(1).reduce((sum, p, i) => sum + distance(way[i]!, p), 0);
}
