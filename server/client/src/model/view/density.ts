/** Count of features in square cells, shown where outlines are too many to tell apart. */

import type { Extent } from "../feature";
import type { DensityReply } from "../wire";

/** Outlines in one view beyond which counts are shown instead. */
export const MOST_OUTLINES = 6000;

const CELL_PX = 64;

/** Column and row from the origin, rightwards and downwards; then how many proposed, accepted, rejected. */
export type Cell = readonly [col: number, row: number, proposed: number, accepted: number, rejected: number];

export type Density = DensityReply;

/** Side of the cells for a view: 64 to 128 screen pixels, the same through a range of zooms so that cells stay where they are. */
export function cellSide(resolutions: readonly number[], resolution: number): number {
  const coarsest = resolutions[0]!;
  return CELL_PX * coarsest * 2 ** Math.ceil(Math.log2(resolution / coarsest) - 1e-9);
}

export function cellExtent({ cell, origin: [x, y] }: Density, [col, row]: Cell): Extent {
  return [x + col * cell, y - (row + 1) * cell, x + (col + 1) * cell, y - row * cell];
}

export function totalOf([, , proposed, accepted, rejected]: Cell): number {
  return proposed + accepted + rejected;
}

/** The cells that a view touches. */
export function cellsIn(density: Density, view: Extent): Cell[] {
  return density.cells.filter((cell) => {
    const [minX, minY, maxX, maxY] = cellExtent(density, cell);
    return minX < view[2] && maxX > view[0] && minY < view[3] && maxY > view[1];
  });
}

/** The cell that a position is in, where it is not empty. */
export function cellAt(density: Density, [x, y]: readonly number[]): Cell | undefined {
  return cellsIn(density, [x!, y!, x!, y!])[0];
}

export function countIn(density: Density, view: Extent): number {
  return cellsIn(density, view).reduce((sum, cell) => sum + totalOf(cell), 0);
}

/** A view widened by a share of itself on every side, within the scene, so that small moves need no new answer. */
export function widened(view: Extent, share: number, scene: Extent): Extent {
  const [dx, dy] = [(view[2] - view[0]) * share, (view[3] - view[1]) * share];
  return [
    Math.max(view[0] - dx, scene[0]),
    Math.max(view[1] - dy, scene[1]),
    Math.min(view[2] + dx, scene[2]),
    Math.min(view[3] + dy, scene[3]),
  ];
}

/** Return whether what was asked for an extent answers for a view. */
export function answersFor(asked: Extent, view: Extent, scene: Extent): boolean {
  return (
    asked[0] <= Math.max(view[0], scene[0]) &&
    asked[1] <= Math.max(view[1], scene[1]) &&
    asked[2] >= Math.min(view[2], scene[2]) &&
    asked[3] >= Math.min(view[3], scene[3])
  );
}

/** 83112 as what fits into a cell: "83k". */
export function short(count: number): string {
  if (count < 1000) return String(count);
  const [value, unit] = count < 999_500 ? [count / 1000, "k"] : [count / 1_000_000, "M"];
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)}${unit}`;
}
