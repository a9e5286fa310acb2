/** Frame around the selected features, and the transforms that dragging its handles makes. */

import type { Geometry, Polygon, Position } from "../feature";
import { extentOf, unionExtent } from "../shapes/geometry";
import { orientedBox } from "../shapes/hull";
import { isRefused } from "../shapes/result";
import { move, rotate, scale } from "../shapes/transform";

/** A box of `width` along `angle`, counter-clockwise from the x axis in radians, and `height` across. */
export interface Frame {
  readonly middle: Position;
  readonly angle: number;
  readonly width: number;
  readonly height: number;
}

/** Part of the frame that a drag takes: a corner or side, the handle that rotates it, or all of it. */
export type Handle =
  | { readonly kind: "scale"; readonly u: -1 | 0 | 1; readonly v: -1 | 0 | 1 }
  | { readonly kind: "rotate" }
  | { readonly kind: "move" };

export interface ModifierKeys {
  /** Shift: proportions, whole steps of the angle, one direction. */
  readonly keep: boolean;
  /** Ctrl: the middle stays instead of the opposite side. */
  readonly fromMiddle: boolean;
}

export type Gesture = <G extends Geometry>(outlines: readonly G[]) => G[];

/** A thing cannot be dragged smaller than this share of itself, so never to nothing and never inside out. */
const LEAST = 0.02;
const STEP = Math.PI / 12;

export const SCALES: readonly Extract<Handle, { kind: "scale" }>[] = ([-1, 0, 1] as const).flatMap((v) =>
  ([-1, 0, 1] as const).filter((u) => u || v).map((u) => ({ kind: "scale" as const, u, v })),
);

/** Around one outline along its own sides, so that it grows along them; around several along the axes. */
export function frameOf(outlines: readonly Geometry[]): Frame {
  const box = outlines.length === 1 ? orientedBox(outlines) : null;
  if (box && !isRefused(box)) return along(box.ok);
  const [minX, minY, maxX, maxY] = unionExtent(outlines.map(extentOf));
  return { middle: [(minX + maxX) / 2, (minY + maxY) / 2], angle: 0, width: maxX - minX, height: maxY - minY };
}

/** The frame of a rectangle, its angle within 45° of the x axis. */
function along({ coordinates: [ring] }: Polygon): Frame {
  const [a, b, c] = ring as readonly [Position, Position, Position];
  const [width, height] = [Math.hypot(b[0]! - a[0]!, b[1]! - a[1]!), Math.hypot(c[0]! - b[0]!, c[1]! - b[1]!)];
  const direction = Math.atan2(b[1]! - a[1]!, b[0]! - a[0]!);
  const quarters = Math.round(direction / (Math.PI / 2));
  const upright = quarters % 2 !== 0;
  return {
    middle: [(a[0]! + c[0]!) / 2, (a[1]! + c[1]!) / 2],
    angle: direction - quarters * (Math.PI / 2),
    width: upright ? height : width,
    height: upright ? width : height,
  };
}

/** The frame with room of `margin` around it, and no side shorter than `least`: as it is drawn. */
export function widened(frame: Frame, margin: number, least: number): Frame {
  return {
    ...frame,
    width: Math.max(frame.width + 2 * margin, least),
    height: Math.max(frame.height + 2 * margin, least),
  };
}

/** The position in the frame `u` half widths and `v` half heights from its middle, and `beyond` farther across. */
export function positionIn({ middle, angle, width, height }: Frame, u: number, v: number, beyond = 0): Position {
  const [x, y] = turned([(u * width) / 2, (v * height) / 2 + beyond], angle);
  return [middle[0]! + x!, middle[1]! + y!];
}

export function outlineOfFrame(frame: Frame): Polygon {
  const corners = [
    positionIn(frame, -1, -1),
    positionIn(frame, 1, -1),
    positionIn(frame, 1, 1),
    positionIn(frame, -1, 1),
  ];
  return { type: "Polygon", coordinates: [[...corners, corners[0]!]] };
}

/** Return whether a position lies within the frame. */
export function isWithin({ middle, angle, width, height }: Frame, position: Position): boolean {
  const [x, y] = turned([position[0]! - middle[0]!, position[1]! - middle[1]!], -angle);
  return Math.abs(x!) <= width / 2 && Math.abs(y!) <= height / 2;
}

/** Return the transform that a drag of a handle applies to outlines. */
export function dragged(frame: Frame, handle: Handle, from: Position, to: Position, keys: ModifierKeys): Gesture {
  const [du, dv] = turned([to[0]! - from[0]!, to[1]! - from[1]!], -frame.angle) as [number, number];
  if (handle.kind === "move") {
    const along = Math.abs(du) > Math.abs(dv) ? [du, 0] : [0, dv];
    const [dx, dy] = turned(keys.keep ? along : [du, dv], frame.angle) as [number, number];
    return (outlines) => move(outlines, dx, dy);
  }
  if (handle.kind === "rotate") {
    const angle = directionFrom(frame.middle, to) - directionFrom(frame.middle, from);
    return (outlines) => rotate(outlines, frame.middle, keys.keep ? Math.round(angle / STEP) * STEP : angle);
  }
  const [byU, byV] = factors(frame, handle, du, dv, keys);
  const about = keys.fromMiddle ? frame.middle : positionIn(frame, -handle.u, -handle.v);
  return (outlines) => {
    const scaled = scale(outlines, about, byU, byV, frame.angle);
    return isRefused(scaled) ? [...outlines] : scaled.ok;
  };
}

function factors(
  { width, height }: Frame,
  { u, v }: { u: number; v: number },
  du: number,
  dv: number,
  { keep, fromMiddle }: ModifierKeys,
): [number, number] {
  const share = fromMiddle ? 1 / 2 : 1;
  const by = (growth: number): number => Math.max(1 + growth / share, LEAST);
  // With proportions kept, only what goes along the diagonal, or the side's own direction, counts.
  const [w, h] = [Math.abs(u) * width, Math.abs(v) * height];
  // What is flat, as a straight line is, does not grow across.
  const grown = (length: number, size: number): number => (size > 0 ? by(length / size) : 1);
  const together = grown(u * du * w + v * dv * h, w ** 2 + h ** 2);
  return keep ? [together, together] : [grown(u * du, width), grown(v * dv, height)];
}

function directionFrom(middle: Position, position: Position): number {
  return Math.atan2(position[1]! - middle[1]!, position[0]! - middle[0]!);
}

function turned([x, y]: Position, angle: number): Position {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x! * cos - y! * sin, x! * sin + y! * cos];
}
