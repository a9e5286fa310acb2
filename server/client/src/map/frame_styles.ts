/** Styles of the transform frame and the lasso: thin, white on black, over any imagery. */

import LineString from "ol/geom/LineString";
import MultiPoint from "ol/geom/MultiPoint";
import Point from "ol/geom/Point";
import Circle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import RegularShape from "ol/style/RegularShape";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";

import type { Polygon as Outline, Position } from "../model/feature";
import { toOl } from "./geometries";

const WHITE = new Fill({ color: "#ffffff" });
const casing = new Stroke({ color: "rgba(0, 0, 0, 0.7)", width: 3 });
const line = new Stroke({ color: "#ffffff", width: 1.5 });
const square = new RegularShape({
  points: 4,
  radius: 7,
  angle: Math.PI / 4,
  fill: WHITE,
  stroke: new Stroke({ color: "#000000", width: 1.5 }),
});
const round = new Circle({ radius: 6, fill: WHITE, stroke: new Stroke({ color: "#000000", width: 1.5 }) });

export function frameStyle(frame: Outline): Style[] {
  const geometry = toOl(frame);
  return [new Style({ geometry, stroke: casing }), new Style({ geometry, stroke: line })];
}

/** From the frame to the handle that turns it. */
export function stemStyle(from: Position, to: Position): Style[] {
  const geometry = new LineString([[...from], [...to]]);
  return [new Style({ geometry, stroke: casing }), new Style({ geometry, stroke: line })];
}

export function handleStyle(positions: readonly Position[]): Style {
  return new Style({ geometry: new MultiPoint(positions.map((p) => [...p])), image: square });
}

export function turnStyle(position: Position): Style {
  return new Style({ geometry: new Point([...position]), image: round });
}

export const lassoStyle = [
  new Style({
    stroke: new Stroke({ color: "rgba(0, 0, 0, 0.7)", width: 4 }),
    fill: new Fill({ color: "rgba(255, 255, 255, 0.12)" }),
  }),
  new Style({ stroke: new Stroke({ color: "#ffffff", width: 2, lineDash: [6, 5] }) }),
];
