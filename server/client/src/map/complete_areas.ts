/** Areas that are complete, as dashed frames below all objects. */

import OlFeature from "ol/Feature";
import type OlMap from "ol/Map";
import Polygon from "ol/geom/Polygon";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";

import type { Position } from "../model/feature";

const FRAME = [
  new Style({ stroke: new Stroke({ color: "rgba(0, 0, 0, 0.7)", width: 3.5 }) }),
  new Style({ stroke: new Stroke({ color: "#b9f6ca", width: 1.5, lineDash: [10, 6] }) }),
];

export class CompleteAreas {
  readonly #source = new VectorSource();

  constructor(map: OlMap) {
    map.addLayer(new VectorLayer({ source: this.#source, style: FRAME, updateWhileAnimating: true }));
  }

  /** Draw these rings in place of those before. */
  show(rings: readonly (readonly Position[])[]): void {
    this.#source.clear(true);
    this.#source.addFeatures(rings.map((ring) => new OlFeature(new Polygon([ring.map((p) => [...p])]))));
  }
}
