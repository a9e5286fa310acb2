/** Rectangles of pixels of a scene. */

import type { Position } from "../feature";
import type { SceneGrid } from "./scene_grid";

/** Left, top, right and bottom, in pixels. */
export type PixelArea = readonly [left: number, top: number, right: number, bottom: number];

/** Pixels by which rounding moves a position on its way to the world and back. */
const ROUNDING = 1e-6;

/** The least area of whole pixels that holds some positions in world coordinates; null where it has no pixel. */
export function areaAround(grid: SceneGrid, positions: readonly Position[]): PixelArea | null {
  const pixels = positions.map((position) => grid.toPixel(position));
  const [cols, rows] = [pixels.map(([col]) => col), pixels.map(([, row]) => row)];
  const [left, right] = spanOf(cols, grid.ground.width);
  const [top, bottom] = spanOf(rows, grid.ground.height);
  return left < right && top < bottom ? [left, top, right, bottom] : null;
}

/** The least span of whole pixels of a raster's side that holds some positions along it. */
function spanOf(positions: readonly number[], length: number): readonly [number, number] {
  const first = Math.floor(Math.min(...positions) + ROUNDING);
  return [Math.max(0, first), Math.min(length, Math.ceil(Math.max(...positions) - ROUNDING))];
}

/** The closed ring of an area in world coordinates. */
export function ringOf(grid: SceneGrid, [left, top, right, bottom]: PixelArea): Position[] {
  const corners = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top],
  ] as const;
  return corners.map((corner) => grid.toWorld([...corner]));
}
