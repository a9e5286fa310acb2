/** Outlines in pixels of a canvas, and the lines beside them. */

import type { Position, Ring } from "../model/feature";

/** The corners of a closed ring, x and y by turns, the first not repeated; y goes down. */
export type PixelRing = readonly number[];

/** Longest way of a corner of the line beside a ring, in distances of that line: sharp corners are cut off. */
const MITRE = 2;

/**
 * Return a ring in pixels: those of its corners that are at least `step` from the one before.
 *
 * An outline of 50,000 corners then costs what can be seen of it.
 */
export function pixelRing(ring: Ring, toPixel: (position: Position) => readonly number[], step: number): PixelRing {
  const found: number[] = [];
  const least = step ** 2;
  let [px, py] = [Infinity, Infinity];
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x, y] = toPixel(ring[i]!) as [number, number];
    if ((x - px) ** 2 + (y - py) ** 2 < least) continue;
    found.push(x, y);
    [px, py] = [x, y];
  }
  return found;
}

/** Return an open line in pixels: those of its positions that are at least `step` from the one before, and its last. */
export function pixelLine(line: Ring, toPixel: (position: Position) => readonly number[], step: number): PixelRing {
  const found: number[] = [];
  const least = step ** 2;
  let [px, py] = [Infinity, Infinity];
  line.forEach((position, i) => {
    const [x, y] = toPixel(position) as [number, number];
    if (i + 1 < line.length && (x - px) ** 2 + (y - py) ** 2 < least) return;
    found.push(x, y);
    [px, py] = [x, y];
  });
  return found;
}

/** Return the ring that runs at a distance outside of a ring, or with `hole` inside of it. */
export function beside(ring: PixelRing, distance: number, hole = false): PixelRing {
  const count = ring.length / 2;
  if (count < 3) return ring;
  const outward = signedArea(ring) > 0 === hole ? -distance : distance;
  const [nx, ny] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    const j = (i + 1) % count;
    const [dx, dy] = [ring[2 * j]! - ring[2 * i]!, ring[2 * j + 1]! - ring[2 * i + 1]!];
    const length = Math.hypot(dx, dy) || 1;
    [nx[i], ny[i]] = [dy / length, -dx / length];
  }
  const found = new Array<number>(ring.length);
  for (let i = 0; i < count; i++) {
    const h = (i + count - 1) % count;
    const [sx, sy] = [nx[h]! + nx[i]!, ny[h]! + ny[i]!];
    // Half of the sum is as much too short as the mitre is longer than the distance.
    const square = (sx ** 2 + sy ** 2) / 4;
    const reach = outward / (2 * Math.max(square, 1 / MITRE ** 2));
    found[2 * i] = ring[2 * i]! + sx * reach;
    found[2 * i + 1] = ring[2 * i + 1]! + sy * reach;
  }
  return found;
}

/** Add rings to the path of a canvas. */
export function trace(context: CanvasRenderingContext2D, rings: Iterable<PixelRing>): void {
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      if (i === 0) context.moveTo(ring[i]!, ring[i + 1]!);
      else context.lineTo(ring[i]!, ring[i + 1]!);
    }
    context.closePath();
  }
}

/** Twice the area of a ring, positive where it goes clockwise on the screen. */
function signedArea(ring: PixelRing): number {
  let area = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    area += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!;
  }
  return area;
}
