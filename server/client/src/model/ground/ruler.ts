/** Lengths and areas: on the WGS 84 ellipsoid where the scene is on the Earth, else in its pixels. */

import { Geodesic } from "geographiclib-geodesic";

import type { Coordinate } from "./lonlat_expansion";
import type { SceneGrid } from "./scene_grid";

export interface Measured {
  /** Of each leg; a closed line has one more, back to its start. */
  readonly legs: readonly number[];
  readonly length: number;
  /** Of a closed line, else null. */
  readonly area: number | null;
  readonly unit: "m" | "px";
}

/**
 * A line through points in world coordinates. Its legs are geodesics (Karney 2013, "Algorithms for geodesics", Journal
 * of Geodesy 87), which a straight line on the map follows closely over the length of a scene.
 */
export function measure(grid: SceneGrid, points: readonly Coordinate[], closed: boolean): Measured {
  const line = closed ? [...points, points[0]!] : points;
  return grid.onEarth ? onEarth(grid, points, line, closed) : inPixels(grid, points, line, closed);
}

function onEarth(
  grid: SceneGrid,
  points: readonly Coordinate[],
  line: readonly Coordinate[],
  closed: boolean,
): Measured {
  const lonLat = (point: Coordinate): Coordinate => grid.toLonLat(grid.within(point)) ?? [NaN, NaN];
  const along = line.map(lonLat);
  const legs = along
    .slice(1)
    .map(([lon, lat], i) => Geodesic.WGS84.Inverse(along[i]![1], along[i]![0], lat, lon).s12 ?? NaN);
  const polygon = Geodesic.WGS84.Polygon(false);
  for (const [lon, lat] of points.map(lonLat)) polygon.AddPoint(lat, lon);
  // Signed, the area is of the smaller side whichever way around the points go.
  const area = closed ? Math.abs(polygon.Compute(false, true).area ?? NaN) : null;
  return { legs, length: sum(legs), area, unit: "m" };
}

function inPixels(
  grid: SceneGrid,
  points: readonly Coordinate[],
  line: readonly Coordinate[],
  closed: boolean,
): Measured {
  const along = line.map((point) => grid.toPixel(point));
  const legs = along.slice(1).map(([x, y], i) => Math.hypot(x - along[i]![0], y - along[i]![1]));
  const ring = points.map((point) => grid.toPixel(point));
  const twice = ring.map(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    return x * nextY - nextX * y;
  });
  return { legs, length: sum(legs), area: closed ? Math.abs(sum(twice)) / 2 : null, unit: "px" };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Four digits, and no more decimals than that leaves. */
function digits(value: number): string {
  const decimals = value < 10 ? 2 : value < 1000 ? 1 : 0;
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** "12.3 m", "4.56 km", "78.9 px" */
export function formatLength(value: number, unit: Measured["unit"]): string {
  if (unit === "px") return `${digits(value)} px`;
  return value < 1000 ? `${digits(value)} m` : `${digits(value / 1000)} km`;
}

/** "123.4 m²", "5.67 ha", "8.90 km²", "1,234 px²" */
export function formatArea(value: number, unit: Measured["unit"]): string {
  if (unit === "px") return `${digits(value)} px²`;
  if (value < 10_000) return `${digits(value)} m²`;
  return value < 1_000_000 ? `${digits(value / 10_000)} ha` : `${digits(value / 1_000_000)} km²`;
}
