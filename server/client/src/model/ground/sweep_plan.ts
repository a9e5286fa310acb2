/** Plan of a sweep: the valid ground of a scene in screens that overlap, row by row and back again. */

import type { PixelBox, Scope, SeenGround } from "./seen_ground";

/** Size of the screen at 1:1, in pixels of the scene. */
export interface ScreenSize {
  readonly width: number;
  readonly height: number;
}

/** Least share of a screen that its neighbour shows too. */
const OVERLAP = 0.1;
/** A screen reaches so far beyond the border: what is cut by less than a pixel is not lost. */
const MARGIN_PX = 2;

/** Where to lay screens so that they cover a line and overlap, as few as can be; one in the middle of a short line. */
function spans(from: number, to: number, size: number, overlap: number): number[] {
  const length = to - from;
  if (length <= size) return [Math.round(from + (length - size) / 2)];
  const count = Math.ceil((length - overlap) / (size - overlap));
  return Array.from({ length: count }, (_, i) => Math.round(from + ((length - size) * i) / (count - 1)));
}

/** The screens of a sweep, in its order; none where the scene has no valid pixel, or the screen no room for a cell. */
export function planSweep(ground: SeenGround, screen: ScreenSize): PixelBox[] {
  const { cellPx } = ground;
  const [width, height] = [Math.floor(screen.width), Math.floor(screen.height)];
  // Every cell lies wholly in some screen.
  const overlap = (size: number): number => Math.max(Math.ceil(OVERLAP * size), cellPx + 2);
  const bounds = ground.validBounds();
  if (!bounds || width < 2 * overlap(width) || height < 2 * overlap(height)) return [];
  const first = (cell: number): number => cell * cellPx - MARGIN_PX;
  const last = (cell: number, end: number): number => Math.min(end, cell * cellPx) + MARGIN_PX;
  const screens: PixelBox[] = [];
  spans(first(bounds.top), last(bounds.bottom, ground.height), height, overlap(height)).forEach((top, index) => {
    const band = ground.validBounds(
      Math.max(0, Math.floor(top / cellPx)),
      Math.min(ground.rows, Math.ceil((top + height) / cellPx)),
    );
    if (!band) return;
    const row = spans(first(band.left), last(band.right, ground.width), width, overlap(width))
      .map((left): PixelBox => [left, top, left + width, top + height])
      .filter((box) => ground.hasValid(box));
    screens.push(...(index % 2 ? row.reverse() : row));
  });
  return screens;
}

/** A sweep: its screens, and which of them have no unseen ground left. */
export class SweepPlan {
  readonly #done: boolean[];

  constructor(
    private readonly ground: SeenGround,
    readonly screens: readonly PixelBox[],
    readonly scope: Scope,
  ) {
    this.#done = screens.map((box) => !ground.hasUnseen(box, scope));
  }

  get done(): number {
    return this.#done.reduce((sum, isDone) => sum + (isDone ? 1 : 0), 0);
  }

  isDone(index: number): boolean {
    return this.#done[index] ?? false;
  }

  /** Look again at the screens that a box touches, after ground in it was seen. */
  seen(box: PixelBox): void {
    this.screens.forEach((screen, index) => {
      if (!this.#done[index] && touches(screen, box)) this.#done[index] = !this.ground.hasUnseen(screen, this.scope);
    });
  }

  /** The next screen with unseen ground after `from`, from the end on to the start; null where there is none. */
  nextUnseen(from: number): number | null {
    const { length } = this.screens;
    for (let step = 1; step <= length; step++) {
      const index = (((from + step) % length) + length) % length;
      if (!this.#done[index]) return index;
    }
    return null;
  }

  /** The screen whose middle is nearest to a pixel of the scene, of all or of those with unseen ground. */
  nearest([x, y]: readonly [number, number], unseen: boolean): number | null {
    let [best, least] = [null as number | null, Infinity];
    this.screens.forEach(([left, top, right, bottom], index) => {
      if (unseen && this.#done[index]) return;
      const distance = Math.hypot((left + right) / 2 - x, (top + bottom) / 2 - y);
      if (distance < least) [best, least] = [index, distance];
    });
    return best;
  }
}

function touches(a: PixelBox, b: PixelBox): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
