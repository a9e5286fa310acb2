/** Which square blocks of a scene have been fetched, so that each part is asked for once. */

import type { Extent } from "./feature";

export interface Block {
  readonly key: string;
  readonly extent: Extent;
}

const BLOCK_PX = 1024;

export class Coverage {
  readonly #complete = new Set<string>();
  readonly #asked = new Set<string>();

  /** `origin` is the top left corner of the scene, `resolutions` the world units per pixel, coarse to fine, each half the last. */
  constructor(
    private readonly origin: readonly [number, number],
    private readonly resolutions: readonly number[],
    private readonly extent: Extent,
  ) {}

  /** The blocks still to be fetched for a view; they count as asked for from now on. */
  wanted(view: Extent, resolution: number): Block[] {
    const z = Math.max(0, this.resolutions.findLastIndex((r) => r >= resolution * 0.999));
    const side = this.resolutions[z]! * BLOCK_PX;
    const [minX, minY] = [Math.max(view[0], this.extent[0]), Math.max(view[1], this.extent[1])];
    const [maxX, maxY] = [Math.min(view[2], this.extent[2]), Math.min(view[3], this.extent[3])];
    const [x0, y0] = this.origin;
    const blocks: Block[] = [];
    for (let row = Math.floor((y0 - maxY) / side); row * side < y0 - minY; row++) {
      for (let col = Math.floor((minX - x0) / side); col * side < maxX - x0; col++) {
        const key = `${z}/${col}/${row}`;
        if (this.#asked.has(key) || this.#covered(z, col, row)) continue;
        this.#asked.add(key);
        const [left, top] = [x0 + col * side, y0 - row * side];
        blocks.push({ key, extent: [left, top - side, left + side, top] });
      }
    }
    return blocks;
  }

  /** Everything in the block has come: nothing inside it needs asking for. */
  complete(block: Block): void {
    this.#complete.add(block.key);
  }

  /** Asking did not work: ask again. */
  failed(block: Block): void {
    this.#asked.delete(block.key);
  }

  #covered(z: number, col: number, row: number): boolean {
    for (let up = 0; up <= z; up++) {
      if (this.#complete.has(`${z - up}/${Math.floor(col / 2 ** up)}/${Math.floor(row / 2 ** up)}`)) return true;
    }
    return false;
  }
}
