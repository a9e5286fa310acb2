/** Ground that was not seen, over the overview of the scene while it is swept. */

import type { Desk } from "../desk/desk";
import { h } from "../browser/dom";
import type { Scope, SeenGround } from "../model/ground/seen_ground";
import { TEXTS } from "../texts";

/** Red, green, blue and opacity of what was not seen; hatched, so that colour is not all that tells it. */
const [LIGHT, DARK] = [
  [255, 193, 7, 150],
  [40, 30, 0, 150],
] as const;
const STRIPE_PX = 3;

/** A canvas of so many page pixels as the overview has. */
export function unseenGround(desk: Desk, width: number, height: number): HTMLElement {
  const canvas = h("canvas", { className: "unseen", role: "img", "aria-label": TEXTS.sweep.unseen });
  [canvas.width, canvas.height] = [width, height];
  let due = 0;
  const draw = (): void => {
    due = 0;
    const { sweep, seen } = desk.search;
    canvas.hidden = !sweep.on || !seen.ground.value;
    if (!canvas.hidden) paint(canvas, seen.ground.value!, sweep.state.value!.plan.scope, desk.scene);
  };
  desk.search.sweep.state.watch(() => (due ||= requestAnimationFrame(draw)));
  return canvas;
}

function paint(canvas: HTMLCanvasElement, ground: SeenGround, scope: Scope, scene: Desk["scene"]): void {
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  const across = scene.width / canvas.width / ground.cellPx;
  const down = scene.height / canvas.height / ground.cellPx;
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const left = Math.floor(x * across);
      const top = Math.floor(y * down);
      if (!isUnseen(ground, scope, [left, top, (x + 1) * across, (y + 1) * down])) continue;
      const color = (x + y) % (2 * STRIPE_PX) < STRIPE_PX ? LIGHT : DARK;
      image.data.set(color, 4 * (y * canvas.width + x));
    }
  }
  context.putImageData(image, 0, 0);
}

/** Return whether a cell of a part of the scene, given in cells, was not seen. */
function isUnseen(ground: SeenGround, scope: Scope, [left, top, right, bottom]: readonly number[]): boolean {
  const [lastRow, lastCol] = [Math.min(ground.rows, bottom!), Math.min(ground.cols, right!)];
  for (let row = top!; row < lastRow; row++)
    for (let col = left!; col < lastCol; col++) if (ground.isUnseen(row, col, scope)) return true;
  return false;
}
