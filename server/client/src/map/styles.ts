/** Styles of features: the colour is the class, the line is the state. */

import Fill from "ol/style/Fill";
import Circle from "ol/style/Circle";
import MultiPoint from "ol/geom/MultiPoint";
import Polygon from "ol/geom/Polygon";
import RegularShape from "ol/style/RegularShape";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";

import type { FeatureState } from "../model/feature";

export const CASING = "rgba(0, 0, 0, 0.6)";
const SELECTED = "#ffffff";
/** An outline of more corners shows one only where the mouse is. */
const MOST_CORNERS = 2000;

export function translucent(color: string, alpha: number): string {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

/** Line style of a state; lengths in page pixels, opacities 0 to 1. */
export interface Line {
  readonly width: number;
  readonly dash: number[] | undefined;
  readonly line: number;
  readonly fill: number;
  /** Extra width of a dark casing, which keeps every colour visible over bright roofs and dark woods alike. */
  readonly casing: number;
  /** True if the casing has the gaps of the line, so that it stays faint. */
  readonly gaps?: boolean;
}

export const LINES: Record<FeatureState, Line> = {
  proposed: { width: 2, dash: [7, 5], line: 1, fill: 0.08, casing: 2 },
  accepted: { width: 2.5, dash: undefined, line: 1, fill: 0, casing: 2 },
  rejected: { width: 1.5, dash: [2, 4], line: 0.9, fill: 0, casing: 1.5, gaps: true },
};

/** Small objects have no room for dashes: proposed is hollow, accepted is filled, rejected is a cross. */
const FAR_LINES: Record<FeatureState, Line> = {
  proposed: { width: 1.25, dash: undefined, line: 1, fill: 0, casing: 1.25 },
  accepted: { width: 1.25, dash: undefined, line: 1, fill: 0.75, casing: 1.25 },
  rejected: { width: 1.25, dash: undefined, line: 0.9, fill: 0, casing: 1 },
};

export function farLine(state: FeatureState): Line {
  return FAR_LINES[state];
}

const corners = new Style({
  image: new Circle({
    radius: 4,
    fill: new Fill({ color: SELECTED }),
    stroke: new Stroke({ color: "#000", width: 1 }),
  }),
  geometry: (feature) => {
    const geometry = feature.getGeometry();
    if (!(geometry instanceof Polygon) || geometry.getFlatCoordinates().length > 2 * MOST_CORNERS) return undefined;
    return new MultiPoint(geometry.getCoordinates().flatMap((r) => r.slice(0, -1)));
  },
});

/** Style of the selected feature: a white frame around its own line, and its corners. */
export function selectedStyle(color: string, state: FeatureState, withCorners: boolean): Style[] {
  const { dash } = LINES[state];
  return [
    new Style({ stroke: new Stroke({ color: "rgba(0, 0, 0, 0.7)", width: 8 }) }),
    new Style({ stroke: new Stroke({ color: SELECTED, width: 6 }) }),
    new Style({ stroke: new Stroke({ color, width: 3, lineDash: dash, lineCap: "butt" }) }),
    ...(withCorners ? [corners] : []),
  ];
}

const chosen = new Circle({
  radius: 6,
  fill: new Fill({ color: "#000000" }),
  stroke: new Stroke({ color: SELECTED, width: 2.5 }),
});
/** A mark nearer than that to the last one (page pixels) could not be told from it. */
const MARKS_APART_PX = 3;

/**
 * Style of the corners that are chosen, as one MultiPoint: filled black, so that they stand out among the white ones.
 *
 * There may be ten thousand: OpenLayers would draw each of them, every one between a save and a restore.
 */
export const chosenStyle = new Style({
  renderer: (positions, { context, pixelRatio }) => {
    const image = chosen.getImage(pixelRatio);
    const apart = (MARKS_APART_PX * pixelRatio) ** 2;
    let [px, py] = [Infinity, Infinity];
    for (const [x, y] of positions as [number, number][]) {
      if ((x - px) ** 2 + (y - py) ** 2 < apart) continue;
      context.drawImage(image, Math.round(x - image.width / 2), Math.round(y - image.height / 2));
      [px, py] = [x, y];
    }
  },
});

/** Style of the point under the mouse that a drag would take along. */
export const hoverStyle = new Style({
  image: new Circle({
    radius: 6,
    fill: new Fill({ color: "rgba(255, 255, 255, 0.35)" }),
    stroke: new Stroke({ color: SELECTED, width: 2 }),
  }),
});

/** Style of the cross that the arrow keys move while drawing. */
export const crosshairStyle = [5, 2].map(
  (width) =>
    new Style({
      image: new RegularShape({
        points: 4,
        radius: 14,
        radius2: 0,
        stroke: new Stroke({ color: width > 2 ? CASING : SELECTED, width }),
      }),
    }),
);

/** Style of the corners set so far. */
export const tagStyle = new Style({
  image: new Circle({
    radius: 3.5,
    fill: new Fill({ color: SELECTED }),
    stroke: new Stroke({ color: "#000", width: 1 }),
  }),
});

/** Style of the positions where an outline crosses itself: a cross in a ring, not a colour alone. */
export const flawStyle = [
  new Style({ image: new Circle({ radius: 9, stroke: new Stroke({ color: "#000", width: 5 }) }) }),
  new Style({ image: new Circle({ radius: 9, stroke: new Stroke({ color: "#ff5a5a", width: 2.5 }) }) }),
  new Style({
    image: new RegularShape({ points: 4, radius: 9, radius2: 0, stroke: new Stroke({ color: "#ff5a5a", width: 2 }) }),
  }),
];

/** Style of the outline being drawn. */
export function sketchStyle(color: string): Style[] {
  return [
    new Style({ stroke: new Stroke({ color: CASING, width: 5 }), fill: new Fill({ color: translucent(color, 0.14) }) }),
    new Style({ stroke: new Stroke({ color, width: 2.5 }), image: hoverStyle.getImage()! }),
  ];
}

/** Style of another person's version while a conflict is being decided. */
export const conflictStyle = [
  new Style({ stroke: new Stroke({ color: "#000000", width: 5 }) }),
  new Style({ stroke: new Stroke({ color: "#ffffff", width: 2.5, lineDash: [2, 6] }) }),
];
