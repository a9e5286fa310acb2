/** Geometries moved, rotated and scaled, several at once and all in the same way. */

import type { Extent, Geometry, Position } from "../feature";
import { extentOfPositions } from "./ring";
import { type Result, ok, refuse } from "./result";
import { TEXTS } from "../../texts";

/** Every place of the geometries sent through one function. */
function mapPositions<G extends Geometry>(geometries: readonly G[], send: (p: Position) => Position): G[] {
  return geometries.map((geometry) => ({
    ...geometry,
    coordinates: geometry.coordinates.map((ring) => ring.map(send)),
  }));
}

/** The middle of the box around all of them: what they are turned and scaled about unless told otherwise. */
export function middleOf(geometries: readonly Geometry[]): Position {
  const [minX, minY, maxX, maxY]: Extent = extentOfPositions(
    geometries.flatMap(({ type, coordinates }) =>
      type === "MultiPolygon" ? coordinates.flat() : (coordinates[0] ?? []),
    ),
  );
  return [minX + (maxX - minX) / 2, minY + (maxY - minY) / 2];
}

export function move<G extends Geometry>(geometries: readonly G[], dx: number, dy: number): G[] {
  return mapPositions(geometries, (p) => [p[0]! + dx, p[1]! + dy]);
}

/** Turned counter-clockwise by an angle in radians about a position. */
export function rotate<G extends Geometry>(geometries: readonly G[], about: Position, angle: number): G[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x0, y0] = [about[0]!, about[1]!];
  return mapPositions(geometries, (p) => {
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
export function scale<G extends Geometry>(
  geometries: readonly G[],
  about: Position,
  byX: number,
  byY = byX,
  angle = 0,
): Result<G[]> {
  if (!Number.isFinite(byX) || !Number.isFinite(byY) || byX === 0 || byY === 0) {
    return refuse(TEXTS.shapes.scaleFactors(byX, byY));
  }
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x0, y0] = [about[0]!, about[1]!];
  return ok(
    mapPositions(geometries, (p) => {
      const [x, y] = [p[0]! - x0, p[1]! - y0];
      const [u, v] = [byX * (x * cos + y * sin), byY * (y * cos - x * sin)];
      return [x0 + u * cos - v * sin, y0 + u * sin + v * cos];
    }),
  );
}
