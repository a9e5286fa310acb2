/** Draw outlines on a canvas, all of one style as one path. */

import type { Entry } from "../model/view/feature_index";
import type { FeatureState, Ring } from "../model/feature";
import type { Line } from "./styles";
import { CASING, farLine, LINES, translucent } from "./styles";

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

/** Objects smaller than that (page pixels) are drawn as far away: there is no room for dashes. */
const SMALL_PX = 16;
/** Smaller still, they are dots. */
const DOT_PX = 2;
/** Vertices closer than that to the last one drawn are passed over; an outline of 50,000 costs what can be seen of it. */
const STEP_PX = 0.7;
const TEXT = "11px system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif";
const TEXT_PX = 11;
const ORDER: readonly FeatureState[] = ["rejected", "proposed", "accepted"];

/** Margin of a feature's drawing beyond its box, in page pixels. */
export const OVERHANG_PX = TEXT_PX + 6;

export function drawOutlines(
  context: CanvasRenderingContext2D,
  entries: readonly Entry[],
  frame: Frame,
  legend: Legend,
): void {
  for (const { state, color, small, members } of groups(entries, frame, legend)) {
    context.beginPath();
    for (const entry of members) trace(context, entry, frame, small);
    paint(context, color, small ? farLine(state) : LINES[state], frame.ratio);
  }
}

interface Group {
  readonly state: FeatureState;
  readonly color: string;
  readonly small: boolean;
  readonly members: Entry[];
}

/** Always in the same order, so that neighbouring canvases agree on what lies on top. */
function groups(entries: readonly Entry[], frame: Frame, { colorOf }: Legend): Group[] {
  const found = new Map<string, Group>();
  for (const entry of entries) {
    const { state, classKey } = entry.feature;
    const small = sizeOf(entry, frame) < SMALL_PX;
    const key = `${ORDER.indexOf(state)} ${small ? 0 : 1} ${classKey}`;
    let group = found.get(key);
    if (!group) found.set(key, (group = { state, color: colorOf(classKey), small, members: [] }));
    group.members.push(entry);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** The longer side of a feature's box in page pixels. */
function sizeOf({ minX, minY, maxX, maxY }: Entry, { resolution, ratio }: Frame): number {
  return Math.max(maxX - minX, maxY - minY) / (resolution * ratio);
}

function trace(context: CanvasRenderingContext2D, entry: Entry, frame: Frame, small: boolean): void {
  const { left, top, resolution, ratio } = frame;
  const [x0, y0] = [(entry.minX - left) / resolution, (top - entry.maxY) / resolution];
  const [x1, y1] = [(entry.maxX - left) / resolution, (top - entry.minY) / resolution];
  if (sizeOf(entry, frame) < DOT_PX) context.rect(x0, y0, DOT_PX * ratio, DOT_PX * ratio);
  else if (small && entry.feature.state === "rejected") {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.moveTo(x1, y0);
    context.lineTo(x0, y1);
  } else for (const ring of entry.feature.geometry.coordinates) traceRing(context, ring, frame);
}

function traceRing(context: CanvasRenderingContext2D, ring: Ring, { left, top, resolution, ratio }: Frame): void {
  const least = (STEP_PX * ratio) ** 2;
  let [px, py] = [Infinity, Infinity];
  for (let i = 0; i + 1 < ring.length; i++) {
    const x = (ring[i]![0]! - left) / resolution;
    const y = (top - ring[i]![1]!) / resolution;
    if ((x - px) ** 2 + (y - py) ** 2 < least) continue;
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
    [px, py] = [x, y];
  }
  context.closePath();
}

function paint(context: CanvasRenderingContext2D, color: string, style: Line, ratio: number): void {
  const { width, line, fill, casing, gaps } = style;
  const dash = style.dash?.map((length) => length * ratio) ?? [];
  if (fill) {
    context.fillStyle = translucent(color, fill);
    context.fill("evenodd");
  }
  if (casing) {
    context.setLineDash(gaps ? dash : []);
    context.strokeStyle = CASING;
    context.lineWidth = (width + casing) * ratio;
    context.stroke();
  }
  context.setLineDash(dash);
  context.strokeStyle = translucent(color, line);
  context.lineWidth = width * ratio;
  context.stroke();
}

/** Write score and class above the objects that are wide enough for the words. */
export function drawScores(
  context: CanvasRenderingContext2D,
  entries: readonly Entry[],
  frame: Frame,
  { nameOf }: Legend,
): void {
  const { left, top, resolution, ratio } = frame;
  context.setLineDash([]);
  context.font = TEXT.replace(String(TEXT_PX), String(TEXT_PX * ratio));
  context.textBaseline = "bottom";
  context.lineJoin = "round";
  context.lineWidth = 3 * ratio;
  context.strokeStyle = "rgba(0, 0, 0, 0.8)";
  context.fillStyle = "#ffffff";
  for (const { feature, minX, maxX, maxY } of entries) {
    const score = feature.score?.toFixed(2) ?? "";
    const room = (maxX - minX) / resolution;
    const words = [`${score} ${nameOf(feature.classKey)}`.trim(), score].find(
      (w) => w && context.measureText(w).width <= room,
    );
    if (!words) continue;
    const [x, y] = [(minX - left) / resolution, (top - maxY) / resolution - 3 * ratio];
    context.strokeText(words, x, y);
    context.fillText(words, x, y);
  }
}
