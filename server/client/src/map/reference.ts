/** Reference layers on the map: over the imagery, below all objects, to be looked at only. */

import OlFeature from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import type BaseLayer from "ol/layer/Base";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Circle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";

import { imageryLayer } from "./imagery";
import type { SceneMap } from "./scene_map";
import { CASING_PX, casingOf, LINE_PX } from "./styles";

/** Light hues that no class has by itself; layers take them in turn. */
const COLORS = ["#ffe082", "#80deea", "#f8bbd0", "#c5e1a5", "#ffccbc", "#d1c4e9"] as const;

export function referenceColor(index: number): string {
  return COLORS[index % COLORS.length]!;
}

/** GeoJSON geometry in the scene's CRS. */
export type Geometry = Readonly<Record<string, unknown>>;

/** How map tiles are shown. */
export interface TileLook {
  /** Address with {z}, {x} and {y}, on the scene's own tile grid. */
  readonly url: string;
  /** 0 to 1. */
  readonly opacity: number;
  /** Below the imagery, to be seen where that has nothing. */
  readonly under: boolean;
  /** World units per screen pixel from which on there is nothing to be seen. */
  readonly coarsest: number;
}

const TILES = "reference-tiles";

export class ReferenceOverlay {
  readonly #layers = new Map<string, BaseLayer>();
  readonly #format = new GeoJSON();

  constructor(private readonly map: SceneMap) {}

  /** Draw the geometries of a layer in place of those before. */
  show(key: string, color: string, geometries: readonly Geometry[]): void {
    let layer = this.#layers.get(key) as VectorLayer | undefined;
    if (!layer) {
      layer = new VectorLayer({ source: new VectorSource(), style: styleOf(color), updateWhileAnimating: true });
      this.#insert(key, layer, this.#count("imagery") + this.#count(TILES));
    }
    const source = layer.getSource()!;
    source.clear(true);
    source.addFeatures(geometries.map((geometry) => new OlFeature(this.#format.readGeometry(geometry) ?? undefined)));
  }

  /** Show map tiles over the imagery and below all vectors, or under the imagery. */
  showTiles(key: string, { url, opacity, under, coarsest }: TileLook): void {
    const place = under ? "under" : "over";
    const there = this.#layers.get(key);
    if (there?.get("place") === place) return there.setOpacity(opacity);
    this.hide(key);
    const { map, scene } = this.map;
    const layer = imageryLayer(scene, map.getView().getProjection(), url, TILES);
    layer.setProperties({ place });
    layer.setOpacity(opacity);
    layer.setMaxResolution(coarsest);
    this.#insert(key, layer, under ? 0 : this.#count("imagery") + this.#count(TILES));
  }

  hide(key: string): void {
    const layer = this.#layers.get(key);
    if (layer) this.map.map.removeLayer(layer);
    this.#layers.delete(key);
  }

  #insert(key: string, layer: BaseLayer, at: number): void {
    this.#layers.set(key, layer);
    this.map.map.getLayers().insertAt(at, layer);
  }

  #count(className: string): number {
    const layers = this.map.map.getLayers().getArray();
    return layers.filter((one) => one.getClassName() === className).length;
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
