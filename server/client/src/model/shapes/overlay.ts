/** Unions, differences and intersections, the arithmetic that everything which joins or cuts rests on. */

import { ClipType, Clipper64, FillRule, type Path64, type Paths64 } from "clipper2-ts";

import type { Polygon, Ring } from "../feature";
import { facesOf } from "./faces";
import { Lattice } from "./lattice";
import { node } from "./noding";
import { type Result, ok, refuse } from "./result";
import { extentOfPlaces, oriented, polygonOf } from "./ring";
import { isValid } from "./validity";

/** In lattice steps: places of two polygons on one border are this near to it after rounding. */
const REACH = 2.5;

export type Overlay = "union" | "intersection" | "difference";

const KINDS = { union: ClipType.Union, intersection: ClipType.Intersection, difference: ClipType.Difference };

/**
 * Polygons put over each other.
 *
 * The cuts are made by Clipper2 (Vatti 1992, A generic solution to polygon clipping) on a lattice of 2⁻²⁵ of the extent,
 * where they are exact; what was not cut comes back with its own coordinates. Each part is a valid polygon, its
 * outline counter-clockwise; there may be none.
 */
export function overlay(kind: Overlay, subjects: readonly Polygon[], clips: readonly Polygon[]): Result<Polygon[]> {
  const rings = (polygons: readonly Polygon[]): Ring[] => polygons.flatMap((p) => oriented(p).coordinates);
  return overlayRings(kind, rings(subjects), rings(clips), FillRule.NonZero);
}

/** The same of bare rings, which may cross themselves: the rule says what is inside of them. */
export function overlayRings(
  kind: Overlay, subjects: readonly Ring[], clips: readonly Ring[], rule: FillRule,
): Result<Polygon[]> {
  const lattice = new Lattice(extentOfPlaces([...subjects, ...clips].flat()));
  const paths = node([...subjects, ...clips].map((ring) => ring.map((p) => lattice.enter(p))), REACH);
  const clipper = new Clipper64();
  clipper.addSubject(paths.slice(0, subjects.length).map(opened));
  clipper.addClip(paths.slice(subjects.length).map(opened));
  const solution: Paths64 = [];
  if (!clipper.execute(KINDS[kind], rule, solution)) return refuse("These outlines could not be put over each other.");
  return polygonsOf(solution.map((path) => [...path, path[0]!]), lattice);
}

/** The polygons between directed lattice lines, inside to the left, with the coordinates that they had before. */
export function polygonsOf(paths: readonly Path64[], lattice: Lattice): Result<Polygon[]> {
  const polygons: Polygon[] = [];
  for (const face of facesOf(node(paths, 0))) {
    const polygon = [lattice.leave, lattice.exactly]
      .map((place) => polygonOf(...face.map((path) => path.map((point) => place.call(lattice, point)))))
      .find(isValid);
    if (!polygon) return refuse("These outlines lie too close to each other to be told apart.");
    polygons.push(polygon);
  }
  return ok(polygons);
}

/** Clipper's paths do not repeat their first place. */
function opened(path: Path64): Path64 {
  return path.slice(0, -1);
}
