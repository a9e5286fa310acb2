/** Coordinates as text, in the formats people use. */

import { LatLon } from "geodesy/mgrs.js";

import type { Coordinate } from "./lonlat_expansion";
import type { SceneGrid } from "./scene_grid";
import { TEXTS } from "../../texts";

export type Format = "lonlat" | "dms" | "utm" | "mgrs" | "crs" | "pixel";

export const FORMATS: Readonly<Record<Format, string>> = TEXTS.coordinates.formats;

/** Metres that a degree of latitude has at least. */
const METRES_PER_DEGREE = 110_000;

/** The position in one format, or null where it has no name there: beside the scene, near a pole. `lookUp` reads them all. */
export function say(grid: SceneGrid, format: Format, world: Coordinate): string | null {
  if (format === "pixel") {
    const [col, row] = grid.toPixel(world);
    // On the edge of a pixel, what float64 loses must not decide.
    return `col ${Math.floor(col + 1e-6)} row ${Math.floor(row + 1e-6)}`;
  }
  if (format === "crs") return sayInCrs(grid, world);
  const lonLat = grid.toLonLat(world);
  if (!lonLat) return null;
  if (format === "lonlat" || format === "dms") return sayDegrees(lonLat, format, grid.ground.gsd_m ?? 1);
  return sayOnGrid(lonLat, format);
}

/** The formats a scene has. */
export function formatsOf(grid: SceneGrid): Format[] {
  const all = Object.keys(FORMATS) as Format[];
  return all.filter((format) =>
    format === "pixel" ? true : format === "crs" ? grid.ground.crs !== null : grid.onEarth,
  );
}

/** Decimals of a number whose last digit is no more than a tenth of a pixel. */
function decimals(pixel: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.ceil(-Math.log10(pixel / 10) - 1e-9)));
}

function sayInCrs({ ground }: SceneGrid, world: Coordinate): string | null {
  if (ground.crs === null) return null;
  const digits = decimals(Math.abs(ground.transform[0]), 0, 9);
  return `${ground.crs} ${world.map((value) => value.toFixed(digits)).join(", ")}`;
}

function sayDegrees([lon, lat]: Coordinate, format: "lonlat" | "dms", gsd: number): string {
  const angle = (value: number, signs: string): string => {
    const sign = signs[value < 0 ? 1 : 0]!;
    if (format === "lonlat") return `${Math.abs(value).toFixed(decimals(gsd / METRES_PER_DEGREE, 4, 9))}°${sign}`;
    const digits = decimals((3600 * gsd) / METRES_PER_DEGREE, 0, 4);
    // Rounded as a whole first: 59.96″ must not become 60.0″.
    const units = Math.round(Math.abs(value) * 3600 * 10 ** digits);
    const seconds = units / 10 ** digits;
    const [degrees, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const rest = (seconds - 3600 * degrees - 60 * minutes).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
    return `${degrees}°${String(minutes).padStart(2, "0")}′${rest}″${sign}`;
  };
  return `${angle(lon, "EW")} ${angle(lat, "NS")}`;
}

function sayOnGrid([lon, lat]: Coordinate, format: "utm" | "mgrs"): string | null {
  if (lat < -80 || lat > 84) return null;
  // 180° E is 180° W, and begins zone 1.
  const utm = new LatLon(lat, lon >= 180 ? lon - 360 : lon).toUtm();
  if (format === "mgrs") return utm.toMgrs().toString();
  return `${utm.zone}${utm.hemisphere} ${utm.easting.toFixed(2)} ${utm.northing.toFixed(2)}`;
}
