/** Geometries of objects as those of OpenLayers. */

import LineString from "ol/geom/LineString";
import MultiPolygon from "ol/geom/MultiPolygon";
import Point from "ol/geom/Point";
import Polygon from "ol/geom/Polygon";
import type SimpleGeometry from "ol/geom/SimpleGeometry";

import type { Geometry, Ring } from "../model/feature";
import { partsOf } from "../model/geojson";

const copy = (ring: Ring): number[][] => ring.map((p) => [...p]);

export function toOl(geometry: Geometry): SimpleGeometry {
  const { type, coordinates } = geometry;
  if (type === "Point") return new Point([...coordinates[0]![0]!]);
  if (type === "LineString") return new LineString(copy(coordinates[0]!));
  if (type === "Polygon") return new Polygon(coordinates.map(copy));
  return new MultiPolygon(partsOf(geometry).map((rings) => rings.map(copy)));
}
