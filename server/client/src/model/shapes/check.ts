/** Checks of an outline, while it is drawn or before it is saved. */

import type { Extent, Geometry, Polygon, Position } from "../feature";
import { area, cornersOf, extentOf, outlineProblem, polygonsOf } from "./geometry";
import { overlap } from "./boolean";
import { contains, extentsMeet, perimeter } from "./ring";
import { samePosition } from "./segment";
import { type Flaw, flawsOf } from "./validity";
import { TEXTS } from "../../texts";

export type CheckKind = "crossing" | "flat" | "hole" | "repeat" | "sliver" | "duplicate" | "outside" | "vertices";

export interface Check {
  readonly kind: CheckKind;
  /** For the analyst, one sentence. */
  readonly sentence: string;
  /** Points that show it, in world units. */
  readonly positions: readonly Position[];
  /** True if the server would refuse the geometry. */
  readonly refused: boolean;
}

export interface CheckOptions {
  /** The side of a pixel in units of the world; without it nothing is a sliver. */
  readonly pixel?: number;
  readonly extent?: Extent;
  /** Geometries of which this one might be a duplicate. */
  readonly others?: readonly Geometry[];
  readonly mostVertices?: number;
}

/** A sliver is narrower than this many pixels, and far from round. */
const NARROWEST_PX = 1.5;
const THINNEST = 0.3;
/** Intersection over union from which on two polygons are one object. */
const SAME_OBJECT = 0.9;

const FLAWS: Record<Flaw["kind"], string> = {
  crossing: TEXTS.shapes.crosses,
  flat: TEXTS.shapes.flat,
  hole: TEXTS.shapes.holeOutside,
};

/** Everything that is wrong with a geometry, the worst first; nothing where it is well. */
export function check(geometry: Geometry, options: CheckOptions = {}): Check[] {
  const parts = polygonsOf(geometry);
  return parts.length ? parts.flatMap((part) => checkPolygon(part, options)) : checkThin(geometry, options);
}

/** What is wrong with a line or a point, which have no area. */
function checkThin(geometry: Geometry, { extent, mostVertices = 10_000 }: CheckOptions): Check[] {
  const problem = outlineProblem(geometry);
  const flat: Check | null = problem ? { kind: "flat", sentence: problem, positions: [], refused: true } : null;
  const beyond = extent ? outside(geometry, extent) : null;
  // Without an area, what is beside the scene does not meet it at all.
  const away = beyond && extent && !extentsMeet(extent, extentOf(geometry)) ? { ...beyond, refused: true } : beyond;
  return [flat, away, repeated(geometry), vertices(geometry, mostVertices)].filter((one) => one !== null);
}

function checkPolygon(polygon: Polygon, options: CheckOptions): Check[] {
  const { pixel, extent, others = [], mostVertices = 10_000 } = options;
  const flaws = flawsOf(polygon).map(({ kind, positions }) => ({
    kind,
    sentence: FLAWS[kind],
    positions,
    refused: true,
  }));
  const found: (Check | null)[] = [...flaws, extent ? outside(polygon, extent) : null];
  // A broken outline has no area to compare.
  if (flaws.length === 0)
    found.push(pixel ? sliver(polygon, pixel) : null, duplicate(polygon, others.flatMap(polygonsOf)));
  return [...found, repeated(polygon), vertices(polygon, mostVertices)].filter((one) => one !== null);
}

/** Return the roundness of a polygon: 4πA/P², 1 for a circle (Polsby & Popper 1991); holes count as border. */
export function roundness(polygon: Polygon): number {
  return (4 * Math.PI * area(polygon)) / borderOf(polygon) ** 2;
}

/** The mean width of a long polygon, in units of the world: twice its area over its border. */
export function meanWidth(polygon: Polygon): number {
  return (2 * area(polygon)) / borderOf(polygon);
}

function borderOf(polygon: Polygon): number {
  return polygon.coordinates.reduce((sum, ring) => sum + perimeter(ring), 0);
}

function sliver(polygon: Polygon, pixel: number): Check | null {
  const width = meanWidth(polygon) / pixel;
  if (width >= NARROWEST_PX || roundness(polygon) >= THINNEST) return null;
  const sentence = TEXTS.shapes.sliver(width);
  return { kind: "sliver", sentence, positions: polygon.coordinates[0]!.slice(0, 1), refused: false };
}

function duplicate(polygon: Polygon, others: readonly Polygon[]): Check | null {
  const [extent, size] = [extentOf(polygon), area(polygon)];
  for (const other of others) {
    // The smaller area over the larger one is the most that the overlap can be.
    const ratio = area(other) / size;
    if (Math.min(ratio, 1 / ratio) <= SAME_OBJECT || !extentsMeet(extent, extentOf(other))) continue;
    const share = overlap(polygon, other);
    if (share <= SAME_OBJECT) continue;
    const sentence = TEXTS.shapes.duplicate(share);
    return { kind: "duplicate", sentence, positions: other.coordinates[0]!.slice(0, 1), refused: false };
  }
  return null;
}

function outside(geometry: Geometry, extent: Extent): Check | null {
  if (contains(extent, extentOf(geometry))) return null;
  const [minX, minY, maxX, maxY] = extent;
  const positions = geometry.coordinates[0]!.filter(
    (p) => !(minX <= p[0]! && p[0]! <= maxX && minY <= p[1]! && p[1]! <= maxY),
  );
  const sentence = extentsMeet(extent, extentOf(geometry)) ? TEXTS.shapes.beyondScene : TEXTS.shapes.outsideScene;
  return { kind: "outside", sentence, positions, refused: false };
}

function repeated(geometry: Geometry): Check | null {
  const positions = geometry.coordinates.flatMap((ring) =>
    ring.filter((p, i) => i > 0 && samePosition(p, ring[i - 1]!)),
  );
  if (positions.length === 0) return null;
  const sentence = TEXTS.shapes.repeated(positions.length);
  return { kind: "repeat", sentence, positions, refused: false };
}

function vertices(geometry: Geometry, most: number): Check | null {
  const count = geometry.coordinates.reduce((sum, ring) => sum + cornersOf(geometry, ring).length, 0);
  if (count <= most) return null;
  const sentence = TEXTS.shapes.manyVertices(count, most);
  return { kind: "vertices", sentence, positions: [], refused: false };
}
