/** Plane geometry on the geometries of objects, in whatever units the scene has. */

import type { Extent, Feature, Geometry, LineString, Point, Polygon, Position, Ring } from "../feature";
import { partsOf } from "../geojson";
import { covers, extentOfPositions, open, polygonOf, signedArea } from "./ring";
import { distance, distanceToSegment, samePosition } from "./segment";
import { type Flaw, flawsOf } from "./validity";
import { TEXTS } from "../../texts";

export function isPolygon(geometry: Geometry): geometry is Polygon {
  return geometry.type === "Polygon";
}

export function isLine(geometry: Geometry): geometry is LineString {
  return geometry.type === "LineString";
}

export function isPoint(geometry: Geometry): geometry is Point {
  return geometry.type === "Point";
}

/** True if its rings are closed: that of a polygon or its parts. */
export function isClosed({ type }: Geometry): boolean {
  return type === "Polygon" || type === "MultiPolygon";
}

/** The polygons that a geometry is made of: none of a line or a point. */
export function polygonsOf(geometry: Geometry): Polygon[] {
  if (isPolygon(geometry)) return [geometry];
  return geometry.type === "MultiPolygon" ? partsOf(geometry).map((rings) => polygonOf(...rings)) : [];
}

export function lineOf(positions: readonly Position[]): LineString {
  return { type: "LineString", coordinates: [positions] };
}

export function pointAt(position: Position): Point {
  return { type: "Point", coordinates: [[position]] };
}

/** Return whether a ring of a geometry is a hole. */
export function isHole(geometry: Geometry, ring: number): boolean {
  return geometry.type === "MultiPolygon" ? !geometry.parts.includes(ring) : ring > 0;
}

/** The corners of a ring of a geometry, one that closes it only once. */
export function cornersOf(geometry: Geometry, ring: Ring): readonly Position[] {
  return isClosed(geometry) ? open(ring) : ring;
}

export function extentOf(geometry: Geometry): Extent {
  const { type, coordinates } = geometry;
  return extentOfPositions(type === "MultiPolygon" ? coordinates.flat() : (coordinates[0] ?? []));
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

/** The area without holes; 0 of a line or a point. */
export function area(geometry: Geometry): number {
  return polygonsOf(geometry).reduce((sum, { coordinates }) => {
    const [outer, ...holes] = coordinates.map(ringArea);
    return sum + holes.reduce((rest, hole) => rest - hole, outer ?? 0);
  }, 0);
}

/** Sort points first, then lines, then outlines, the smaller ones first: what is hard to hit wins over what it lies on. */
export function smallestFirst(a: Feature, b: Feature): number {
  return rankOf(a.geometry) - rankOf(b.geometry) || area(a.geometry) - area(b.geometry);
}

function rankOf(geometry: Geometry): number {
  return isPoint(geometry) ? 0 : isLine(geometry) ? 1 : 2;
}

export function sameGeometry(a: Geometry, b: Geometry): boolean {
  if (a === b) return true;
  if (a.type !== b.type || a.coordinates.length !== b.coordinates.length) return false;
  if (a.type === "MultiPolygon" && b.type === "MultiPolygon" && String(a.parts) !== String(b.parts)) return false;
  return a.coordinates.every((ring, r) => {
    const other = b.coordinates[r]!;
    return ring.length === other.length && ring.every((p, i) => samePosition(p, other[i]!));
  });
}

/** Return whether two versions of a feature are drawn the same. */
export function alike(a: Feature, b: Feature): boolean {
  return (
    a.uid === b.uid &&
    a.classKey === b.classKey &&
    a.state === b.state &&
    a.said.unsure === b.said.unsure &&
    sameGeometry(a.geometry, b.geometry)
  );
}

/** Return whether a position lies in an outline or within a distance of its border, of the line or of the point. */
export function isNear(geometry: Geometry, position: Position, most: number): boolean {
  const [minX, minY, maxX, maxY] = extentOf(geometry);
  const [x, y] = [position[0]!, position[1]!];
  if (x < minX - most || x > maxX + most || y < minY - most || y > maxY + most) return false;
  if (polygonsOf(geometry).some((polygon) => covers(polygon, position))) return true;
  return geometry.coordinates.some((ring) => distanceToRing(ring, position) <= most);
}

function distanceToRing(ring: Ring, position: Position): number {
  if (ring.length === 1) return distance(ring[0]!, position);
  return ring.reduce(
    (least, b, i) => (i ? Math.min(least, distanceToSegment(ring[i - 1]!, b, position)) : least),
    Infinity,
  );
}

const FLAWS: Record<Flaw["kind"], string> = {
  crossing: TEXTS.shapes.wouldCross,
  flat: TEXTS.shapes.flat,
  hole: TEXTS.shapes.holeWouldBeOutside,
};

/** Why the server would refuse this geometry, as a sentence for the analyst, or null. */
export function outlineProblem(geometry: Geometry): string | null {
  const isFinite = geometry.coordinates.flat().every((p) => Number.isFinite(p[0]) && Number.isFinite(p[1]));
  if (isPoint(geometry)) return isFinite ? null : TEXTS.shapes.noPlace;
  if (isLine(geometry)) return isFinite && hasLength(geometry.coordinates[0] ?? []) ? null : TEXTS.shapes.noLength;
  for (const polygon of polygonsOf(geometry)) {
    const [flaw] = flawsOf(polygon, 1);
    if (flaw) return FLAWS[flaw.kind];
  }
  return null;
}

/** Return whether any two positions of a line are apart. */
function hasLength(line: Ring): boolean {
  return line.some((p) => !samePosition(p, line[0]!));
}
