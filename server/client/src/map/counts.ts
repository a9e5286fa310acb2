/** Draw counts in cells: how many by number and shade, how much of it is decided by the length of a bar. */

import type { Cell, Density } from "../model/view/density";
import { cellExtent, cellsIn, short, totalOf } from "../model/view/density";
import type { Extent } from "../model/feature";
import type { Frame } from "./drawing";
import { FONT } from "./styles";

const GAP_PX = 1;
const BAR_PX = 4;

export function drawCounts(context: CanvasRenderingContext2D, density: Density, frame: Frame, view: Extent): void {
  const cells = cellsIn(density, view);
  const most = Math.max(1, ...density.cells.map(totalOf));
  const size = Math.round(Math.min(13, density.cell / (frame.resolution * frame.ratio) / 4.2)) * frame.ratio;
  context.font = `600 ${size}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const cell of cells)
    drawCell(context, cell, boxOf(density, cell, frame), Math.log1p(totalOf(cell)) / Math.log1p(most), frame.ratio);
  context.textAlign = "start";
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A cell in whole pixels of the canvas. */
function boxOf(density: Density, cell: Cell, { left, top, resolution, ratio }: Frame): Box {
  const [minX, minY, maxX, maxY] = cellExtent(density, cell);
  const [x, y] = [Math.round((minX - left) / resolution), Math.round((top - maxY) / resolution)];
  const gap = GAP_PX * ratio;
  return {
    x: x + gap,
    y: y + gap,
    width: Math.round((maxX - left) / resolution) - x - 2 * gap,
    height: Math.round((top - minY) / resolution) - y - 2 * gap,
  };
}

/** `weight` is 0 to 1. A dark cell with white on it is read over bright and dark imagery alike. */
function drawCell(
  context: CanvasRenderingContext2D,
  cell: Cell,
  { x, y, width, height }: Box,
  weight: number,
  ratio: number,
): void {
  const [, , , accepted, rejected] = cell;
  context.fillStyle = `rgba(8, 22, 36, ${0.2 + 0.35 * weight})`;
  context.fillRect(x, y, width, height);
  context.strokeStyle = `rgba(255, 255, 255, ${0.25 + 0.6 * weight})`;
  context.lineWidth = ratio;
  context.strokeRect(x + ratio / 2, y + ratio / 2, width - ratio, height - ratio);
  context.fillStyle = "#ffffff";
  const words = [short(totalOf(cell)), x + width / 2, y + height / 2] as const;
  context.strokeStyle = "rgba(0, 0, 0, 0.75)";
  context.lineWidth = 3 * ratio;
  context.strokeText(...words);
  context.fillText(...words);
  // Decided: accepted is solid, rejected an outline only.
  const bar = {
    x: x + 4 * ratio,
    y: y + height - (BAR_PX + 4) * ratio,
    width: width - 8 * ratio,
    height: BAR_PX * ratio,
  };
  const part = (count: number): number => Math.ceil((bar.width * count) / totalOf(cell));
  if (!accepted && !rejected) return;
  context.fillStyle = "rgba(0, 0, 0, 0.6)";
  context.fillRect(bar.x - ratio, bar.y - ratio, bar.width + 2 * ratio, bar.height + 2 * ratio);
  context.fillStyle = "#ffffff";
  if (accepted) context.fillRect(bar.x, bar.y, part(accepted), bar.height);
  if (!rejected) return;
  context.strokeStyle = "#ffffff";
  context.lineWidth = ratio;
  context.strokeRect(
    bar.x + part(accepted) + ratio / 2,
    bar.y + ratio / 2,
    Math.max(part(rejected) - ratio, ratio),
    bar.height - ratio,
  );
}
