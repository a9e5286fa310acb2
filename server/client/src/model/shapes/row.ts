/** Copies of shapes along a line. */

import type { Geometry, Position } from "../feature";
import { type Result, ok, refuse } from "./result";
import { middleOf, move } from "./transform";
import { TEXTS } from "../../texts";

/** Copy in one row. */
export const MOST_COPIES = 1000;

/** Copy of the geometries, equally far from each other; the middle of the last one comes to lie on `end`. */
export function copiesAlong(geometries: readonly Geometry[], end: Position, count: number): Result<Geometry[][]> {
  if (!Number.isInteger(count) || count < 1 || count > MOST_COPIES) {
    return refuse(TEXTS.shapes.copies(count, MOST_COPIES));
  }
  const [x, y] = middleOf(geometries);
  const [dx, dy] = [end[0]! - x!, end[1]! - y!];
  if (dx === 0 && dy === 0) return refuse(TEXTS.shapes.rowEnd);
  return ok(Array.from({ length: count }, (_, i) => move(geometries, (dx * (i + 1)) / count, (dy * (i + 1)) / count)));
}
