/** Drawn tiles of the feature layer at one resolution, each drawn when it is first needed. */

import type { Extent } from "../model/feature";
import type { Frame } from "./drawing";

const SIDE = 128;
/** Squares kept beyond what the view needs. */
const SPARE = 240;

interface CanvasTile {
  readonly col: number;
  readonly row: number;
  readonly context: CanvasRenderingContext2D;
  /** True if it shows something, be it out of date. */
  drawn: boolean;
  dirty: boolean;
}

export class CanvasTiles {
  readonly #tiles = new Map<string, CanvasTile>();

  /** The frame's corner is the corner of a tile, on a pixel of the screen. */
  constructor(readonly frame: Frame) {}

  /** Pixels from the corner of the tiles to that of another frame of the same resolution. */
  offset(other: Frame): [number, number] {
    const { left, top, resolution } = this.frame;
    return [(other.left - left) / resolution, (top - other.top) / resolution];
  }

  /** Return whether both have the same resolution, and their pixels cover each other where `exactly`. */
  fits(other: Frame, exactly: boolean): boolean {
    const { resolution, ratio } = this.frame;
    if (Math.abs(other.resolution / resolution - 1) > 1e-9 || other.ratio !== ratio) return false;
    return !exactly || this.offset(other).every((shift) => Math.abs(shift - Math.round(shift)) < 0.05);
  }

  /** The tiles under a frame of `width` by `height` pixels, those in the middle first. */
  under(frame: Frame, width: number, height: number): CanvasTile[] {
    const [dx, dy] = this.offset(frame).map(Math.round) as [number, number];
    const found: CanvasTile[] = [];
    for (let row = Math.floor(dy / SIDE); row * SIDE < dy + height; row++) {
      for (let col = Math.floor(dx / SIDE); col * SIDE < dx + width; col++) found.push(this.#tile(col, row));
    }
    if (this.#tiles.size > found.length + SPARE) this.#trim(new Set(found));
    const away = ({ col, row }: CanvasTile): number =>
      Math.hypot((col + 0.5) * SIDE - dx - width / 2, (row + 0.5) * SIDE - dy - height / 2);
    return found.sort((a, b) => away(a) - away(b));
  }

  /** Return the extent of a tile, `margin` pixels wider on each side. */
  extentOf({ col, row }: CanvasTile, margin: number): Extent {
    const { left, top, resolution } = this.frame;
    return [
      left + (col * SIDE - margin) * resolution,
      top - ((row + 1) * SIDE + margin) * resolution,
      left + ((col + 1) * SIDE + margin) * resolution,
      top - (row * SIDE - margin) * resolution,
    ];
  }

  /** Draw a tile anew; returns when its pixels are there. */
  draw(tile: CanvasTile, pen: (context: CanvasRenderingContext2D, frame: Frame) => void): void {
    const { context, col, row } = tile;
    const { left, top, resolution, ratio } = this.frame;
    context.clearRect(0, 0, SIDE, SIDE);
    pen(context, { left: left + col * SIDE * resolution, top: top - row * SIDE * resolution, resolution, ratio });
    // Canvases put drawing off; reading a pixel makes it happen now, so that whoever watches the clock sees it.
    context.getImageData(0, 0, 1, 1);
    tile.drawn = true;
    tile.dirty = false;
  }

  /** Mark the tiles that a box touches for drawing again. */
  markDirty([minX, minY, maxX, maxY]: Extent, margin: number): void {
    const { left, top, resolution } = this.frame;
    const [col0, col1] = [(minX - left) / resolution - margin, (maxX - left) / resolution + margin].map((x) =>
      Math.floor(x / SIDE),
    );
    const [row0, row1] = [(top - maxY) / resolution - margin, (top - minY) / resolution + margin].map((y) =>
      Math.floor(y / SIDE),
    );
    for (const tile of this.#tiles.values()) {
      if (tile.col >= col0! && tile.col <= col1! && tile.row >= row0! && tile.row <= row1!) tile.dirty = true;
    }
  }

  markAllDirty(): void {
    for (const tile of this.#tiles.values()) tile.dirty = true;
  }

  /** Put the tiles where they are in `frame`: pixel on pixel at the same resolution, else scaled. */
  show(context: CanvasRenderingContext2D, frame: Frame, tiles: Iterable<CanvasTile> = this.#tiles.values()): void {
    const scale = this.frame.resolution / frame.resolution;
    const same = this.fits(frame, false);
    const [dx, dy] = this.offset(frame).map((v) => (same ? Math.round(v) : v * scale)) as [number, number];
    const side = same ? SIDE : SIDE * scale;
    const { width, height } = context.canvas;
    context.imageSmoothingEnabled = !same;
    for (const { col, row, drawn, context: source } of tiles) {
      const [x, y] = [col * side - dx, row * side - dy];
      if (drawn && x < width && y < height && x + side > 0 && y + side > 0)
        context.drawImage(source.canvas, x, y, side, side);
    }
    context.imageSmoothingEnabled = true;
  }

  /** Show other tiles where `tiles` are not drawn yet. */
  showUnder(other: CanvasTiles, context: CanvasRenderingContext2D, frame: Frame, tiles: readonly CanvasTile[]): void {
    const [dx, dy] = this.offset(frame).map(Math.round) as [number, number];
    context.save();
    context.beginPath();
    for (const { col, row } of tiles) context.rect(col * SIDE - dx, row * SIDE - dy, SIDE, SIDE);
    context.clip();
    other.show(context, frame);
    context.restore();
  }

  #tile(col: number, row: number): CanvasTile {
    const key = `${col}/${row}`;
    let tile = this.#tiles.get(key);
    if (!tile) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = SIDE;
      const context = canvas.getContext("2d", { willReadFrequently: true })!;
      this.#tiles.set(key, (tile = { col, row, context, drawn: false, dirty: true }));
    }
    return tile;
  }

  #trim(needed: ReadonlySet<CanvasTile>): void {
    for (const [key, tile] of this.#tiles) if (!needed.has(tile)) this.#tiles.delete(key);
  }
}
