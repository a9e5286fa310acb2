/** Cells of a scene's ground: which have valid pixels, and which somebody has seen. */

import type { SeenReply } from "../wire";

/** Left, top, right and bottom in pixels of the scene. */
export type PixelBox = readonly [left: number, top: number, right: number, bottom: number];

/** Cells as the server sends them. */
type GroundRuns = Omit<SeenReply, "share">;

/** By whom ground has to be seen: by anybody, or by the analyst. */
export type Scope = "seen" | "mine";

/** Cells from `left` and `top` to before `right` and `bottom`. */
export interface CellBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export class SeenGround {
  readonly cellPx: number;
  readonly rows: number;
  readonly cols: number;
  readonly #valid: Uint8Array;
  readonly #seen: Readonly<Record<Scope, Uint8Array>>;

  constructor(
    runs: GroundRuns,
    /** Pixels of the scene. */
    readonly width: number,
    readonly height: number,
  ) {
    [this.cellPx, this.rows, this.cols] = [runs.cell_px, runs.rows, runs.cols];
    const size = this.rows * this.cols;
    this.#valid = spread(runs.valid, size);
    this.#seen = { seen: spread(runs.seen, size), mine: spread(runs.mine, size) };
  }

  /** Add the cells that lie wholly in a box to what anybody and the analyst have seen; false where none is new. */
  add(box: PixelBox): boolean {
    const cells = this.within(box);
    let isNew = false;
    for (let row = cells.top; row < cells.bottom; row++) {
      for (let col = cells.left; col < cells.right; col++) {
        const at = row * this.cols + col;
        isNew ||= !this.#seen.seen[at] || !this.#seen.mine[at];
        this.#seen.seen[at] = this.#seen.mine[at] = 1;
      }
    }
    return isNew;
  }

  /** Cells that lie wholly in a box; one that the border of the scene cuts is whole where that is. */
  within([left, top, right, bottom]: PixelBox): CellBox {
    const first = (from: number): number => Math.ceil(Math.max(0, from) / this.cellPx);
    const last = (to: number, end: number): number =>
      Math.max(0, to >= end ? Math.ceil(end / this.cellPx) : Math.floor(to / this.cellPx));
    return { left: first(left), top: first(top), right: last(right, this.width), bottom: last(bottom, this.height) };
  }

  isValid(row: number, col: number): boolean {
    return this.#valid[row * this.cols + col] === 1;
  }

  /** Return whether a cell has valid pixels that were not seen. */
  isUnseen(row: number, col: number, scope: Scope): boolean {
    const at = row * this.cols + col;
    return this.#valid[at] === 1 && this.#seen[scope][at] === 0;
  }

  /** Return whether any cell that lies wholly in a box has valid pixels that were not seen. */
  hasUnseen(box: PixelBox, scope: Scope): boolean {
    return this.#some(box, (row, col) => this.isUnseen(row, col, scope));
  }

  hasValid(box: PixelBox): boolean {
    return this.#some(box, (row, col) => this.isValid(row, col));
  }

  /** The box around the valid cells from one row of cells to before another; null where there are none. */
  validBounds(top = 0, bottom = this.rows): CellBox | null {
    let [left, right, first, last] = [this.cols, 0, -1, 0];
    for (let row = top; row < bottom; row++) {
      const cells = this.#valid.subarray(row * this.cols, (row + 1) * this.cols);
      const from = cells.indexOf(1);
      if (from < 0) continue;
      [left, right] = [Math.min(left, from), Math.max(right, cells.lastIndexOf(1) + 1)];
      [first, last] = [first < 0 ? row : first, row + 1];
    }
    return first < 0 ? null : { left, right, top: first, bottom: last };
  }

  #some(box: PixelBox, holds: (row: number, col: number) => boolean): boolean {
    const { left, top, right, bottom } = this.within(box);
    for (let row = top; row < bottom; row++) for (let col = left; col < right; col++) if (holds(row, col)) return true;
    return false;
  }
}

/** The cells that runs stand for, 1 for those that are. */
function spread(runs: readonly number[], size: number): Uint8Array {
  const cells = new Uint8Array(size);
  let at = 0;
  runs.forEach((length, index) => {
    if (index % 2) cells.fill(1, at, at + length);
    at += length;
  });
  return cells;
}
