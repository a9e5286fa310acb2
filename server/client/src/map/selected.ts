/** Style of the selected features, and which of their corners are shown. */

import type { Coordinate } from "ol/coordinate";
import Style from "ol/style/Style";

import type { Feature, Position } from "../model/feature";
import { cornersOf, extentOf, isHole } from "../model/shapes/geometry";
import { drawSelected } from "./drawing";
import { drawMarks } from "./marks";
import type { PixelRing } from "./outlines";
import { pixelLine, pixelRing } from "./outlines";
import { drawSelectedLine, drawSelectedPoint, POINT_PX } from "./thin";

/** Vertices closer than that on the page to the last one drawn are passed over. */
const STEP_PX = 0.7;
/** Corners are shown as far from the mouse as that (page pixels): those that a hand may go to next. */
const NEAR_PX = 48;
/** Of more objects no corners are shown, nor of one that is smaller than that on the screen: they would hide it. */
const MOST_OBJECTS = 8;
const LEAST_PX = 24;

/** Return the style of a selected feature: all that is added to the line of an outline lies outside of it. */
export function selectedStyle({ geometry, state, said }: Feature, color: string): Style {
  return new Style({
    renderer: (coordinates, { context, pixelRatio: ratio }) => {
      const step = STEP_PX * ratio;
      if (geometry.type === "Point") {
        const [x, y] = coordinates as Coordinate;
        drawSelectedPoint(context, [x!, y!], color, state, ratio);
        const beside = POINT_PX.ring * ratio;
        if (said.unsure) drawMarks(context, [[x! + beside, y! - beside]], ratio);
        return;
      }
      const isLine = geometry.type === "LineString";
      const rings = isLine
        ? [pixelLine(coordinates as Coordinate[], (p) => p, step)]
        : ringsOf(geometry.type, coordinates).map((ring) => pixelRing(ring, (p) => p, step));
      if (isLine) drawSelectedLine(context, rings[0]!, color, state, ratio);
      else drawSelected(context, rings, (r) => isHole(geometry, r), color, state, ratio);
      if (said.unsure) drawMarks(context, [cornerOf(rings[0] ?? [])], ratio);
    },
  });
}

/** The rings of an outline, or of all parts, as a style gets them. */
function ringsOf(type: string, coordinates: unknown): Coordinate[][] {
  return type === "MultiPolygon" ? (coordinates as Coordinate[][][]).flat() : (coordinates as Coordinate[][]);
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
    .flatMap((f) => f.geometry.coordinates.flatMap((ring) => cornersOf(f.geometry, ring).filter(isNear)));
}

function isLarge({ geometry }: Feature, resolution: number): boolean {
  const [minX, minY, maxX, maxY] = extentOf(geometry);
  return Math.max(maxX - minX, maxY - minY) >= LEAST_PX * resolution;
}
