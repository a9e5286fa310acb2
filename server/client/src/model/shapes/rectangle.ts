/** Rectangles as they are drawn: from two corners, or from three clicks. */

import { TEXTS } from "../../texts";
import type { Polygon, Position } from "../feature";
import { type Result, ok, refuse } from "./result";
import { close, oriented, polygonOf } from "./ring";
import { distance, side } from "./segment";

const FLAT = TEXTS.shapes.flatRectangle;

/** Parallel to the axes, between two opposite corners. */
export function rectangle(a: Position, b: Position): Result<Polygon> {
  if (!(Math.abs(a[0]! - b[0]!) > 0 && Math.abs(a[1]! - b[1]!) > 0)) return refuse(FLAT);
  const [x1, y1, x2, y2] = [
    Math.min(a[0]!, b[0]!),
    Math.min(a[1]!, b[1]!),
    Math.max(a[0]!, b[0]!),
    Math.max(a[1]!, b[1]!),
  ];
  return ok(
    polygonOf([
      [x1, y1],
      [x2, y1],
      [x2, y2],
      [x1, y2],
      [x1, y1],
    ]),
  );
}

/** One side from a to b, the opposite one through c. */
export function orientedRectangle(a: Position, b: Position, c: Position): Result<Polygon> {
  const [ux, uy] = [b[0]! - a[0]!, b[1]! - a[1]!];
  const length = distance(a, b);
  if (!(length > 0) || side(a, b, c) === 0) return refuse(FLAT);
  const depth = (ux * (c[1]! - a[1]!) - uy * (c[0]! - a[0]!)) / length;
  const [nx, ny] = [(-uy / length) * depth, (ux / length) * depth];
  return ok(oriented(polygonOf(close([a, b, [b[0]! + nx, b[1]! + ny], [a[0]! + nx, a[1]! + ny]]))));
}
