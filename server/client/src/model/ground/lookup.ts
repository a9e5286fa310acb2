/** Read a position that somebody typed or pasted, in any of the formats of `coordinates.ts` and the usual variants. */

import Mgrs, { Utm } from "geodesy/mgrs.js";

import type { Coordinate } from "./lonlat_expansion";
import type { SceneGrid } from "./scene_grid";

export type Answer = { readonly world: Coordinate; readonly as: string } | { readonly problem: string };

/** What is asked of a grid to read a position in it. */
type Located = Pick<SceneGrid, "onEarth" | "holds" | "toWorld" | "ofLonLat"> & {
  readonly ground: Pick<SceneGrid["ground"], "crs">;
};

/** The Earth without a scene: its world coordinates are degrees, and it has no pixels. */
const EARTH: Located = {
  onEarth: true,
  ground: { crs: null },
  holds: () => false,
  toWorld: ([col, row]) => [col, row],
  ofLonLat: (lonLat) => lonLat,
};

/** Longitude and latitude, in degrees, of each way to read a text without a scene; none where it is no position. */
export function lonLatsOf(text: string): Coordinate[] {
  return readingsOf(EARTH, plain(text)).flatMap(({ world }) => (world ? [world] : []));
}

/** One way to read a text: the position in world coordinates, null where that is not in the scene. */
interface Reading {
  readonly as: string;
  readonly world: Coordinate | null;
}

const NUMBER = String.raw`[+-]?\d+(?:\.\d+)?`;
const PAIR = new RegExp(`^(${NUMBER})(?:\\s*[,;]\\s*|\\s+)(${NUMBER})$`);
const PIXEL = new RegExp(`^(?:PIXELS?|PX|COL(?:UMN)?)\\s*(${NUMBER})[\\s,;]+(?:ROW\\s*)?(${NUMBER})$`);
const MGRS = /^(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])([A-HJ-NP-V])\s*(\d*)\s*(\d*)$/;
const UTM = new RegExp(
  `^(?:UTM\\s*)?(\\d{1,2})\\s*([C-HJ-NP-X])[\\s,;]+(${NUMBER})\\s*(?:M?\\s*E)?[\\s,;]+(${NUMBER})\\s*(?:M?\\s*N)?$`,
);
const LETTER_LAST = /^(.*\d[^NSEW]*)([NSEW])[\s,;]*(.*\d[^NSEW]*)([NSEW])$/;
const LETTER_FIRST = /^([NSEW])([^NSEW]*\d[^NSEW]*)([NSEW])([^NSEW]*\d[^NSEW]*)$/;
const TWO_ANGLES = /^([+-]?\d[^°]*°[^°]*?)[\s,;]+([+-]?\d+(?:\.\d+)?\s*°.*)$/;

const EXAMPLES = "such as 85.31° E 27.70° N, 45N 334000 3065000, 45R UL 34000 65000, or col 512 row 300";

/** Return the position that `text` names and how it was read, or one sentence that says why not. */
export function lookUp(grid: Located, text: string): Answer {
  const readings = readingsOf(grid, plain(text));
  const found = readings.find((reading) => reading.world);
  if (found) return { world: found.world!, as: found.as };
  if (!readings.length)
    return { problem: `“${text.trim()}” is not a place that can be read; expected one ${EXAMPLES}.` };
  if (readings.every(({ as }) => as !== PIXELS) && !grid.onEarth) {
    return { problem: "This scene has no place on the Earth that is known; give a pixel, such as col 512 row 300." };
  }
  return {
    problem: `“${text.trim()}” lies outside this scene, read as ${readings.map(({ as }) => as).join(" or as ")}.`,
  };
}

const PIXELS = "column and row";
const DEGREES = "longitude and latitude";

