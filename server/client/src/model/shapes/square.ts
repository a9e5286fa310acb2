/** A roof drawn by hand, with its corners made right. */

import type { Polygon, Position, Ring } from "../feature";
import { area } from "./geometry";
import { type Result, ok, refuse } from "./result";
import { close, open, polygonOf, withoutRepeats } from "./ring";
import { distance, side } from "./segment";
import { middleOf, rotate } from "./transform";
import { isValid } from "./validity";
import { TEXTS } from "../../texts";

const QUARTER = Math.PI / 2;
/** An edge within this of one of the two directions is made parallel to it; others, such as a bay's, keep their slant. */
const WIDEST = Math.PI / 8;
/** By how much squaring may change the area before it is no longer the same roof. */
const MOST_CHANGE = 0.5;

/**
 * The polygon with its edges parallel or at right angles to each other.
 *
 * The two directions are the mean of all edges' directions, modulo a right angle and weighted by length (the fourfold
 * angle of directional statistics, Mardia & Jupp 2000, 1.3), first over all edges and then over those near it. Each run
 * of edges along one direction is laid on its own mean line, which keeps the area below it; a corner is where two such
 * lines meet. Edges shorter than `shortest`, in units of the world, are drawn together into one corner first; with 0 no
 * corner comes or goes. What is square comes back the same, but for the last digits.
 */
export function squareUp(polygon: Polygon, shortest = 0): Result<Polygon> {
  const middle = middleOf([polygon]);
  const clean = polygonOf(...polygon.coordinates.map((ring) => withoutShort(withoutRepeats(ring), shortest)));
  const angle = mainDirection(clean);
  const [level] = rotate([clean], middle, -angle);
  const tidy = (ring: Ring): Ring => (shortest > 0 ? withoutStraight(ring, STRAIGHT * shortest) : ring);
  const squared = polygonOf(...level!.coordinates.map((ring) => tidy(squareRing(ring))));
  const [result] = rotate([squared], middle, angle);
  const change = Math.abs(area(result!) / area(polygon) - 1);
  if (!isValid(result!) || !(change < MOST_CHANGE)) return refuse(TEXTS.shapes.notSquare);
  return ok(result!);
}

/** Distance, as a share of the shortest edge, from the line between its neighbours at which a corner is none. */
const STRAIGHT = 1e-6;

/** The ring with its edges below `shortest` drawn together, the shortest first, as long as four corners are left. */
function withoutShort(ring: Ring, shortest: number): Ring {
  let corners = [...open(ring)];
  while (corners.length > 4) {
    const going = shortEdges(corners, shortest).slice(0, corners.length - 4);
    if (!going.length) break;
    const [first, gone] = [new Set(going), new Set(going.map((i) => (i + 1) % corners.length))];
    corners = corners.flatMap((a, i) => {
      const b = corners[(i + 1) % corners.length]!;
      return gone.has(i) ? [] : [first.has(i) ? [(a[0]! + b[0]!) / 2, (a[1]! + b[1]!) / 2] : a];
    });
  }
  return close(corners);
}

/** Numbers of edges below `shortest` and shorter than those beside them: no two of them share a corner. */
function shortEdges(corners: readonly Position[], shortest: number): number[] {
  const lengths = corners.map((p, i) => distance(p, corners[(i + 1) % corners.length]!));
  const least = lengths.flatMap((length, i) =>
    length < shortest && length < lengths.at(i - 1)! && length <= lengths[(i + 1) % lengths.length]! ? [i] : [],
  );
  // Of edges that are all as long, one goes.
  return least.length ? least : lengths.flatMap((length, i) => (length < shortest ? [i] : [])).slice(0, 1);
}

/** The ring without corners that lie on the line between their neighbours, as long as four are left. */
function withoutStraight(ring: Ring, within: number): Ring {
  const corners = [...open(ring)];
  for (let i = corners.length - 1; i >= 0 && corners.length > 4; i--) {
    const [a, b] = [corners.at(i - 1)!, corners[(i + 1) % corners.length]!];
    const off = Math.abs(side(a, b, corners[i]!)) / Math.max(distance(a, b), within);
    if (off <= within) corners.splice(i, 1);
  }
  return close(corners);
}

/** The angle, modulo a right one, that most of the length of the edges keeps to; radians. */
function mainDirection(polygon: Polygon): number {
  let angle = meanDirection(polygon, 0, Infinity);
  for (let i = 0; i < 8; i++) angle = meanDirection(polygon, angle, WIDEST);
  return angle;
}

function meanDirection({ coordinates }: Polygon, about: number, widest: number): number {
  let [x, y] = [0, 0];
  for (const ring of coordinates) {
    for (let i = 0; i + 1 < ring.length; i++) {
      const [a, b] = [ring[i]!, ring[i + 1]!];
      const off = offSquare(Math.atan2(b[1]! - a[1]!, b[0]! - a[0]!) - about);
      if (Math.abs(off) > widest) continue;
      x += distance(a, b) * Math.cos(4 * off);
      y += distance(a, b) * Math.sin(4 * off);
    }
  }
  return about + Math.atan2(y, x) / 4;
}

/** By how much an angle misses the nearest multiple of a right angle, with its sign. */
function offSquare(angle: number): number {
  return angle - QUARTER * Math.round(angle / QUARTER);
}

type Run = "level" | "upright" | "free";

function runOf(a: Position, b: Position): Run {
  const angle = Math.atan2(b[1]! - a[1]!, b[0]! - a[0]!);
  if (Math.abs(offSquare(angle)) > WIDEST) return "free";
  return Math.round(angle / QUARTER) % 2 === 0 ? "level" : "upright";
}

/** A ring whose directions are those of the axes, each run of its edges laid on one line. */
function squareRing(ring: Ring): Ring {
  const corners = open(ring);
  const at = (i: number): Position => corners[i % corners.length]!;
  const runs = corners.map((_, i) => runOf(at(i), at(i + 1)));
  // Begin where one run ends and another begins, so that none is cut in two.
  const first = runs.findIndex((run, i) => run !== runs.at(i - 1));
  if (first < 0) return ring;
  const positions = corners.map((p) => [...p]);
  for (let i = first; i < first + corners.length;) {
    const run = runs[i % corners.length]!;
    let end = i + 1;
    while (end < first + corners.length && runs[end % corners.length] === run) end++;
    const axis = run === "level" ? 1 : 0;
    if (run !== "free") {
      const line = meanLine(at, i, end, axis);
      for (let k = i; k <= end; k++) positions[k % corners.length]![axis] = line;
    }
    i = end;
  }
  return [...positions, positions[0]!];
}

/** Return the mean position across an axis of the edges from vertex `start` to vertex `end`, weighted by length. */
function meanLine(at: (i: number) => Position, start: number, end: number, axis: number): number {
  const origin = at(start)[axis]!;
  let [sum, length] = [0, 0];
  for (let i = start; i < end; i++) {
    const weight = Math.abs(at(i + 1)[1 - axis]! - at(i)[1 - axis]!);
    sum += weight * ((at(i)[axis]! - origin) / 2 + (at(i + 1)[axis]! - origin) / 2);
    length += weight;
  }
  return origin + sum / length;
}
