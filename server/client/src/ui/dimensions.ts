/** Dimensions of the selection on its card. */

import { h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { Feature } from "../model/feature";
import { say } from "../model/ground/coordinates";
import { areaOf, dimensionsOf } from "../model/ground/dimensions";
import { formatArea, formatLength } from "../model/ground/ruler";
import { TEXTS } from "../texts";

/** More objects than that are not measured: their sum is not worth its time. */
const MOST = 500;

/** Rows for the list of one object: area, length and width, bearing, and place in the format of the read-out. */
export function dimensionRows(desk: Desk, { geometry }: Feature): Node[] {
  const { display, map } = desk;
  const found = dimensionsOf(map.grid, geometry);
  if (!found) return [];
  const { area, length, width, bearing, unit, place } = found;
  return [
    ...row(TEXTS.panel.area, formatArea(area, unit)),
    ...row(TEXTS.panel.size, `${formatLength(length, unit)} × ${formatLength(width, unit)}`),
    ...(bearing === null ? [] : row(TEXTS.panel.bearing, TEXTS.panel.degrees(bearing))),
    h("dt", {}, TEXTS.panel.place),
    h("dd", { className: "place-of-object" }, say(map.grid, display.format.value, place) ?? TEXTS.coordinates.noneHere),
  ];
}

/** Rows for the list of several objects: the sum of their areas. */
export function totalRows(desk: Desk, features: readonly Feature[]): Node[] {
  if (!features.length || features.length > MOST) return [];
  const areas = features.map((f) => areaOf(desk.map.grid, f.geometry));
  const total = areas.reduce((sum, { area }) => sum + area, 0);
  return row(TEXTS.panel.areas, formatArea(total, areas[0]!.unit));
}

function row(name: string, value: string): Node[] {
  return [h("dt", {}, name), h("dd", { className: "number" }, value)];
}
