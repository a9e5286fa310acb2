/** Lines and points on a canvas: what has no area has a casing on all sides, and a point one size at every zoom. */

import type { FeatureState } from "../model/feature";
import type { PixelRing } from "./outlines";
import { casingOf, CASING_PX, LINE_PX, LINES } from "./styles";

/** Radii of a point in page pixels: its dot, and the ring around it. */
export const POINT_PX = { dot: 2.5, ring: 7 };
/** Distance of a press to a line or a point that takes it, in page pixels. */
export const THIN_PX = 7;
/** Dashes that go round the ring of a point a whole number of times. */
const RING_DASHES: Readonly<Record<FeatureState, readonly number[]>> = {
  proposed: [5.5, 5.5],
  accepted: [],
  rejected: [1.5, 2.9],
};
/** Width of the white casing of what is selected. */
const SELECTED_PX = 2;
const SELECTED_CASING = "rgba(0, 0, 0, 0.7)";

/** A place on a canvas, in its pixels. */
export type PixelPoint = readonly [x: number, y: number];

/** Add open lines to the path of a canvas. */
export function traceLines(context: CanvasRenderingContext2D, lines: Iterable<PixelRing>): void {
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      if (i === 0) context.moveTo(line[i]!, line[i + 1]!);
      else context.lineTo(line[i]!, line[i + 1]!);
    }
  }
}

/** Draw the casings of points of one colour. */
export function drawPointCasings(
  context: CanvasRenderingContext2D,
  points: readonly PixelPoint[],
  color: string,
  state: FeatureState,
  ratio: number,
): void {
  circles(context, points, POINT_PX.ring * ratio);
  stroke(context, casingOf(color), LINE_PX + 2 * CASING_PX, [], ratio);
  if (state === "rejected") {
    crosses(context, points, POINT_PX.dot * ratio);
    stroke(context, casingOf(color), LINE_PX + 2 * CASING_PX, [], ratio);
  } else {
    circles(context, points, (POINT_PX.dot + CASING_PX) * ratio);
    context.fillStyle = casingOf(color);
    context.fill();
  }
}

/** Draw points of one colour and state: a dot in a ring, and for a rejected one a cross. */
export function drawPoints(
  context: CanvasRenderingContext2D,
  points: readonly PixelPoint[],
  color: string,
  state: FeatureState,
  ratio: number,
): void {
  circles(context, points, POINT_PX.ring * ratio);
  stroke(context, color, LINE_PX, RING_DASHES[state], ratio);
  if (state === "rejected") {
    crosses(context, points, POINT_PX.dot * ratio);
    stroke(context, color, LINE_PX, [], ratio);
  } else {
    circles(context, points, POINT_PX.dot * ratio);
    context.fillStyle = color;
    context.fill();
  }
}

/** Draw a selected line: as it is, with a white casing and a dark one around that. */
export function drawSelectedLine(
  context: CanvasRenderingContext2D,
  line: PixelRing,
  color: string,
  state: FeatureState,
  ratio: number,
): void {
  const cased = LINE_PX + 2 * CASING_PX;
  context.lineJoin = "round";
  for (const [width, shade, dash] of [
    [cased + 2 * SELECTED_PX + 2, SELECTED_CASING, []],
    [cased + 2 * SELECTED_PX, "#ffffff", []],
    // Over the white, whose contrast to a light colour is none.
    [cased, casingOf(color), []],
    [LINE_PX, color, LINES[state].dash ?? []],
  ] as const) {
    context.beginPath();
    traceLines(context, [line]);
    stroke(context, shade, width, dash, ratio);
  }
}

/** Draw a selected point: as it is, with a white ring and a dark one around it. */
export function drawSelectedPoint(
  context: CanvasRenderingContext2D,
  point: PixelPoint,
  color: string,
  state: FeatureState,
  ratio: number,
): void {
  const edge = POINT_PX.ring + LINE_PX / 2;
  for (const [radius, width, shade] of [
    [edge + SELECTED_PX + 0.5, 1, SELECTED_CASING],
    [edge + SELECTED_PX / 2, SELECTED_PX, "#ffffff"],
  ] as const) {
    circles(context, [point], radius * ratio);
    stroke(context, shade, width, [], ratio);
  }
  drawPointCasings(context, [point], color, state, ratio);
  drawPoints(context, [point], color, state, ratio);
}

function circles(context: CanvasRenderingContext2D, points: readonly PixelPoint[], radius: number): void {
  context.beginPath();
  for (const [x, y] of points) {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

function crosses(context: CanvasRenderingContext2D, points: readonly PixelPoint[], radius: number): void {
  context.beginPath();
  for (const [x, y] of points) {
    context.moveTo(x - radius, y - radius);
    context.lineTo(x + radius, y + radius);
    context.moveTo(x + radius, y - radius);
    context.lineTo(x - radius, y + radius);
  }
}

/** Stroke the path; widths and dashes in page pixels. */
export function stroke(
  context: CanvasRenderingContext2D,
  color: string,
  width: number,
  dash: readonly number[],
  ratio: number,
): void {
  context.setLineDash(dash.map((length) => length * ratio));
  context.strokeStyle = color;
  context.lineWidth = width * ratio;
  context.stroke();
}
