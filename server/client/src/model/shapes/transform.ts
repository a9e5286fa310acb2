/** Polygons moved, rotated and scaled, several at once and all in the same way. */

import type { Extent, Polygon, Position } from "../feature";
import { extentOfPositions } from "./ring";
import { type Result, ok, refuse } from "./result";
import { TEXTS } from "../../texts";

/** Every place of the polygons sent through one function. */
function mapPositions(polygons: readonly Polygon[], send: (p: Position) => Position): Polygon[] {
  return polygons.map(({ type, coordinates }) => ({ type, coordinates: coordinates.map((ring) => ring.map(send)) }));
}

/** The middle of the box around all of them: what they are turned and scaled about unless told otherwise. */
export function middleOf(polygons: readonly Polygon[]): Position {
  const [minX, minY, maxX, maxY]: Extent = extentOfPositions(polygons.flatMap((p) => p.coordinates[0] ?? []));
  return [minX + (maxX - minX) / 2, minY + (maxY - minY) / 2];
}

export function move(polygons: readonly Polygon[], dx: number, dy: number): Polygon[] {
  return mapPositions(polygons, (p) => [p[0]! + dx, p[1]! + dy]);
}

/** Turned counter-clockwise by an angle in radians about a position. */
export function rotate(polygons: readonly Polygon[], about: Position, angle: number): Polygon[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x0, y0] = [about[0]!, about[1]!];
  return mapPositions(polygons, (p) => {
    const [x, y] = [p[0]! - x0, p[1]! - y0];
    return [x0 + x * cos - y * sin, y0 + x * sin + y * cos];
  });
}

/**
 * Stretched about a position that stays, by one factor or by one for each axis; negative factors mirror.
 *
 * Args:
 *   angle: Of the first axis, counter-clockwise from the x axis in radians: that of a turned box, for instance.
 */
export function scale(
  polygons: readonly Polygon[],
  about: Position,
  byX: number,
  byY = byX,
  angle = 0,
): Result<Polygon[]> {
  if (!Number.isFinite(byX) || !Number.isFinite(byY) || byX === 0 || byY === 0) {
    return refuse(TEXTS.shapes.scaleFactors(byX, byY));
  }
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x0, y0] = [about[0]!, about[1]!];
  return ok(
    mapPositions(polygons, (p) => {
      const [x, y] = [p[0]! - x0, p[1]! - y0];
      const [u, v] = [byX * (x * cos + y * sin), byY * (y * cos - x * sin)];
      return [x0 + u * cos - v * sin, y0 + u * sin + v * cos];
    }),
  );
}
