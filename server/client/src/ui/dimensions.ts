/** Dimensions of the selection on its card. */

import { h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { Feature, LineString } from "../model/feature";
import type { Coordinate } from "../model/ground/lonlat_expansion";
import { say } from "../model/ground/coordinates";
import { areaOf, dimensionsOf, lineDimensions, placeOf } from "../model/ground/dimensions";
import { formatArea, formatLength } from "../model/ground/ruler";
import { isLine, isPoint } from "../model/shapes/geometry";
import { TEXTS } from "../texts";

/** More objects than that are not measured: their sum is not worth its time. */
const MOST = 500;

/**
 * Rows for the list of one object: area, length and width, bearing, and place in the format of the read-out; of a line
 * its length and bearing, of a point its place.
 */
export function dimensionRows(desk: Desk, { geometry }: Feature): Node[] {
  const { map } = desk;
  if (isPoint(geometry)) return placeRow(desk, placeOf(geometry));
  if (isLine(geometry)) return lineRows(desk, geometry);
  const found = dimensionsOf(map.grid, geometry);
  if (!found) return [];
  const { area, length, width, bearing, unit, place } = found;
  return [
    ...row(TEXTS.panel.area, formatArea(area, unit)),
    ...row(TEXTS.panel.size, `${formatLength(length, unit)} × ${formatLength(width, unit)}`),
    ...(bearing === null ? [] : row(TEXTS.panel.bearing, TEXTS.panel.degrees(bearing))),
    ...(geometry.type === "MultiPolygon" ? row(TEXTS.panel.parts, String(geometry.parts.length)) : []),
    ...placeRow(desk, place),
  ];
}

function lineRows(desk: Desk, line: LineString): Node[] {
  const { length, bearing, vertices, unit } = lineDimensions(desk.map.grid, line);
  return [
    ...row(TEXTS.panel.length, formatLength(length, unit)),
    ...(bearing === null ? [] : row(TEXTS.panel.bearing, TEXTS.panel.fullDegrees(bearing))),
    ...row(TEXTS.panel.vertices, String(vertices)),
  ];
}

function placeRow({ map, display }: Desk, place: Coordinate): Node[] {
  const words = say(map.grid, display.format.value, place) ?? TEXTS.coordinates.noneHere;
  return [h("dt", {}, TEXTS.panel.place), h("dd", { className: "place-of-object" }, words)];
}

/** Rows for the list of several objects: the sum of their areas, and that of the lengths of lines. */
export function totalRows(desk: Desk, features: readonly Feature[]): Node[] {
  if (!features.length || features.length > MOST) return [];
  const { grid } = desk.map;
  const lines = features.map((f) => f.geometry).filter(isLine);
  const outlines = features.map((f) => f.geometry).filter((geometry) => !isLine(geometry) && !isPoint(geometry));
  const areas = outlines.map((geometry) => areaOf(grid, geometry));
  const lengths = lines.map((line) => lineDimensions(grid, line));
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return [
    ...(areas.length ? row(TEXTS.panel.areas, formatArea(total(areas.map((one) => one.area)), areas[0]!.unit)) : []),
    ...(lengths.length
      ? row(TEXTS.panel.lengths, formatLength(total(lengths.map((one) => one.length)), lengths[0]!.unit))
      : []),
  ];
}

function row(name: string, value: string): Node[] {
  return [h("dt", {}, name), h("dd", { className: "number" }, value)];
}
