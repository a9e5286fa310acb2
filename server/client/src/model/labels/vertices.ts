/** Chosen vertices: which they are, and what the outlines become when they are moved or taken away. */

import type { Reshaping } from "./change";
import type { Feature, Geometry, Position, Ring } from "../feature";
import { multiPolygon, partsOf } from "../geojson";
import { cornersOf, isClosed, isPoint, isPolygon } from "../shapes/geometry";
import { across, moveBoxCorners } from "../shapes/kind";
import { type Result, ok, refuse } from "../shapes/result";
import { TEXTS } from "../../texts";
import { distance, nearestOnSegment } from "../shapes/segment";

/** Corner `index` of ring `ring` of a feature; the repeated last position of a ring is not a corner. */
export interface VertexRef {
  readonly uid: string;
  readonly ring: number;
  readonly index: number;
}

export function sameVertex(a: VertexRef, b: VertexRef): boolean {
  return a.uid === b.uid && a.ring === b.ring && a.index === b.index;
}

/** With `vertex` where it was not among `vertices`, without it where it was. */
export function toggled(vertices: readonly VertexRef[], vertex: VertexRef): readonly VertexRef[] {
  return vertices.some((p) => sameVertex(p, vertex))
    ? vertices.filter((p) => !sameVertex(p, vertex))
    : [...vertices, vertex];
}

export function vertexAt(feature: Feature, { ring, index }: VertexRef): Position | undefined {
  return feature.geometry.coordinates[ring]?.[index];
}

/** All corners of some features; a point has none, it is one. */
export function verticesOf(features: readonly Feature[]): { vertex: VertexRef; at: Position }[] {
  return features.flatMap(({ uid, geometry }) =>
    isPoint(geometry)
      ? []
      : geometry.coordinates.flatMap((points, ring) =>
          cornersOf(geometry, points).map((at, index) => ({ vertex: { uid, ring, index }, at })),
        ),
  );
}

/**
 * The corners that are still there after outlines have changed.
 *
 * A corner is known by its index where all rings have kept their number of corners (it may have moved), else by its
 * position: another corner that has got its index is another corner.
 */
export function remaining(
  vertices: readonly VertexRef[],
  before: readonly Feature[],
  after: readonly Feature[],
): readonly VertexRef[] {
  const [was, is] = [before, after].map((features) => new Map(features.map((f) => [f.uid, f])));
  return vertices.flatMap((vertex): VertexRef[] => {
    const [old, now] = [was!.get(vertex.uid), is!.get(vertex.uid)];
    if (!old || !now) return [];
    return hasSameCounts(old.geometry, now.geometry) ? [vertex] : found(now, vertexAt(old, vertex));
  });
}

function hasSameCounts({ coordinates: a }: Geometry, { coordinates: b }: Geometry): boolean {
  return a.length === b.length && a.every((ring, i) => ring.length === b[i]!.length);
}

/** The corner of a feature at exactly a position; none where there are several. */
function found(feature: Feature, position: Position | undefined): VertexRef[] {
  const there = verticesOf([feature]).filter(({ at }) => position && String(at) === String(position));
  return there.length === 1 ? [there[0]!.vertex] : [];
}

/** A position in place of another, for the corners of one feature. */
type Mover = (at: Position) => Position | null;

/** The outlines of the features that hold any of `vertices`, each such corner moved; null of the mover takes it away. */
function eachPicked(features: readonly Feature[], vertices: readonly VertexRef[], mover: Mover): Reshaping[] {
  const chosen = new Map<string, Set<number>[]>();
  for (const { uid, ring, index } of vertices) {
    const rings = chosen.get(uid) ?? chosen.set(uid, []).get(uid)!;
    (rings[ring] ??= new Set()).add(index);
  }
  return features
    .filter((f) => chosen.has(f.uid))
    .map((f) => {
      const rings = chosen.get(f.uid)!;
      const coordinates = f.geometry.coordinates.map((ring, r) =>
        rings[r] ? changed(f.geometry, ring, rings[r], mover) : ring,
      );
      return [f, { ...f.geometry, coordinates }];
    });
}

function changed(geometry: Geometry, ring: Ring, chosen: ReadonlySet<number>, mover: Mover): Ring {
  const left = cornersOf(geometry, ring)
    .map((at, i) => (chosen.has(i) ? mover(at) : at))
    .filter((at) => at !== null);
  return left.length && isClosed(geometry) ? [...left, left[0]!] : left;
}

/** Return whether an object is a box, which stays one. */
export type IsBox = (feature: Feature) => boolean;

export function moveVertices(
  features: readonly Feature[],
  vertices: readonly VertexRef[],
  dx: number,
  dy: number,
  isBox: IsBox = () => false,
): Reshaping[] {
  const moved = eachPicked(features, vertices, (at) => [at[0]! + dx, at[1]! + dy]);
  return moved.map(([f, geometry]) => {
    if (!isPolygon(f.geometry) || !isBox(f)) return [f, geometry];
    const chosen = new Set(vertices.filter(({ uid }) => uid === f.uid).map(({ index }) => index));
    return [f, moveBoxCorners(f.geometry, chosen, dx, dy)];
  });
}

