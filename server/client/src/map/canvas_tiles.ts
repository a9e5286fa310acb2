/** What is drawn once and shown many times: squares of pixels at one resolution, each drawn when it is first needed. */

import type { Extent } from "../model/feature";
import type { Frame } from "./drawing";

const SIDE = 128;
/** Squares kept beyond what the view needs. */
const SPARE = 240;

interface Square {
  readonly col: number;
  readonly row: number;
  readonly context: CanvasRenderingContext2D;
  /** Whether it shows something, be it out of date. */
  drawn: boolean;
  dirty: boolean;
}

export class Sheet {
  readonly #squares = new Map<string, Square>();

  /** The frame's corner is the corner of a square, on a pixel of the screen. */
  constructor(readonly frame: Frame) {}

  /** Pixels from the corner of the sheet to that of another frame of the same resolution. */
  offset(other: Frame): [number, number] {
    const { left, top, resolution } = this.frame;
    return [(other.left - left) / resolution, (top - other.top) / resolution];
  }

  /** Whether both have the same resolution, and their pixels cover each other where `exactly`. */
  fits(other: Frame, exactly: boolean): boolean {
    const { resolution, ratio } = this.frame;
    if (Math.abs(other.resolution / resolution - 1) > 1e-9 || other.ratio !== ratio) return false;
    return !exactly || this.offset(other).every((shift) => Math.abs(shift - Math.round(shift)) < 0.05);
  }

  /** The squares under a frame of `width` by `height` pixels, those in the middle first. */
  under(frame: Frame, width: number, height: number): Square[] {
    const [dx, dy] = this.offset(frame).map(Math.round) as [number, number];
    const found: Square[] = [];
    for (let row = Math.floor(dy / SIDE); row * SIDE < dy + height; row++) {
      for (let col = Math.floor(dx / SIDE); col * SIDE < dx + width; col++) found.push(this.#square(col, row));
    }
    if (this.#squares.size > found.length + SPARE) this.#trim(new Set(found));
    const away = ({ col, row }: Square): number =>
      Math.hypot((col + 0.5) * SIDE - dx - width / 2, (row + 0.5) * SIDE - dy - height / 2);
    return found.sort((a, b) => away(a) - away(b));
  }

  /** Where a square lies; `margin` pixels more on each side. */
  extentOf({ col, row }: Square, margin: number): Extent {
    const { left, top, resolution } = this.frame;
    return [
      left + (col * SIDE - margin) * resolution,
      top - ((row + 1) * SIDE + margin) * resolution,
      left + ((col + 1) * SIDE + margin) * resolution,
      top - (row * SIDE - margin) * resolution,
    ];
  }

  /** Draws a square anew; returns when its pixels are there. */
  draw(square: Square, pen: (context: CanvasRenderingContext2D, frame: Frame) => void): void {
    const { context, col, row } = square;
    const { left, top, resolution, ratio } = this.frame;
    context.clearRect(0, 0, SIDE, SIDE);
    pen(context, { left: left + col * SIDE * resolution, top: top - row * SIDE * resolution, resolution, ratio });
    // Canvases put drawing off; reading a pixel makes it happen now, so that whoever watches the clock sees it.
    context.getImageData(0, 0, 1, 1);
    square.drawn = true;
    square.dirty = false;
  }

  /** What is drawn in a box is out of date. */
  markDirty([minX, minY, maxX, maxY]: Extent, margin: number): void {
    const { left, top, resolution } = this.frame;
    const [col0, col1] = [(minX - left) / resolution - margin, (maxX - left) / resolution + margin].map((x) =>
      Math.floor(x / SIDE),
    );
    const [row0, row1] = [(top - maxY) / resolution - margin, (top - minY) / resolution + margin].map((y) =>
      Math.floor(y / SIDE),
    );
    for (const square of this.#squares.values()) {
      if (square.col >= col0! && square.col <= col1! && square.row >= row0! && square.row <= row1!) square.dirty = true;
    }
  }

  markAllDirty(): void {
    for (const square of this.#squares.values()) square.dirty = true;
  }

  /** Puts the squares where they are in `frame`: pixel on pixel at the same resolution, else scaled. */
  show(context: CanvasRenderingContext2D, frame: Frame, squares: Iterable<Square> = this.#squares.values()): void {
    const scale = this.frame.resolution / frame.resolution;
    const same = this.fits(frame, false);
    const [dx, dy] = this.offset(frame).map((v) => (same ? Math.round(v) : v * scale)) as [number, number];
    const side = same ? SIDE : SIDE * scale;
    const { width, height } = context.canvas;
    context.imageSmoothingEnabled = !same;
    for (const { col, row, drawn, context: source } of squares) {
      const [x, y] = [col * side - dx, row * side - dy];
      if (drawn && x < width && y < height && x + side > 0 && y + side > 0)
        context.drawImage(source.canvas, x, y, side, side);
    }
    context.imageSmoothingEnabled = true;
  }

  /** Shows another sheet where `squares` are not drawn yet. */
  showUnder(other: Sheet, context: CanvasRenderingContext2D, frame: Frame, squares: readonly Square[]): void {
    const [dx, dy] = this.offset(frame).map(Math.round) as [number, number];
    context.save();
    context.beginPath();
    for (const { col, row } of squares) context.rect(col * SIDE - dx, row * SIDE - dy, SIDE, SIDE);
    context.clip();
    other.show(context, frame);
    context.restore();
  }

  #square(col: number, row: number): Square {
    const key = `${col}/${row}`;
    let square = this.#squares.get(key);
    if (!square) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = SIDE;
      const context = canvas.getContext("2d", { willReadFrequently: true })!;
      this.#squares.set(key, (square = { col, row, context, drawn: false, dirty: true }));
    }
    return square;
  }

  #trim(needed: ReadonlySet<Square>): void {
    for (const [key, square] of this.#squares) if (!needed.has(square)) this.#squares.delete(key);
  }
}
