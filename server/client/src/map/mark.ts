/** A cross hair at a position somebody asked for. */

import OlFeature from "ol/Feature";
import type OlMap from "ol/Map";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import RegularShape from "ol/style/RegularShape";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";

import type { Coordinate } from "../model/ground/lonlat_expansion";

const cross = (color: string, width: number): Style =>
  new Style({
    image: new RegularShape({ points: 4, radius: 13, radius2: 0, angle: 0, stroke: new Stroke({ color, width }) }),
  });
const STYLE = [cross("#000000", 5), cross("#ffd166", 2)];

export class Mark {
  readonly #source = new VectorSource();

  constructor(map: OlMap) {
    map.addLayer(new VectorLayer({ source: this.#source, style: STYLE, zIndex: 3 }));
  }

  show(world: Coordinate | null): void {
    this.#source.clear();
    if (world) this.#source.addFeature(new OlFeature(new Point([...world])));
  }
}