/** Move the side of a box that begins at a vertex. */
export function moveSide(feature: Feature, { index }: VertexRef, dx: number, dy: number): Reshaping[] {
  const { geometry } = feature;
  if (!isPolygon(geometry)) return [];
  const ring = geometry.coordinates[0]!;
  const ends = new Set([index, (index + 1) % (ring.length - 1)]);
  return [[feature, moveBoxCorners(geometry, ends, ...across(ring[index]!, ring[index + 1]!, dx, dy))]];
}

/**
 * The outlines without the picked corners. A hole left with fewer than three is filled, and so goes a part of several;
 * refused where an outline would be left with fewer than three, or a line with fewer than two.
 */
export function removeVertices(
  features: readonly Feature[],
  vertices: readonly VertexRef[],
  isBox: IsBox = () => false,
): Result<Reshaping[]> {
  if (features.some((f) => isBox(f) && vertices.some(({ uid }) => uid === f.uid))) {
    return refuse(TEXTS.desk.boxHasFour);
  }
  const left: Reshaping[] = [];
  for (const [f, geometry] of eachPicked(features, vertices, () => null)) {
    const remaining = withoutSmall(geometry);
    if (!remaining) return refuse(isClosed(geometry) ? TEXTS.desk.tooFewVertices : TEXTS.desk.tooShortLine);
    left.push([f, remaining]);
  }
  return ok(left);
}

/** A geometry without rings that enclose nothing; null where nothing is left. */
function withoutSmall(geometry: Geometry): Geometry | null {
  if (!isClosed(geometry)) return geometry.coordinates[0]!.length >= 2 ? geometry : null;
  const parts = partsOf(geometry).filter(([outline]) => outline!.length >= 4);
  const rings = parts.map((part) => part.filter((ring) => ring.length >= 4));
  if (!rings.length) return null;
  return rings.length > 1 ? multiPolygon(rings) : { type: "Polygon", coordinates: rings[0]! };
}

/** The geometry with a corner at `at` on the edge that begins at corner `index` of ring `ring`. */
export function insertVertex(geometry: Geometry, ring: number, index: number, at: Position): Geometry {
  const coordinates = geometry.coordinates.map((r, i) =>
    i === ring ? [...r.slice(0, index + 1), at, ...r.slice(index + 1)] : r,
  );
  return { ...geometry, coordinates };
}

/** The corners of `neighbours` that lie exactly where a picked corner of `features` does: shared borders. */
export function shared(
  features: readonly Feature[],
  vertices: readonly VertexRef[],
  neighbours: readonly Feature[],
): VertexRef[] {
  const known = new Map(features.map((f) => [f.uid, f]));
  const positions = new Set(vertices.map((p) => String(vertexAt(known.get(p.uid)!, p))));
  return verticesOf(neighbours)
    .filter(({ at }) => positions.has(String(at)))
    .map(({ vertex }) => vertex);
}

/** The edges of other features that run between the same two corners as edge `vertex` of `feature`. */
export function sameEdges(feature: Feature, vertex: VertexRef, others: readonly Feature[]): VertexRef[] {
  const ring = feature.geometry.coordinates[vertex.ring]!;
  const ends = new Set([String(ring[vertex.index]), String(ring[vertex.index + 1])]);
  return others
    .filter((f) => f.uid !== feature.uid)
    .flatMap(({ uid, geometry }) =>
      geometry.coordinates.flatMap((points, r) =>
        points
          .slice(0, -1)
          .flatMap((p, index) =>
            ends.has(String(p)) && ends.has(String(points[index + 1])) ? [{ uid, ring: r, index }] : [],
          ),
      ),
    );
}

/** Part of an outline under the pointer: a vertex, or a point on an edge. */
export type EditTarget =
  | { readonly kind: "vertex"; readonly vertex: VertexRef; readonly at: Position }
  | { readonly kind: "edge"; readonly vertex: VertexRef; readonly at: Position };

/** The vertex or edge nearest to `position`: a corner within `maxDistance` wins over every edge within `toEdges`. */
export function targetAt(
  features: readonly Feature[],
  position: Position,
  maxDistance: number,
  toEdges = maxDistance,
): EditTarget | null {
  let corner: EditTarget | null = null;
  let edge: EditTarget | null = null;
  let [nearestCorner, nearestEdge] = [maxDistance, toEdges];
  for (const { uid, geometry } of features) {
    geometry.coordinates.forEach((points, ring) => {
      const { length } = cornersOf(geometry, points);
      for (let index = 0; index < length; index++) {
        const [a, b] = [points[index]!, points[index + 1]];
        const toCorner = distance(a, position);
        if (toCorner < nearestCorner)
          [nearestCorner, corner] = [toCorner, { kind: "vertex", vertex: { uid, ring, index }, at: a }];
        if (!b) continue;
        const at = nearestOnSegment(a, b, position);
        const toEdge = distance(at, position);
        if (toEdge < nearestEdge) [nearestEdge, edge] = [toEdge, { kind: "edge", vertex: { uid, ring, index }, at }];
      }
    });
  }
  return corner ?? edge;
}
