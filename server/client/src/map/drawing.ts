/** Draw objects on a canvas, all of one style as one path. */

import type { Entry } from "../model/view/feature_index";
import type { FeatureState, Position } from "../model/feature";
import { isHole } from "../model/shapes/geometry";
import { drawMarks } from "./marks";
import type { PixelRing } from "./outlines";
import { beside, pixelLine, pixelRing, trace } from "./outlines";
import { casingOf, CASING_PX, LINE_PX, LINES, SMALL_PX } from "./styles";
import type { PixelPoint } from "./thin";
import { drawPointCasings, drawPoints, POINT_PX, stroke, traceLines } from "./thin";

/** Frame of a canvas: the world coordinates of its top left corner, and world units per pixel. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly resolution: number;
  /** Pixels of the canvas per pixel of the page. */
  readonly ratio: number;
}

export interface Legend {
  readonly colorOf: (classKey: string) => string;
  readonly nameOf: (classKey: string) => string;
}

/** Objects smaller than that (page pixels) are dots. */
const DOT_PX = 2;
/** Vertices closer than that to the last one drawn are passed over; an outline of 50,000 costs what can be seen of it. */
const STEP_PX = 0.7;
/** Width of the white casing of what is selected. */
const SELECTED_PX = 2;
const ORDER: readonly FeatureState[] = ["rejected", "proposed", "accepted"];

/** Margin of a feature's drawing beyond its box, in page pixels. */
export const OVERHANG_PX = POINT_PX.ring + LINE_PX + 2 * CASING_PX;

/** Draw the outlines of features: first all casings, so that none of them lies over a neighbour's line. */
export function drawOutlines(
  context: CanvasRenderingContext2D,
  entries: readonly Entry[],
  frame: Frame,
  legend: Legend,
): void {
  const found = groups(entries, frame, legend);
  for (const { color, state, crosses, casings, lines, points } of found) {
    context.beginPath();
    trace(context, casings);
    cross(context, crosses);
    stroke(context, casingOf(color), crosses.length ? LINE_PX + CASING_PX : CASING_PX, [], frame.ratio);
    if (lines.length) {
      context.beginPath();
      traceLines(context, lines);
      stroke(context, casingOf(color), LINE_PX + 2 * CASING_PX, [], frame.ratio);
    }
    if (points.length) drawPointCasings(context, points, color, state, frame.ratio);
  }
  for (const { color, state, dash, rings, crosses, lines, points } of found) {
    context.beginPath();
    trace(context, rings);
    traceLines(context, lines);
    cross(context, crosses);
    stroke(context, color, LINE_PX, dash, frame.ratio);
    if (points.length) drawPoints(context, points, color, state, frame.ratio);
  }
  drawMarks(context, marksOf(entries, frame), frame.ratio);
}

/** Upper right corners of the boxes of what is unsure. */
function marksOf(entries: readonly Entry[], frame: Frame): (readonly [number, number])[] {
  return entries
    .filter(({ feature }) => feature.said.unsure)
    .map((entry) => {
      const [, top, right] = boxOf(entry, frame);
      const beside = entry.feature.geometry.type === "Point" ? POINT_PX.ring * frame.ratio : 0;
      return [right + beside, top - beside] as const;
    });
}

/** Draw the line of one selected object: its own, with a white casing and a dark one around that. */
export function drawSelected(
  context: CanvasRenderingContext2D,
  outline: readonly PixelRing[],
  isHole: (ring: number) => boolean,
  color: string,
  state: FeatureState,
  ratio: number,
): void {
  const side = (distance: number): PixelRing[] => outline.map((ring, r) => beside(ring, distance * ratio, isHole(r)));
  const half = LINE_PX / 2;
  for (const [distance, width, shade] of [
    [half + SELECTED_PX + 0.5, 1, "rgba(0, 0, 0, 0.7)"],
    [half + SELECTED_PX / 2, SELECTED_PX, "#ffffff"],
  ] as const) {
    context.beginPath();
    trace(context, side(distance));
    stroke(context, shade, width, [], ratio);
  }
  context.beginPath();
  trace(context, outline);
  stroke(context, color, LINE_PX, dashOf(state, spanOf(outline) < SMALL_PX * ratio), ratio);
}

