/** Another scene of the same ground, over the one that is worked on. */

import type OlMap from "ol/Map";
import type TileLayer from "ol/layer/Tile";

import type { Scene } from "../api";
import type { Comparison } from "../model/compare";
import { chosenPair } from "../model/compare";
import { imageryLayer } from "./imagery";

const OVER_THE_IMAGERY = 1;

export class Overlay {
  #layer: TileLayer | null = null;
  #url = "";

  constructor(private readonly map: OlMap, private readonly scene: Scene) {}

  /** Draws what is chosen; nothing is fetched before it is shown for the first time. */
  show(comparison: Comparison): void {
    const pair = chosenPair(comparison);
    if (!pair || (!comparison.shown && this.#url !== pair.tiles)) return this.#remove();
    if (this.#url !== pair.tiles) {
      this.#remove();
      this.#layer = imageryLayer(this.scene, this.map.getView().getProjection(), pair.tiles);
      this.#url = pair.tiles;
      this.map.getLayers().insertAt(OVER_THE_IMAGERY, this.#layer);
    }
    // Hidden, it is there all the same, so that switching waits for no tile.
    this.#layer!.setOpacity(comparison.shown ? comparison.opacity : 0);
  }

  #remove(): void {
    if (this.#layer) this.map.removeLayer(this.#layer);
    this.#layer = null;
    this.#url = "";
  }
}
