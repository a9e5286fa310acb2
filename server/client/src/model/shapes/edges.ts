/** The edges of many rings, found by where they are. */

import type { Extent, Position, Ring } from "../feature";

/** An edge: from `rings[ring][index]` to the position after it. */
export interface Edge {
  readonly ring: number;
  readonly index: number;
  readonly a: Position;
  readonly b: Position;
}

/**
 * A binary tree of boxes over the edges in their own order.
 *
 * Edges that follow each other lie near each other, so nothing has to be sorted: a leaf is an edge, a node the box of
 * both its children. Pairs and neighbourhoods come out in about n log n, however the outline runs.
 */
export class Edges {
  readonly all: readonly Edge[];
  /** Four numbers a node; node k has the children 2k and 2k + 1, leaf i is node `#leaves` + i. */
  readonly #boxes: Float64Array;
  readonly #leaves: number;

  constructor(rings: readonly Ring[]) {
    const all: Edge[] = [];
    rings.forEach((positions, ring) => {
      for (let index = 0; index + 1 < positions.length; index++) {
        all.push({ ring, index, a: positions[index]!, b: positions[index + 1]! });
      }
    });
    this.all = all;
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, all.length)));
    this.#boxes = new Float64Array(8 * this.#leaves);
    this.#fill();
  }

  #fill(): void {
    const boxes = this.#boxes;
    for (let i = 0; i < this.#leaves; i++) {
      const edge = this.all[i];
      const at = 4 * (this.#leaves + i);
      // What is not there has a box that meets nothing.
      boxes[at] = edge ? Math.min(edge.a[0]!, edge.b[0]!) : Infinity;
      boxes[at + 1] = edge ? Math.min(edge.a[1]!, edge.b[1]!) : Infinity;
      boxes[at + 2] = edge ? Math.max(edge.a[0]!, edge.b[0]!) : -Infinity;
      boxes[at + 3] = edge ? Math.max(edge.a[1]!, edge.b[1]!) : -Infinity;
    }
    for (let node = this.#leaves - 1; node > 0; node--) {
      const [at, child] = [4 * node, 8 * node];
      boxes[at] = Math.min(boxes[child]!, boxes[child + 4]!);
      boxes[at + 1] = Math.min(boxes[child + 1]!, boxes[child + 5]!);
      boxes[at + 2] = Math.max(boxes[child + 2]!, boxes[child + 6]!);
      boxes[at + 3] = Math.max(boxes[child + 3]!, boxes[child + 7]!);
    }
  }

  /** Call `visit` with each two edges whose boxes meet, the earlier one first, until it returns true. */
  pairs(visit: (i: number, j: number) => boolean | void): void {
    const stack = [1, 1];
    while (stack.length > 0) {
      const [n, m] = [stack.pop()!, stack.pop()!];
      if (n === m) {
        if (n < this.#leaves) stack.push(2 * n, 2 * n, 2 * n, 2 * n + 1, 2 * n + 1, 2 * n + 1);
      } else if (this.#meet(n, m)) {
        if (n < this.#leaves) {
          for (const left of [2 * n, 2 * n + 1]) stack.push(left, 2 * m, left, 2 * m + 1);
        } else if (visit(Math.min(n, m) - this.#leaves, Math.max(n, m) - this.#leaves)) return;
      }
    }
  }

  /** Call `visit` with each edge whose box meets this one, until it returns true. */
  near([minX, minY, maxX, maxY]: Extent, visit: (i: number) => boolean | void): void {
    const boxes = this.#boxes;
    const stack = [1];
    while (stack.length > 0) {
      const node = stack.pop()!;
      const at = 4 * node;
      if (boxes[at]! > maxX || boxes[at + 2]! < minX || boxes[at + 1]! > maxY || boxes[at + 3]! < minY) continue;
      if (node < this.#leaves) stack.push(2 * node + 1, 2 * node);
      else if (visit(node - this.#leaves)) return;
    }
  }

  #meet(n: number, m: number): boolean {
    const boxes = this.#boxes;
    const [i, j] = [4 * n, 4 * m];
    return (
      boxes[i]! <= boxes[j + 2]! &&
      boxes[j]! <= boxes[i + 2]! &&
      boxes[i + 1]! <= boxes[j + 3]! &&
      boxes[j + 1]! <= boxes[i + 3]!
    );
  }
}
