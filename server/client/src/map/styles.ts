/** Styles of features: the colour is the class, the line is the state. */

import Fill from "ol/style/Fill";
import Circle from "ol/style/Circle";
import RegularShape from "ol/style/RegularShape";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";

import type { FeatureState } from "../model/feature";

const CASING = "rgba(0, 0, 0, 0.6)";
const SELECTED = "#ffffff";

function translucent(color: string, alpha: number): string {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}

/** Typeface of words on the canvas of the map. */
export const FONT = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif";

/** Width of every line, in page pixels, at every zoom. */
export const LINE_PX = 1.5;
/** Width of the casing beside the line, outside of the object: what is in the object is evidence and stays clear. */
export const CASING_PX = 1;

/** Line of a state: dashes in page pixels, and those of objects too small for them. */
export interface Line {
  readonly dash: number[] | undefined;
  readonly smallDash: number[] | undefined;
}

export const LINES: Record<FeatureState, Line> = {
  proposed: { dash: [7, 5], smallDash: [3, 2.5] },
  accepted: { dash: undefined, smallDash: undefined },
  rejected: { dash: [2, 4], smallDash: [1.5, 2.5] },
};

/** Objects smaller than that (page pixels) have the small dashes. */
export const SMALL_PX = 16;

/** Return the colour of a casing that keeps a line visible over bright roofs and dark woods alike: dark, or light for dark colours. */
export function casingOf(color: string): string {
  return luminance(color) < DARK ? "rgba(255, 255, 255, 0.75)" : CASING;
}

/** Luminance (WCAG 2) below which a colour needs a light casing. */
const DARK = 0.18;

/** Return the relative luminance of a colour "#rrggbb", 0 to 1. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const value = parseInt(color.slice(i, i + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Style of the corners near the mouse. */
export const cornersStyle = new Style({
  image: new Circle({
    radius: 4,
    fill: new Fill({ color: SELECTED }),
    stroke: new Stroke({ color: "#000", width: 1 }),
  }),
});

/** Fill of the object under the mouse, light enough for all that is in it to be seen; a line or a point has a broad one. */
export const hoveredStyle = (color: string, hasArea: boolean): Style =>
  hasArea
    ? new Style({ fill: new Fill({ color: translucent(color, 0.14) }) })
    : new Style({
        stroke: new Stroke({ color: translucent(color, 0.4), width: 11 }),
        image: new Circle({ radius: 11, fill: new Fill({ color: translucent(color, 0.4) }) }),
      });

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

/** Style of the place of another object that a corner snaps to: a ring around it. */
export const snapStyle = [5, 2].map(
  (width) =>
    new Style({
      image: new Circle({ radius: 10, stroke: new Stroke({ color: width > 2 ? CASING : SELECTED, width }) }),
    }),
);

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
    new Style({ stroke: new Stroke({ color: casingOf(color), width: LINE_PX + 2 * CASING_PX }) }),
    new Style({ stroke: new Stroke({ color, width: LINE_PX }), image: hoverStyle.getImage()! }),
  ];
}

/** Style of another person's version while a conflict is being decided. */
export const conflictStyle = [
  { color: "#000000", width: 5 },
  { color: "#ffffff", width: 2.5, lineDash: [2, 6] },
].map((line) => new Style({ stroke: new Stroke(line), image: new Circle({ radius: 9, stroke: new Stroke(line) }) }));
