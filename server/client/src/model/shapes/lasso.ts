/** Selection of objects by a freehand ring. */

import type { Extent, Geometry, Position, Ring } from "../feature";
import { extentOf, polygonsOf } from "./geometry";
import { Edges } from "./edges";
import { close, contains, covers, extentOfPositions, extentsMeet } from "./ring";
import { segmentsMeet, side } from "./segment";

export type Catch = "inside" | "touching";

/**
 * The positions in the list of the geometries that lie wholly inside the lasso, or that touch it at all.
 *
 * Args:
 *   lasso: May cross itself; inside is what an odd number of its turns goes round.
 *   extents: Of the geometries, where they are known already.
 */
export function caught(
  lasso: Ring,
  geometries: readonly Geometry[],
  how: Catch,
  extents?: readonly Extent[],
): number[] {
  const region = new Region(close(lasso));
  const found: number[] = [];
  for (let i = 0; i < geometries.length; i++) {
    const extent = extents?.[i] ?? extentOf(geometries[i]!);
    if (how === "inside" ? contains(region.extent, extent) : extentsMeet(region.extent, extent)) {
      if (region.has(geometries[i]!, extent, how)) found.push(i);
    }
  }
  return found;
}

/** A ring made ready to be asked about many geometries. */
class Region {
  readonly extent: Extent;
  readonly #ring: Ring;
  readonly #edges: Edges;

  constructor(ring: Ring) {
    this.#ring = ring;
    this.#edges = new Edges([ring]);
    this.extent = extentOfPositions(ring);
  }

  has(geometry: Geometry, extent: Extent, how: Catch): boolean {
    const firsts = geometry.coordinates.flatMap((ring) => ring.slice(0, 1));
    const holds = (p: Position): boolean => this.#holds(p);
    if (how === "inside" && !(firsts.length && firsts.every(holds))) return false;
    const meets = geometry.coordinates.some((ring) => this.#meets(ring, extent));
    if (how === "inside") return !meets;
    // Not meeting any border, the lasso may still be drawn in the midst of a polygon.
    return meets || firsts.some(holds) || polygonsOf(geometry).some((polygon) => covers(polygon, this.#ring[0]!));
  }

  #meets(ring: Ring, extent: Extent): boolean {
    let any = false;
    this.#edges.near(extent, (i) => {
      const { a, b } = this.#edges.all[i]!;
      for (let k = 0; k + 1 < ring.length && !any; k++) any = segmentsMeet(a, b, ring[k]!, ring[k + 1]!);
      return any;
    });
    return any;
  }

  /** Return whether a position is inside, by the edges that a ray to the right of it meets. */
  #holds(p: Position): boolean {
    let inside = false;
    this.#edges.near([p[0]!, p[1]!, Infinity, p[1]!], (i) => {
      const { a, b } = this.#edges.all[i]!;
      if (a[1]! > p[1]! === b[1]! > p[1]!) return;
      if (side(a, b, p) > 0 === b[1]! > a[1]!) inside = !inside;
    });
    return inside;
  }
}
