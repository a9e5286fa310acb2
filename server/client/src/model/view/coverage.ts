/** Record of the square blocks of a scene that have been fetched. */

import type { Extent } from "../feature";
import { extentsMeet } from "../shapes/ring";

export interface Block {
  readonly key: string;
  readonly extent: Extent;
  /** The filter it was asked for with, "" for none. */
  readonly query: string;
}

interface Square {
  readonly z: number;
  readonly col: number;
  readonly row: number;
}

interface LoadedBlock {
  readonly extent: Extent;
  readonly count: number;
}

const BLOCK_PX = 512;

export class Coverage {
  readonly #complete = new Map<string, LoadedBlock>();
  readonly #asked = new Set<string>();
  readonly #split = new Set<string>();

  /** `origin` is the top left corner of the scene, `resolutions` the world units per pixel, coarse to fine, each half the last. */
  constructor(
    private readonly origin: readonly [number, number],
    private readonly resolutions: readonly number[],
    private readonly extent: Extent,
  ) {}

  /** The blocks still to be fetched for a view; they count as asked for from now on. */
  wanted(view: Extent, resolution: number, query = ""): Block[] {
    const blocks: Block[] = [];
    for (const square of this.#squares(view, resolution)) this.#want(square, view, query, blocks);
    for (const { key } of blocks) this.#asked.add(key);
    return blocks;
  }

  /** Return whether all that lies in a view has come. */
  covers(view: Extent, resolution: number, query = ""): boolean {
    return this.#squares(view, resolution).every((square) => this.#covered(square, view, query));
  }

  /** Everything in the block has come, `count` features: nothing inside it needs asking for. */
  complete(block: Block, count = 0): void {
    this.#complete.set(block.key, { extent: block.extent, count });
  }

  /** Asking did not work: ask again. */
  failed(block: Block): void {
    this.#asked.delete(block.key);
  }

  /** The block holds more than one answer may carry: its quarters are asked for instead. */
  split(block: Block): void {
    this.#split.add(block.key);
  }

  /** Return whether a box touches a block that has come whole. */
  holds(box: Extent): boolean {
    for (const { extent } of this.#complete.values()) if (extentsMeet(extent, box)) return true;
    return false;
  }

  /**
   * Let go of the blocks farthest from a view until what is left holds at most `most` features; those in the view
   * stay. Returns how many blocks went.
   */
  evict(view: Extent, most: number): number {
    const [x, y] = [(view[0] + view[2]) / 2, (view[1] + view[3]) / 2];
    const away = ({ extent: e }: LoadedBlock): number => Math.hypot((e[0] + e[2]) / 2 - x, (e[1] + e[3]) / 2 - y);
    const far = [...this.#complete]
      .filter(([, block]) => !extentsMeet(block.extent, view))
      .sort((a, b) => away(b[1]) - away(a[1]));
    let total = [...this.#complete.values()].reduce((sum, { count }) => sum + count, 0);
    let gone = 0;
    for (const [key, { count }] of far) {
      if (total <= most) break;
      this.#complete.delete(key);
      this.#asked.delete(key);
      total -= count;
      gone += 1;
    }
    return gone;
  }

  /** The squares of the view's own level that it touches. */
  #squares(view: Extent, resolution: number): Square[] {
    const z = Math.max(
      0,
      this.resolutions.findLastIndex((r) => r >= resolution * 0.999),
    );
    const side = this.#side(z);
    const [minX, minY] = [Math.max(view[0], this.extent[0]), Math.max(view[1], this.extent[1])];
    const [maxX, maxY] = [Math.min(view[2], this.extent[2]), Math.min(view[3], this.extent[3])];
    const [x0, y0] = this.origin;
    const squares: Square[] = [];
    for (let row = Math.floor((y0 - maxY) / side); row * side < y0 - minY; row++) {
      for (let col = Math.floor((minX - x0) / side); col * side < maxX - x0; col++) squares.push({ z, col, row });
    }
    return squares;
  }

  #want(square: Square, view: Extent, query: string, blocks: Block[]): void {
    if (this.#whole(square, query)) return;
    const key = keyOf(square, query);
    const extent = this.#extentOf(square);
    if (this.#split.has(key))
      this.#quarters(square, view).forEach((quarter) => this.#want(quarter, view, query, blocks));
    else if (!this.#asked.has(key)) blocks.push({ key, extent, query });
  }

  #covered(square: Square, view: Extent, query: string): boolean {
    if (this.#whole(square, query)) return true;
    if (!this.#split.has(keyOf(square, query))) return false;
    return this.#quarters(square, view).every((quarter) => this.#covered(quarter, view, query));
  }

  /** Return whether the square, or one around it, has come whole, with this filter or without any. */
  #whole({ z, col, row }: Square, query: string): boolean {
    for (let up = 0; up <= z; up++) {
      const around = { z: z - up, col: Math.floor(col / 2 ** up), row: Math.floor(row / 2 ** up) };
      if (this.#complete.has(keyOf(around, "")) || this.#complete.has(keyOf(around, query))) return true;
    }
    return false;
  }

  #quarters({ z, col, row }: Square, view: Extent): Square[] {
    const four = [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const;
    return four
      .map(([dx, dy]) => ({ z: z + 1, col: 2 * col + dx, row: 2 * row + dy }))
      .filter((quarter) => extentsMeet(this.#extentOf(quarter), view));
  }

  /** World units along one side of a square; levels go on below the finest of the tiles. */
  #side(z: number): number {
    return (this.resolutions[0]! * BLOCK_PX) / 2 ** z;
  }

  #extentOf({ z, col, row }: Square): Extent {
    const side = this.#side(z);
    const [left, top] = [this.origin[0] + col * side, this.origin[1] - row * side];
    return [left, top - side, left + side, top];
  }
}

function keyOf({ z, col, row }: Square, query: string): string {
  return `${z}/${col}/${row}${query && `?${query}`}`;
}
