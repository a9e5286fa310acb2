/** The way along a neighbour's border, for an outline that is to follow it. */

import type { Position, Ring } from "../feature";
import { open } from "./ring";
import { distance, samePlace, shareAlong } from "./segment";

/** A place on a ring: on the edge that leaves corner `index`. */
export interface RingPlace {
  readonly index: number;
  readonly place: Position;
}

/**
 * The places from one place on a ring to another, both included: the shorter way round, or the other one.
 *
 * The corners between come with the ring's very coordinates, so the two borders are the same. Going nowhere is one
 * place; the longer way from a place to itself is the whole ring.
 */
export function trace(ring: Ring, from: RingPlace, to: RingPlace, longer = false): Position[] {
  const ways = [forward(ring, from, to), forward(ring, to, from).reverse()];
  const [ahead, back] = ways.map(lengthOf);
  return ways[ahead! <= back! === longer ? 1 : 0]!;
}

/** The way in the ring's own direction. */
function forward(ring: Ring, from: RingPlace, to: RingPlace): Position[] {
  const corners = open(ring);
  const count = corners.length;
  const [start, end] = [from.index % count, to.index % count];
  const after = corners[(start + 1) % count]!;
  const behind =
    start === end && shareAlong(corners[start]!, after, to.place) < shareAlong(corners[start]!, after, from.place);
  const steps = (end - start + count) % count || (behind ? count : 0);
  const between = Array.from({ length: steps }, (_, i) => corners[(start + 1 + i) % count]!);
  return [from.place, ...between, to.place].filter((p, i, all) => i === 0 || !samePlace(p, all[i - 1]!));
}

function lengthOf(way: readonly Position[]): number {
  return way.slice(1).reduce((sum, p, i) => sum + distance(way[i]!, p), 0);
}
