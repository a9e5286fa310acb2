/** Ruler: the measured line with the length of every leg. */

import OlFeature from "ol/Feature";
import type OlMap from "ol/Map";
import LineString from "ol/geom/LineString";
import Point from "ol/geom/Point";
import Polygon from "ol/geom/Polygon";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import Text from "ol/style/Text";

import type { Coordinate } from "../model/ground/lonlat_expansion";
import type { Measured } from "../model/ground/ruler";
import { formatLength } from "../model/ground/ruler";

const LINE = [
  new Style({
    stroke: new Stroke({ color: "rgba(0, 0, 0, 0.75)", width: 5 }),
    fill: new Fill({ color: "rgba(255, 209, 102, 0.15)" }),
  }),
  new Style({ stroke: new Stroke({ color: "#ffd166", width: 2 }) }),
];
const CORNER = new Style({
  image: new CircleStyle({
    radius: 3.5,
    fill: new Fill({ color: "#ffd166" }),
    stroke: new Stroke({ color: "#000", width: 1 }),
  }),
});
/** Shorter legs, in screen pixels, have no room for their length. */
const ROOM_PX = 44;

export class RulerLayer {
  readonly #source = new VectorSource();
  readonly #layer = new VectorLayer({ source: this.#source, zIndex: 3 });

  constructor(private readonly map: OlMap) {}

  /** `points` are in world coordinates; there are as many legs as `measured` says. */
  show(points: readonly Coordinate[], measured: Measured, closed: boolean): void {
    if (!this.#layer.getMapInternal()) this.map.addLayer(this.#layer);
    this.#source.clear();
    const ring = closed ? [...points, points[0]!] : points;
    const line = new OlFeature(
      closed ? new Polygon([ring.map((p) => [...p])]) : new LineString(ring.map((p) => [...p])),
    );
    line.setStyle(LINE);
    this.#source.addFeature(line);
    for (const point of points) this.#add(point, CORNER);
    measured.legs.forEach((length, i) => this.#label(ring[i]!, ring[i + 1]!, formatLength(length, measured.unit)));
  }

  remove(): void {
    this.#source.clear();
    this.map.removeLayer(this.#layer);
  }

  #label(from: Coordinate, to: Coordinate, text: string): void {
    const span = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const middle: Coordinate = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const style = new Style({
      text: new Text({
        text,
        font: "600 12px system-ui, sans-serif",
        fill: new Fill({ color: "#fff" }),
        stroke: new Stroke({ color: "#000", width: 4 }),
      }),
    });
    this.#add(middle, (_: unknown, resolution: number) => (span / resolution < ROOM_PX ? [] : [style]));
  }

  #add(at: Coordinate, style: Style | ((feature: unknown, resolution: number) => Style[])): void {
    const feature = new OlFeature(new Point([...at]));
    feature.setStyle(style);
    this.#source.addFeature(feature);
  }
}
