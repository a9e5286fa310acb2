/** Numbers on the two objects of a pair: 1 at the upper left corner, 2 at the upper right one. */

import OlFeature from "ol/Feature";
import type OlMap from "ol/Map";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import Text from "ol/style/Text";

import type { Feature } from "../model/feature";
import { extentOf } from "../model/shapes/geometry";
import { FONT } from "./styles";

const RADIUS_PX = 10;

function numbered(index: number): Style {
  // Beside the corner, so that the outline is seen; the two never cover each other.
  const displacement = [index ? RADIUS_PX : -RADIUS_PX, RADIUS_PX];
  return new Style({
    image: new CircleStyle({
      radius: RADIUS_PX,
      displacement,
      fill: new Fill({ color: "#ffffff" }),
      stroke: new Stroke({ color: "#000000", width: 1.5 }),
    }),
    text: new Text({
      text: String(index + 1),
      font: `bold 13px ${FONT}`,
      fill: new Fill({ color: "#000000" }),
      offsetX: displacement[0]!,
      offsetY: 1 - displacement[1]!,
    }),
  });
}

export class PairMarks {
  readonly #source = new VectorSource();

  constructor(map: OlMap) {
    map.addLayer(new VectorLayer({ source: this.#source, zIndex: 3, className: "pair-marks" }));
  }

  show(pair: readonly Feature[]): void {
    this.#source.clear();
    pair.forEach(({ geometry }, index) => {
      const [minX, , maxX, maxY] = extentOf(geometry);
      const mark = new OlFeature(new Point([index ? maxX : minX, maxY]));
      mark.setStyle(numbered(index));
      this.#source.addFeature(mark);
    });
  }
}
