/** Marks of unsure objects: a question mark at the upper right corner of the box, of the same size at every zoom. */

import { FONT } from "./styles";

/** Radius of a mark in page pixels. */
const MARK_PX = 7;

/** Draw marks whose middles are at pixels of the canvas; `ratio` is pixels of the canvas per pixel of the page. */
export function drawMarks(
  context: CanvasRenderingContext2D,
  places: readonly (readonly [number, number])[],
  ratio: number,
): void {
  if (!places.length) return;
  context.setLineDash([]);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `bold ${11 * ratio}px ${FONT}`;
  context.lineWidth = 1.5 * ratio;
  context.strokeStyle = "#000000";
  for (const [x, y] of places) {
    context.beginPath();
    context.arc(x, y, (MARK_PX - 1) * ratio, 0, 2 * Math.PI);
    context.fillStyle = "#ffffff";
    context.fill();
    context.stroke();
    context.fillStyle = "#000000";
    context.fillText("?", x, y + 0.5 * ratio);
  }
  context.textAlign = "start";
}
