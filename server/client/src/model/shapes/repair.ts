/** Polygons that a store would refuse, or that reach beyond their scene, made good. */

import type { Extent, Polygon } from "../feature";
import { area, extentOf } from "./geometry";
import { intersect, largestFirst } from "./boolean";
import { overlayRings } from "./overlay";
import { rectangle } from "./rectangle";
import { type Result, isRefused, ok, refuse } from "./result";
import { contains, polygonOf, withoutRepeats } from "./ring";
import { isValid } from "./validity";
import { TEXTS } from "../../texts";

export interface RepairOptions {
  /** Parts are cut off beyond it. */
  readonly extent?: Extent;
  /** Parts smaller than this area, such as the loop where a line overshot, are dropped while a larger one remains. */
  readonly least?: number;
}

/**
 * The valid polygons that a broken one stands for, the largest first.
 *
 * Repeated corners and spikes go. What the outline goes round at all is inside (the nonzero rule: a loop drawn over
 * itself stays filled, a figure of eight comes apart in two); what is in any hole is outside, and a hole outside of the
 * outline vanishes. A valid polygon within its scene comes back itself, so repairing twice is repairing once.
 */
export function repair(polygon: Polygon, { extent, least = 0 }: RepairOptions = {}): Result<Polygon[]> {
  const clean = polygon.coordinates.some((ring) => withoutRepeats(ring).length < ring.length)
    ? polygonOf(...polygon.coordinates.map(withoutRepeats))
    : polygon;
  const [outline, ...holes] = clean.coordinates;
  if (!outline || !clean.coordinates.flat().every((p) => Number.isFinite(p[0]) && Number.isFinite(p[1]))) {
    return refuse(TEXTS.shapes.nothingToRepair);
  }
  const whole = isValid(clean) ? ok([clean]) : overlayRings("difference", [outline], holes, "nonzero");
  const within = isRefused(whole) || !extent ? whole : clip(whole.ok, extent);
  if (isRefused(within)) return within;
  const parts = largestFirst(within.ok);
  const remaining = parts.filter((part, i) => i === 0 || area(part) >= least);
  if (remaining.length > 0) return ok(remaining);
  return refuse(whole === within ? TEXTS.shapes.noArea : TEXTS.shapes.outsideSceneWhole);
}

function clip(polygons: readonly Polygon[], extent: Extent): Result<Polygon[]> {
  const frame = rectangle([extent[0], extent[1]], [extent[2], extent[3]]);
  if (isRefused(frame)) return frame;
  const parts: Polygon[] = [];
  for (const polygon of polygons) {
    const cut = contains(extent, extentOf(polygon)) ? ok([polygon]) : intersect(polygon, frame.ok);
    if (isRefused(cut)) return cut;
    parts.push(...cut.ok);
  }
  return ok(parts);
}
