/** Unions, differences and intersections, the arithmetic that everything which joins or cuts rests on. */

import type { Polygon, Ring } from "../feature";
import { facesOf } from "./faces";
import { Lattice, type Path } from "./lattice";
import { node } from "./noding";
import { type Result, ok, refuse } from "./result";
import { extentOfPositions, oriented, polygonOf } from "./ring";
import { isValid } from "./validity";
import { type Sides, sidesOf } from "./winding";
import { TEXTS } from "../../texts";

export type Overlay = "union" | "intersection" | "difference";
/** Rule for the inside by winding number n: n is not 0, n is odd, or n is above 0. */
export type FillRule = "nonzero" | "evenodd" | "positive";

/**
 * Polygons put over each other.
 *
 * The borders are cut where they meet, on a lattice of 2⁻²⁵ of the extent; of the pieces those stay that have the
 * inside of the result on one side (Weiler & Atherton's surfaces, by winding numbers), and their faces are the result.
 * What was not cut comes back with its own coordinates. Each part is a valid polygon, its outline counter-clockwise;
 * there may be none.
 */
export function overlay(kind: Overlay, subjects: readonly Polygon[], clips: readonly Polygon[]): Result<Polygon[]> {
  const rings = (polygons: readonly Polygon[]): Ring[] => polygons.flatMap((p) => oriented(p).coordinates);
  return overlayRings(kind, rings(subjects), rings(clips), "nonzero");
}

/** Overlay rings, which may cross themselves; the rule says what is inside of them. */
export function overlayRings(
  kind: Overlay,
  subjects: readonly Ring[],
  clips: readonly Ring[],
  rule: FillRule,
): Result<Polygon[]> {
  const lattice = new Lattice(extentOfPositions([...subjects, ...clips].flat()));
  const paths = node([...subjects, ...clips].map((ring) => ring.map((p) => lattice.enter(p))));
  const isInside = (sides: Sides["left"]): boolean =>
    combine(kind, fills(rule, sides.subject), fills(rule, sides.clip));
  const border: Path[] = [];
  for (const { from, to, left, right } of sidesOf(paths.slice(0, subjects.length), paths.slice(subjects.length))) {
    if (isInside(left) !== isInside(right)) border.push(isInside(left) ? [from, to] : [to, from]);
  }
  return polygonsOf(border, lattice);
}

function fills(rule: FillRule, winding: number): boolean {
  if (rule === "positive") return winding > 0;
  return rule === "evenodd" ? winding % 2 !== 0 : winding !== 0;
}

function combine(kind: Overlay, subject: boolean, clip: boolean): boolean {
  if (kind === "union") return subject || clip;
  return subject && clip === (kind === "intersection");
}

/** The polygons between directed lattice lines, inside to the left, with the coordinates that they had before. */
export function polygonsOf(paths: readonly Path[], lattice: Lattice): Result<Polygon[]> {
  const polygons: Polygon[] = [];
  for (const face of facesOf(paths)) {
    const polygon = (["leave", "exactly"] as const)
      .map((way) => polygonOf(...face.map((path) => path.map((point) => lattice[way](point)))))
      .find(isValid);
    if (!polygon) return refuse(TEXTS.shapes.tooClose);
    polygons.push(polygon);
  }
  return ok(polygons);
}
