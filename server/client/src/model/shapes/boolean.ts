/** Polygons joined, cut and compared. */

import type { Polygon } from "../feature";
import { area, extentOf } from "./geometry";
import { overlay } from "./overlay";
import { type Result, isRefused, ok, refuse } from "./result";
import { extentsMeet } from "./ring";
import { TEXTS } from "../../texts";

/** One polygon out of several that overlap or share a border. */
export function merge(polygons: readonly Polygon[]): Result<Polygon> {
  if (polygons.length < 2) return refuse(TEXTS.shapes.mergeTwo);
  const joined = overlay("union", polygons, []);
  if (isRefused(joined)) return joined;
  const [whole, ...rest] = joined.ok;
  if (!whole || rest.length > 0) {
    const count = joined.ok.length;
    return refuse(TEXTS.shapes.separate(count));
  }
  return ok(whole);
}

/** Return the parts of a polygon outside the cutters, the largest first. */
export function subtract(polygon: Polygon, cutters: readonly Polygon[]): Result<Polygon[]> {
  const left = overlay("difference", [polygon], cutters);
  if (isRefused(left)) return left;
  if (left.ok.length === 0) return refuse(TEXTS.shapes.nothingLeft);
  if (cutters.every((cutter) => sharedArea(polygon, cutter) === 0)) {
    return refuse(TEXTS.shapes.noOverlap);
  }
  return ok(largestFirst(left.ok));
}

/** Return the intersection of two polygons; empty where they do not overlap. */
export function intersect(a: Polygon, b: Polygon): Result<Polygon[]> {
  return extentsMeet(extentOf(a), extentOf(b)) ? overlay("intersection", [a], [b]) : ok([]);
}

export function sharedArea(a: Polygon, b: Polygon): number {
  const common = intersect(a, b);
  return isRefused(common) ? 0 : totalArea(common.ok);
}

/** Least intersection over union of two outlines of one object. */
export const LEAST_OVERLAP = 0.5;

/** Intersection over union, from 0 to 1. */
export function overlap(a: Polygon, b: Polygon): number {
  const common = sharedArea(a, b);
  return common / (area(a) + area(b) - common);
}

export function totalArea(polygons: readonly Polygon[]): number {
  return polygons.reduce((sum, polygon) => sum + area(polygon), 0);
}

export function largestFirst(polygons: readonly Polygon[]): Polygon[] {
  return [...polygons].sort((a, b) => area(b) - area(a));
}
