/** Objects of several parts: grouped, taken apart, and what keeps parts from being one object. */

import type { Geometry, Polygon, Position, Ring } from "../feature";
import { multiPolygon } from "../geojson";
import { largestFirst, merge } from "./boolean";
import { Edges } from "./edges";
import { extentOf, outlineProblem, polygonsOf } from "./geometry";
import { cutHole, explode } from "./holes";
import { type Result, isRefused, ok, refuse } from "./result";
import { contains, covers } from "./ring";
import { segmentsMeet } from "./segment";
import { TEXTS } from "../../texts";

/** Polygons as one geometry; one polygon is itself. */
export function together(parts: readonly Polygon[]): Geometry {
  return parts.length === 1 ? parts[0]! : multiPolygon(parts.map(({ coordinates }) => coordinates));
}

/** Why the server would refuse this geometry, as a sentence for the analyst, or null. */
export function geometryProblem(geometry: Geometry): string | null {
  return outlineProblem(geometry) ?? (areApart(polygonsOf(geometry)) ? null : TEXTS.shapes.partsOverlap);
}

/**
 * Return whether no two of the polygons overlap or share a border; they may touch at single positions.
 *
 * Only those whose borders meet are laid over each other: of a coast with a thousand islands none are.
 */
function areApart(parts: readonly Polygon[]): boolean {
  const meeting = pairsThatMeet(parts);
  const isOne = ([i, j]: readonly [number, number]): boolean => !isRefused(merge([parts[i]!, parts[j]!]));
  if ([...meeting.values()].some(isOne)) return false;
  const extents = parts.map(extentOf);
  return parts.every((part, i) =>
    parts.every((other, j) => {
      if (i === j || !contains(extents[i]!, extents[j]!) || meeting.has(pairOf(i, j))) return true;
      return !covers(part, other.coordinates[0]![0]!);
    }),
  );
}

const pairOf = (i: number, j: number): string => `${Math.min(i, j)} ${Math.max(i, j)}`;

/** The pairs of polygons whose borders have a position in common, by `pairOf`. */
function pairsThatMeet(parts: readonly Polygon[]): ReadonlyMap<string, readonly [number, number]> {
  const owners = parts.flatMap(({ coordinates }, i) => coordinates.map(() => i));
  const edges = new Edges(parts.flatMap(({ coordinates }) => coordinates));
  const found = new Map<string, readonly [number, number]>();
  edges.pairs((k, l) => {
    const [e, f] = [edges.all[k]!, edges.all[l]!];
    const [i, j] = [owners[e.ring]!, owners[f.ring]!];
    if (i !== j && !found.has(pairOf(i, j)) && segmentsMeet(e.a, e.b, f.a, f.b)) found.set(pairOf(i, j), [i, j]);
  });
  return found;
}

/** Polygons, and objects of several parts, as one object of all their parts; refused where parts overlap. */
export function grouped(geometries: readonly Geometry[]): Result<Geometry> {
  const parts = geometries.flatMap(polygonsOf);
  return areApart(parts) ? ok(together(parts)) : refuse(TEXTS.shapes.partsOverlap);
}

/** The parts of an object, the largest first; of one polygon those that hang together at single positions only. */
export function separate(geometry: Geometry): Result<Polygon[]> {
  const parts = polygonsOf(geometry);
  if (parts.length === 1) return explode(parts[0]!);
  return parts.length ? ok(largestFirst(parts)) : refuse(TEXTS.shapes.onePart);
}

/** The object without the part that a position is in. */
export function withoutPart(geometry: Geometry, position: Position): Result<Geometry> {
  const parts = polygonsOf(geometry);
  const left = parts.filter((part) => !covers(part, position));
  if (parts.length < 2 || left.length === parts.length) return refuse(TEXTS.shapes.noPartHere);
  return left.length ? ok(together(left)) : refuse(TEXTS.shapes.noPartHere);
}

/** Every part put through `make`; where it refuses one, none is changed. */
export function eachPart(geometry: Geometry, make: (part: Polygon) => Result<Polygon>): Result<Geometry> {
  const made: Polygon[] = [];
  for (const part of polygonsOf(geometry)) {
    const one = make(part);
    if (isRefused(one)) return one;
    made.push(one.ok);
  }
  return made.length ? ok(together(made)) : refuse(TEXTS.shapes.onlyOutlines);
}

/** The object with a hole more in the part around it. */
export function pierced(geometry: Geometry, hole: Ring): Result<Geometry> {
  const parts = polygonsOf(geometry);
  const cut = parts.map((part) => cutHole(part, hole));
  const index = cut.findIndex((one) => !isRefused(one));
  const found = cut[index];
  if (!found || isRefused(found)) return cut.find(isRefused) ?? refuse(TEXTS.shapes.onlyOutlines);
  return ok(together(parts.map((part, i) => (i === index ? found.ok : part))));
}
