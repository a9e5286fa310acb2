/** Reference layers on the map: over the imagery, below all objects, to be looked at only. */

import OlFeature from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import type OlMap from "ol/Map";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Circle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";

import { CASING_PX, casingOf, LINE_PX } from "./styles";

/** Light hues that no class has by itself; layers take them in turn. */
const COLORS = ["#ffe082", "#80deea", "#f8bbd0", "#c5e1a5", "#ffccbc", "#d1c4e9"] as const;

export function referenceColor(index: number): string {
  return COLORS[index % COLORS.length]!;
}

/** GeoJSON geometry in the scene's CRS. */
export type Geometry = Readonly<Record<string, unknown>>;

export class ReferenceOverlay {
  readonly #layers = new Map<string, VectorLayer>();
  readonly #format = new GeoJSON();

  constructor(private readonly map: OlMap) {}

  /** Draw the geometries of a layer in place of those before. */
  show(key: string, color: string, geometries: readonly Geometry[]): void {
    let layer = this.#layers.get(key);
    if (!layer) {
      layer = new VectorLayer({ source: new VectorSource(), style: styleOf(color), updateWhileAnimating: true });
      this.#layers.set(key, layer);
      const layers = this.map.getLayers();
      const imagery = layers.getArray().filter((one) => one.getClassName() === "imagery").length;
      layers.insertAt(imagery, layer);
    }
    const source = layer.getSource()!;
    source.clear(true);
    source.addFeatures(geometries.map((geometry) => new OlFeature(this.#format.readGeometry(geometry) ?? undefined)));
  }

  hide(key: string): void {
    const layer = this.#layers.get(key);
    if (layer) this.map.removeLayer(layer);
    this.#layers.delete(key);
  }
}

function styleOf(color: string): Style[] {
  const casing = casingOf(color);
  return [
    new Style({
      stroke: new Stroke({ color: casing, width: LINE_PX + 2 * CASING_PX }),
      image: new Circle({ radius: 4.5, fill: new Fill({ color: casing }) }),
    }),
    new Style({
      stroke: new Stroke({ color, width: LINE_PX }),
      image: new Circle({ radius: 3.5, fill: new Fill({ color }) }),
    }),
  ];
}
