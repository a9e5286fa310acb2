/** Fewer corners for nearly the same outline. */

import TinyQueue from "tinyqueue";

import type { Extent, Polygon, Position, Ring } from "../feature";
import { open, polygonOf, signedArea, withoutRepeats } from "./ring";
import { distanceToSegment, samePosition, side } from "./segment";

interface Corner {
  readonly position: Position;
  readonly ring: number;
  before: Corner;
  after: Corner;
  /** Vertices removed between this one and the next. */
  removed: Position[];
  gone: boolean;
  /** Of its triangle; what the queue says otherwise is out of date. */
  weight: number;
}

/**
 * The polygon with corners left out where the outline stays within `tolerance` (units of the world) of all of them.
 *
 * The corner with the smallest triangle goes first (Visvalingam & Whyatt 1993, Line generalisation by repeated
 * elimination of points), but only where no other corner lies in that triangle, so a valid polygon stays valid, and
 * only where everything already removed stays within the tolerance of the new edge. Holes of less than tolerance² go.
 */
export function simplify(polygon: Polygon, tolerance: number): Polygon {
  const rings = polygon.coordinates.map(withoutRepeats);
  const remaining = rings.filter((ring, r) => r === 0 || Math.abs(signedArea(ring)) >= tolerance * tolerance);
  const chains = remaining.map(verticesOf);
  const left = chains.map((chain) => chain.length);
  const board = new Board(chains.flat());
  const queue = new TinyQueue<{ weight: number; corner: Corner }>([], (a, b) => a.weight - b.weight);
  const offer = (corner: Corner): void => {
    corner.weight = Math.abs(
      signedArea([corner.before.position, corner.position, corner.after.position, corner.before.position]),
    );
    queue.push({ weight: corner.weight, corner });
  };
  chains.flat().forEach(offer);
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { corner } = next;
    if (corner.gone || next.weight !== corner.weight || left[corner.ring]! <= 3) continue;
    if (!isNear(corner, tolerance) || board.hasCornerIn(corner)) continue;
    remove(corner);
    left[corner.ring]!--;
    offer(corner.before);
    offer(corner.after);
  }
  return polygonOf(...chains.map(ringOf));
}

function verticesOf(ring: Ring, index: number): Corner[] {
  const corners = open(ring).map(
    (position) => ({ position, ring: index, removed: [], gone: false, weight: 0 }) as unknown as Corner,
  );
  corners.forEach((corner, i) => {
    corner.after = corners[(i + 1) % corners.length]!;
    corner.after.before = corner;
  });
  return corners;
}

function isNear({ before, position, after, removed }: Corner, tolerance: number): boolean {
  const near = (p: Position): boolean => distanceToSegment(before.position, after.position, p) <= tolerance;
  return near(position) && before.removed.every(near) && removed.every(near);
}

function remove(corner: Corner): void {
  corner.gone = true;
  corner.before.removed = [...corner.before.removed, corner.position, ...corner.removed];
  corner.before.after = corner.after;
  corner.after.before = corner.before;
}

/** The corners that are left, from the first of the original ones that is. */
function ringOf(chain: readonly Corner[]): Ring {
  const positions = chain.filter((corner) => !corner.gone).map((corner) => corner.position);
  return [...positions, positions[0]!];
}

/** Corners by where they are, in square fields with about one each. */
class Board {
  readonly #fields = new Map<number, Corner[]>();
  readonly #extent: Extent;
  readonly #side: number;
  readonly #count: number;

  constructor(corners: readonly Corner[]) {
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { position } of corners) {
      [minX, maxX] = [Math.min(minX, position[0]!), Math.max(maxX, position[0]!)];
      [minY, maxY] = [Math.min(minY, position[1]!), Math.max(maxY, position[1]!)];
    }
    this.#extent = [minX, minY, maxX, maxY];
    this.#count = Math.ceil(Math.sqrt(corners.length)) + 1;
    this.#side = Math.max(maxX - minX, maxY - minY) / (this.#count - 1) || 1;
    for (const corner of corners) {
      const field = this.#column(corner.position) * this.#count + this.#row(corner.position);
      if (this.#fields.has(field)) this.#fields.get(field)!.push(corner);
      else this.#fields.set(field, [corner]);
    }
  }

  #column(p: Position): number {
    return Math.floor((p[0]! - this.#extent[0]) / this.#side);
  }

  #row(p: Position): number {
    return Math.floor((p[1]! - this.#extent[1]) / this.#side);
  }

  /** Return whether a corner that is not gone lies in, or on, the triangle of this one and its neighbours. */
  hasCornerIn(corner: Corner): boolean {
    const triangle = [corner.before.position, corner.position, corner.after.position];
    const [columns, rows] = [triangle.map((p) => this.#column(p)), triangle.map((p) => this.#row(p))];
    for (let column = Math.min(...columns); column <= Math.max(...columns); column++) {
      for (let row = Math.min(...rows); row <= Math.max(...rows); row++) {
        const field = this.#fields.get(column * this.#count + row) ?? [];
        if (field.some((other) => isInWay(other, corner))) return true;
      }
    }
    return false;
  }
}

function isInWay(other: Corner, corner: Corner): boolean {
  const { before, after, position } = corner;
  if (other.gone || other === corner || other === before || other === after) return false;
  if (samePosition(other.position, before.position) || samePosition(other.position, after.position)) return false;
  const signs = [
    side(before.position, position, other.position),
    side(position, after.position, other.position),
    side(after.position, before.position, other.position),
  ];
  // A flat triangle is its longest side.
  if (side(before.position, position, after.position) === 0) {
    return (
      signs.every((s) => s === 0) &&
      [before, after].some((end) => distanceToSegment(end.position, position, other.position) === 0)
    );
  }
  return !(signs.includes(1) && signs.includes(-1));
}
