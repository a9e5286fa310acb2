/** Dimensions of objects: in metres on the WGS 84 ellipsoid where the scene is on the Earth, else in its pixels. */

import { Geodesic } from "geographiclib-geodesic";

import type { Geometry, LineString, Point, Position } from "../feature";
import { polygonsOf } from "../shapes/geometry";
import { positionsOf } from "../shapes/line";
import { convexHull, orientedBox } from "../shapes/hull";
import { isRefused } from "../shapes/result";
import { extentOfPositions, polygonOf } from "../shapes/ring";
import { distance } from "../shapes/segment";
import type { Coordinate } from "./lonlat_expansion";
import { measure, type Measured } from "./ruler";
import type { SceneGrid } from "./scene_grid";

export interface Dimensions {
  /** Without the holes. */
  readonly area: number;
  /** Sides of the smallest box around it, the longer first. */
  readonly length: number;
  readonly width: number;
  /** Of the longer side: degrees clockwise from true north, 0 to 180; null where there is no north, or no longer side. */
  readonly bearing: number | null;
  /** Middle of the box around it, in world coordinates. */
  readonly place: Coordinate;
  readonly unit: Measured["unit"];
}

/** Sides that differ by less are as long: the box has no longer one that a bearing could be of. */
const SQUARE = 0.02;

/** The area of an outline, or of all its parts, without its holes; 0 of a line or a point. */
export function areaOf(grid: SceneGrid, geometry: Geometry): Pick<Dimensions, "area" | "unit"> {
  const areas = polygonsOf(geometry).map(({ coordinates }) => {
    const [outer, ...holes] = coordinates.map((ring) => measure(grid, ring.slice(0, -1).map(pair), true).area ?? NaN);
    return holes.reduce((rest, hole) => rest - hole, outer!);
  });
  return { area: areas.reduce((sum, area) => sum + area, 0), unit: grid.onEarth ? "m" : "px" };
}

/** Length of a line, and the way from its start to its end. */
export interface LineDimensions {
  readonly length: number;
  /** Degrees clockwise from true north, 0 to 360; null where there is no north, or where the line ends where it begins. */
  readonly bearing: number | null;
  /** Its vertices. */
  readonly vertices: number;
  readonly unit: Measured["unit"];
}

export function lineDimensions(grid: SceneGrid, line: LineString): LineDimensions {
  const positions = positionsOf(line);
  const { length, unit } = measure(grid, positions.map(pair), false);
  const [from, to] = [positions[0]!, positions.at(-1)!].map((p) => grid.toLonLat(grid.within(p)));
  const way = from && to ? Geodesic.WGS84.Inverse(from[1], from[0], to[1], to[0]) : null;
  const bearing = way?.s12 && way.azi1 !== undefined ? (way.azi1 + 360) % 360 : null;
  return { length, bearing, vertices: positions.length, unit };
}

export function placeOf({ coordinates }: Point): Coordinate {
  return pair(coordinates[0]![0]!);
}

/** The dimensions of an outline; null where its corners enclose no area. */
export function dimensionsOf(grid: SceneGrid, outline: Geometry): Dimensions | null {
  const hull = convexHull([outline]);
  if (isRefused(hull)) return null;
  const [left, bottom, right, top] = extentOfPositions(hull.ok.coordinates[0]!);
  const place: Coordinate = [(left + right) / 2, (bottom + top) / 2];
  const flat = onPlane(grid, place, hull.ok.coordinates[0]!);
  const box = flat && orientedBox([polygonOf(flat)]);
  if (!box || isRefused(box)) return null;
  const [a, b, c] = box.ok.coordinates[0] as readonly [Position, Position, Position];
  const sides = [distance(a, b), distance(b, c)] as const;
  const [from, to] = sides[0] >= sides[1] ? [a, b] : [b, c];
  const isLong = Math.abs(sides[0] - sides[1]) > SQUARE * Math.max(...sides);
  const angle = (Math.atan2(to[0]! - from[0]!, to[1]! - from[1]!) * 180) / Math.PI;
  return {
    ...areaOf(grid, outline),
    length: Math.max(...sides),
    width: Math.min(...sides),
    bearing: grid.onEarth && isLong ? ((angle % 180) + 180) % 180 : null,
    place,
  };
}

/**
 * Positions on a plane that touches the Earth at `place`, in metres east and north of it (azimuthal equidistant, Snyder
 * 1987, 25), or else in pixels; null where one has no longitude and latitude.
 */
function onPlane(grid: SceneGrid, place: Coordinate, ring: readonly Position[]): Position[] | null {
  if (!grid.onEarth) return ring.map((p) => [grid.toPixel(p)[0], -grid.toPixel(p)[1]]);
  const middle = grid.toLonLat(grid.within(place));
  const lonLats = ring.map((p) => grid.toLonLat(grid.within(p)));
  if (!middle || lonLats.includes(null)) return null;
  return lonLats.map((lonLat) => {
    const { s12 = NaN, azi1 = NaN } = Geodesic.WGS84.Inverse(middle[1], middle[0], lonLat![1], lonLat![0]);
    const angle = (azi1 * Math.PI) / 180;
    return [s12 * Math.sin(angle), s12 * Math.cos(angle)];
  });
}

const pair = (p: Position): Coordinate => [p[0]!, p[1]!];
