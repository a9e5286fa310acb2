/** Style of the selected features, and which of their corners are shown. */

import type { Coordinate } from "ol/coordinate";
import Style from "ol/style/Style";

import type { Feature, FeatureState, Position } from "../model/feature";
import { extentOf } from "../model/shapes/geometry";
import { open } from "../model/shapes/ring";
import { drawSelected } from "./drawing";
import { drawMarks } from "./marks";
import type { PixelRing } from "./outlines";
import { pixelRing } from "./outlines";

/** Vertices closer than that on the page to the last one drawn are passed over. */
const STEP_PX = 0.7;
/** Corners are shown as far from the mouse as that (page pixels): those that a hand may go to next. */
const NEAR_PX = 48;
/** Of more objects no corners are shown, nor of one that is smaller than that on the screen: they would hide it. */
const MOST_OBJECTS = 8;
const LEAST_PX = 24;

/** Return the style of a selected feature: all that is added to its line lies outside of it. */
export function selectedStyle(color: string, state: FeatureState, unsure: boolean): Style {
  return new Style({
    renderer: (coordinates, { context, pixelRatio }) => {
      const outline = (coordinates as Coordinate[][]).map((ring) => pixelRing(ring, (p) => p, STEP_PX * pixelRatio));
      drawSelected(context, outline, color, state, pixelRatio);
      if (unsure) drawMarks(context, [cornerOf(outline[0] ?? [])], pixelRatio);
    },
  });
}

/** The upper right corner of the box of a ring, in pixels. */
function cornerOf(ring: PixelRing): readonly [number, number] {
  let [right, top] = [-Infinity, Infinity];
  ring.forEach((value, i) => (i % 2 ? (top = Math.min(top, value)) : (right = Math.max(right, value))));
  return [right, top];
}

/** Return the corners to show around the mouse at `pointer`, none of many objects and of small ones. */
export function cornersNear(features: readonly Feature[], pointer: Position | null, resolution: number): Position[] {
  if (!pointer || features.length > MOST_OBJECTS) return [];
  const [x, y] = pointer as [number, number];
  const reach = NEAR_PX * resolution;
  const isNear = (p: Position): boolean => Math.hypot(p[0]! - x, p[1]! - y) <= reach;
  return features
    .filter((f) => isLarge(f, resolution))
    .flatMap((f) => f.geometry.coordinates.flatMap((ring) => open(ring).filter(isNear)));
}

function isLarge({ geometry }: Feature, resolution: number): boolean {
  const [minX, minY, maxX, maxY] = extentOf(geometry);
  return Math.max(maxX - minX, maxY - minY) >= LEAST_PX * resolution;
}