function plain(text: string): string {
  return text
    .trim()
    .toUpperCase()
    .replace(/[′’´`]/g, "'")
    .replace(/[″”“]|''/g, '"')
    .replace(/º/g, "°")
    .replace(/−/g, "-")
    .replace(/\s+/g, " ");
}

function readingsOf(grid: Located, text: string): Reading[] {
  return (
    readPixel(grid, text) ??
    readCrs(grid, text) ??
    readMgrs(grid, text) ??
    readUtm(grid, text) ??
    readAngles(grid, text) ??
    readPair(grid, text) ??
    []
  );
}

function inside(grid: Located, world: Coordinate): Coordinate | null {
  return grid.holds(world) ? world : null;
}

function pixel(grid: Located, col: string, row: string): Reading {
  // A whole number names a pixel, and its middle is meant.
  const at = (value: string): number => (value.includes(".") ? Number(value) : Number(value) + 0.5);
  return { as: PIXELS, world: inside(grid, grid.toWorld([at(col), at(row)])) };
}

function readPixel(grid: Located, text: string): Reading[] | null {
  const match = PIXEL.exec(text);
  return match && [pixel(grid, match[1]!, match[2]!)];
}

function readCrs(grid: Located, text: string): Reading[] | null {
  const crs = grid.ground.crs?.toUpperCase().replace(/\s+/g, " ");
  const match = crs && text.startsWith(crs) ? PAIR.exec(text.slice(crs.length).trim()) : null;
  return match && [{ as: grid.ground.crs!, world: inside(grid, [Number(match[1]), Number(match[2])]) }];
}

function readMgrs(grid: Located, text: string): Reading[] | null {
  const match = MGRS.exec(text);
  if (!match) return null;
  const [, zone, band, column, row, first, second] = match as unknown as string[];
  const all = first! + second!;
  const half = all.length / 2;
  if (all.length > 10 || !Number.isInteger(half) || (second && first!.length !== half)) return null;
  // What is named is a square; its middle is meant.
  const metres = (part: string): number => (Number(part || 0) + 0.5) * 10 ** (5 - half);
  return onGrid(grid, "MGRS", () =>
    new Mgrs(Number(zone), band!, column!, row!, metres(all.slice(0, half)), metres(all.slice(half))).toUtm(),
  );
}

function readUtm(grid: Located, text: string): Reading[] | null {
  const match = UTM.exec(text);
  if (!match) return null;
  const [, zone, letter, easting, northing] = match as unknown as string[];
  // N and S are hemispheres, every other letter a band of MGRS.
  const hemisphere = letter === "S" || letter! < "N" ? "S" : "N";
  return onGrid(grid, "UTM", () => new Utm(Number(zone), hemisphere, Number(easting), Number(northing)));
}

function onGrid(grid: Located, as: string, make: () => Utm): Reading[] {
  try {
    const { lat, lon } = make().toLatLon();
    return [{ as, world: grid.ofLonLat([lon, lat]) }];
  } catch {
    return []; // no such zone, band or square
  }
}

function readAngles(grid: Located, text: string): Reading[] | null {
  const last = LETTER_LAST.exec(text);
  const first = last ? null : LETTER_FIRST.exec(text);
  const parts = last ? [last[1], last[2], last[3], last[4]] : first ? [first[2], first[1], first[4], first[3]] : null;
  if (parts) {
    const [one, letter, other, otherLetter] = parts as [string, string, string, string];
    const isLon = (l: string): boolean => l === "E" || l === "W";
    if (isLon(letter) === isLon(otherLetter)) return null;
    const [lon, lat] = isLon(letter)
      ? [angle(one, letter), angle(other, otherLetter)]
      : [angle(other, otherLetter), angle(one, letter)];
    return degrees(grid, DEGREES, lon, lat);
  }
  const two = TWO_ANGLES.exec(text);
  return two && inEitherOrder(grid, angle(two[1]!, ""), angle(two[2]!, ""));
}

/** Degrees from one to three numbers: degrees, minutes, seconds. */
function angle(text: string, letter: string): number | null {
  const numbers = text.match(/[+-]?\d+(?:\.\d+)?/g) ?? [];
  if (numbers.length < 1 || numbers.length > 3 || /[^\d.+\-°'":D,;\s]/.test(text)) return null;
  const [d, m, s] = [0, 1, 2].map((i) => Number(numbers[i] ?? 0)) as [number, number, number];
  if (m < 0 || m >= 60 || s < 0 || s >= 60) return null;
  const size = Math.abs(d) + m / 60 + s / 3600;
  return numbers[0]!.startsWith("-") !== (letter === "S" || letter === "W") ? -size : size;
}

function degrees(grid: Located, as: string, lon: number | null, lat: number | null): Reading[] | null {
  if (lon === null || lat === null || Math.abs(lat) > 90 || Math.abs(lon) > 360) return null;
  return [{ as, world: grid.ofLonLat([lon, lat]) }];
}

function inEitherOrder(grid: Located, x: number | null, y: number | null): Reading[] | null {
  const both = [...(degrees(grid, DEGREES, x, y) ?? []), ...(degrees(grid, "latitude and longitude", y, x) ?? [])];
  return both.length ? both : null;
}

/** Two bare numbers: degrees, world coordinates or a pixel, whichever first lies in the scene. */
function readPair(grid: Located, text: string): Reading[] | null {
  const match = PAIR.exec(text);
  if (!match) return null;
  const [x, y] = [Number(match[1]), Number(match[2])];
  const { crs } = grid.ground;
  return [
    ...((grid.onEarth && inEitherOrder(grid, x, y)) || []),
    ...(crs === null ? [] : [{ as: crs, world: inside(grid, [x, y]) }]),
    pixel(grid, match[1]!, match[2]!),
  ];
}
