/** Plane geometry on polygon rings, in whatever units the scene has. */

import type { Extent, Feature, Polygon, Ring } from "../feature";
import { extentOfPositions, signedArea } from "./ring";
import { type Flaw, flawsOf } from "./validity";
import { TEXTS } from "../../texts";

export function extentOf(polygon: Polygon): Extent {
  return extentOfPositions(polygon.coordinates[0] ?? []);
}

/** The extent around several. */
export function unionExtent(extents: readonly Extent[]): Extent {
  return extents.reduce((a, b) => [
    Math.min(a[0], b[0]),
    Math.min(a[1], b[1]),
    Math.max(a[2], b[2]),
    Math.max(a[3], b[3]),
  ]);
}

/** Unsigned area of a closed ring. */
export function ringArea(ring: Ring): number {
  return Math.abs(signedArea(ring));
}

export function area(polygon: Polygon): number {
  const [outer, ...holes] = polygon.coordinates.map(ringArea);
  return holes.reduce((rest, hole) => rest - hole, outer ?? 0);
}

export function samePolygon(a: Polygon, b: Polygon): boolean {
  if (a === b) return true;
  if (a.coordinates.length !== b.coordinates.length) return false;
  return a.coordinates.every((ring, r) => {
    const other = b.coordinates[r]!;
    return ring.length === other.length && ring.every((p, i) => p[0] === other[i]![0] && p[1] === other[i]![1]);
  });
}

/** Return whether two versions of a feature are drawn the same. */
export function alike(a: Feature, b: Feature): boolean {
  return (
    a.uid === b.uid &&
    a.classKey === b.classKey &&
    a.state === b.state &&
    a.said.unsure === b.said.unsure &&
    samePolygon(a.geometry, b.geometry)
  );
}

const FLAWS: Record<Flaw["kind"], string> = {
  crossing: TEXTS.shapes.wouldCross,
  flat: TEXTS.shapes.flat,
  hole: TEXTS.shapes.holeWouldBeOutside,
};

/** Why the server would refuse this outline, as a sentence for the analyst, or null. */
export function outlineProblem(polygon: Polygon): string | null {
  const [flaw] = flawsOf(polygon, 1);
  return flaw ? FLAWS[flaw.kind] : null;
}