/** Objects of one class, state and size. */
interface Group {
  readonly color: string;
  readonly state: FeatureState;
  readonly dash: readonly number[];
  readonly rings: PixelRing[];
  /** Lines beside the rings, outside of the object. */
  readonly casings: PixelRing[];
  /** Open lines, which have their casing on both sides. */
  readonly lines: PixelRing[];
  readonly points: PixelPoint[];
  /** Boxes (left, top, right, bottom) of what is drawn as a cross. */
  readonly crosses: (readonly [number, number, number, number])[];
}

/** Always in the same order, so that neighbouring canvases agree on what lies on top. */
function groups(entries: readonly Entry[], frame: Frame, { colorOf }: Legend): Group[] {
  const found = new Map<string, Group>();
  for (const entry of entries) {
    const { state, classKey } = entry.feature;
    const size = sizeOf(entry, frame);
    const small = size < SMALL_PX;
    const key = `${ORDER.indexOf(state)} ${small ? 0 : 1} ${classKey}`;
    let group = found.get(key);
    if (!group) {
      const dash = dashOf(state, small);
      const nothing = { rings: [], casings: [], lines: [], points: [], crosses: [] };
      found.set(key, (group = { color: colorOf(classKey), state, dash, ...nothing }));
    }
    const { type } = entry.feature.geometry;
    if (type === "Point") group.points.push(placeOf(entry, frame));
    else if (small && state === "rejected" && size >= DOT_PX) group.crosses.push(boxOf(entry, frame));
    else if (type === "LineString" && size >= DOT_PX) group.lines.push(lineOf(entry, frame));
    else if (size < DOT_PX) add(group, [dotOf(entry, frame)], () => false, frame.ratio);
    else add(group, ringsOf(entry, frame), (r) => isHole(entry.feature.geometry, r), frame.ratio);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function add(group: Group, outline: readonly PixelRing[], isHole: (ring: number) => boolean, ratio: number): void {
  const distance = ((LINE_PX + CASING_PX) / 2) * ratio;
  outline.forEach((ring, r) => {
    group.rings.push(ring);
    group.casings.push(beside(ring, distance, isHole(r)));
  });
}

function dashOf(state: FeatureState, small: boolean): readonly number[] {
  return LINES[state][small ? "smallDash" : "dash"] ?? [];
}

/** The longer side of a feature's box in page pixels. */
function sizeOf({ minX, minY, maxX, maxY }: Entry, { resolution, ratio }: Frame): number {
  return Math.max(maxX - minX, maxY - minY) / (resolution * ratio);
}

/** The longer side of an outline in pixels of the canvas. */
function spanOf([outer = []]: readonly PixelRing[]): number {
  const [xs, ys] = [0, 1].map((axis) => outer.filter((_, i) => i % 2 === axis)) as [number[], number[]];
  const span = (values: readonly number[]): number =>
    values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity);
  return Math.max(span(xs), span(ys));
}

function toPixelOf({ left, top, resolution }: Frame): (p: Position) => [number, number] {
  return (p) => [(p[0]! - left) / resolution, (top - p[1]!) / resolution];
}

function ringsOf({ feature }: Entry, frame: Frame): PixelRing[] {
  return feature.geometry.coordinates.map((ring) => pixelRing(ring, toPixelOf(frame), STEP_PX * frame.ratio));
}

function lineOf({ feature }: Entry, frame: Frame): PixelRing {
  return pixelLine(feature.geometry.coordinates[0]!, toPixelOf(frame), STEP_PX * frame.ratio);
}

function boxOf({ minX, minY, maxX, maxY }: Entry, { left, top, resolution }: Frame): [number, number, number, number] {
  return [(minX - left) / resolution, (top - maxY) / resolution, (maxX - left) / resolution, (top - minY) / resolution];
}

function placeOf(entry: Entry, frame: Frame): PixelPoint {
  const [x, y] = boxOf(entry, frame);
  return [x, y];
}

function dotOf(entry: Entry, frame: Frame): PixelRing {
  const [x, y] = boxOf(entry, frame);
  const side = DOT_PX * frame.ratio;
  return [x, y, x + side, y, x + side, y + side, x, y + side];
}

function cross(context: CanvasRenderingContext2D, boxes: Group["crosses"]): void {
  for (const [x0, y0, x1, y1] of boxes) {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.moveTo(x1, y0);
    context.lineTo(x0, y1);
  }
}
