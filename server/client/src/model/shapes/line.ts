/** Lines cut, joined and turned. */

import { TEXTS } from "../../texts";
import type { LineString, Position, Ring } from "../feature";
import { lineOf } from "./geometry";
import { type Result, ok, refuse } from "./result";
import { perimeter, withoutRepeats } from "./ring";
import { distance, distanceToSegment, meetingPosition, samePosition, segmentsMeet, shareAlong } from "./segment";

export function positionsOf({ coordinates }: LineString): Ring {
  return coordinates[0] ?? [];
}

export function lengthOf(line: LineString): number {
  return perimeter(positionsOf(line));
}

/** The pieces of a line between some of its vertices, in its own direction; one piece where none is between its ends. */
export function splitAt(line: LineString, indices: readonly number[]): LineString[] {
  const positions = positionsOf(line);
  const inner = [...new Set(indices)].filter((i) => i > 0 && i < positions.length - 1).sort((a, b) => a - b);
  const cuts = [0, ...inner, positions.length - 1];
  return cuts
    .slice(1)
    .map((end, i) => lineOf(positions.slice(cuts[i], end + 1)))
    .filter((piece) => lengthOf(piece) > 0);
}

/** The pieces of a line where another one crosses it, the longest first. */
export function cutLine(line: LineString, cut: readonly Position[]): Result<LineString[]> {
  const positions = positionsOf(line);
  const noded: Position[] = [];
  const at: number[] = [];
  positions.forEach((position, i) => {
    noded.push(position);
    const next = positions[i + 1];
    if (!next) return;
    for (const crossing of crossings(position, next, cut)) {
      if (!samePosition(crossing, noded.at(-1)!) && !samePosition(crossing, next)) noded.push(crossing);
      at.push(samePosition(crossing, next) ? noded.length : noded.length - 1);
    }
  });
  const pieces = splitAt(lineOf(noded), at);
  return pieces.length > 1 ? ok(longestFirst(pieces)) : refuse(TEXTS.shapes.cutsNoLine);
}

/** Where a cutting line meets the segment ab, as they come from a. */
function crossings(a: Position, b: Position, cut: readonly Position[]): Position[] {
  return cut
    .slice(1)
    .flatMap((d, i) => (segmentsMeet(a, b, cut[i]!, d) ? [meetingPosition(a, b, cut[i]!, d)] : []))
    .sort((p, q) => shareAlong(a, b, p) - shareAlong(a, b, q));
}

function longestFirst(lines: readonly LineString[]): LineString[] {
  return [...lines].sort((a, b) => lengthOf(b) - lengthOf(a));
}

/**
 * One line out of several that end where another one does; the first one keeps its direction.
 *
 * Args:
 *   most: How far two ends may lie apart, in units of the world.
 */
export function joinLines(lines: readonly LineString[], most: number): Result<LineString> {
  const [first, ...rest] = lines.map(positionsOf);
  let whole = first ?? [];
  while (rest.length) {
    const joined = rest.map((other) => join(whole, other, most));
    const index = joined.findIndex((one) => one !== null);
    if (index < 0) return refuse(TEXTS.shapes.endsApart);
    whole = joined[index]!;
    rest.splice(index, 1);
  }
  return ok(lineOf(whole));
}

/** A line that goes on with another one, before it or after it; null where no two ends meet. */
function join(line: Ring, other: Ring, most: number): Ring | null {
  const back = [...other].reverse();
  const ways = [
    { gap: distance(line.at(-1)!, other[0]!), parts: [line, other] },
    { gap: distance(line.at(-1)!, back[0]!), parts: [line, back] },
    { gap: distance(other.at(-1)!, line[0]!), parts: [other, line] },
    { gap: distance(back.at(-1)!, line[0]!), parts: [back, line] },
  ] as const;
  const best = ways.reduce((a, b) => (b.gap < a.gap ? b : a));
  if (best.gap > most) return null;
  const [before, after] = best.parts;
  // Where the two meet, the vertex of the line that stays.
  return before === line ? [...before, ...after.slice(1)] : [...before.slice(0, -1), ...after];
}

/** The line with vertices left out where it stays within `tolerance` of all of them (Douglas & Peucker 1973). */
export function simplifyLine(line: LineString, tolerance: number): LineString {
  const positions = withoutRepeats(positionsOf(line));
  const kept = new Set([0, positions.length - 1]);
  const spans: (readonly [number, number])[] = [[0, positions.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let [farthest, most] = [-1, tolerance];
    for (let i = from + 1; i < to; i++) {
      const away = distanceToSegment(positions[from]!, positions[to]!, positions[i]!);
      if (away > most) [farthest, most] = [i, away];
    }
    if (farthest < 0) continue;
    kept.add(farthest);
    spans.push([from, farthest], [farthest, to]);
  }
  return lineOf(positions.filter((_, i) => kept.has(i)));
}
