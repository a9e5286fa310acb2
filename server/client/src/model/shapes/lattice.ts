/** Whole-number positions about a local origin, in which cuts and unions are exact. */

import type { Extent, Position } from "../feature";

/** A position on a lattice, in whole steps from its middle. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** SceneGrid on a lattice one after the other; a ring ends where it began. */
export type Path = readonly Point[];

/** SceneGrid are at most this far from the middle, so that products of two differences are exact in float64. */
const HALF_STEPS = 2 ** 25;

const NEIGHBOURS = [0, -1, 1].flatMap((dx) => [0, -1, 1].map((dy) => [dx, dy] as const));

/**
 * A fine square lattice over an extent: its step is a power of two, about 2⁻²⁵ of the extent.
 *
 * It remembers where each position came from, so what an operation left alone comes back with its very coordinates.
 */
export class Lattice {
  /** In units of the world. */
  readonly step: number;
  readonly #x: number;
  readonly #y: number;
  readonly #known = new Map<number, Position>();

  constructor([minX, minY, maxX, maxY]: Extent) {
    const half = Math.max(maxX - minX, maxY - minY) / 2;
    const [x, y] = [minX + (maxX - minX) / 2, minY + (maxY - minY) / 2];
    // No finer than the digits that the coordinates have: a lattice position is then exact in the world, too.
    const finest = Math.max(Math.abs(x), Math.abs(y), half) * 2 ** -51;
    this.step = 2 ** Math.ceil(Math.log2(Math.max(half / (HALF_STEPS - 4), finest, Number.MIN_VALUE * 2 ** 60)));
    this.#x = Math.round(x / this.step) * this.step;
    this.#y = Math.round(y / this.step) * this.step;
  }

  /** The lattice position for one of the world; those no more than a step apart share one, and the first is remembered. */
  enter(p: Position): Point {
    const [x, y] = [Math.round((p[0]! - this.#x) / this.step) || 0, Math.round((p[1]! - this.#y) / this.step) || 0];
    for (const [dx, dy] of NEIGHBOURS) {
      const point = { x: x + dx, y: y + dy };
      if (this.#known.has(keyOf(point))) return point;
    }
    this.#known.set(keyOf({ x, y }), p);
    return { x, y };
  }

  /** The place of the world that was entered as this one, or the lattice position itself. */
  leave(point: Point): Position {
    return this.#known.get(keyOf(point)) ?? this.exactly(point);
  }

  exactly({ x, y }: Point): Position {
    return [this.#x + x * this.step, this.#y + y * this.step];
  }
}

/** A number for each lattice position; a safe integer. */
export function keyOf({ x, y }: Point): number {
  return (x + HALF_STEPS) * (2 * HALF_STEPS + 1) + (y + HALF_STEPS);
}

export function samePoint(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}
