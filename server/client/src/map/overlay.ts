/** Another scene of the same ground, over the one that is worked on. */

import type OlMap from "ol/Map";
import type TileLayer from "ol/layer/Tile";
import type RenderEvent from "ol/render/Event";

import type { Scene } from "../api";
import type { Comparison } from "../model/view/compare";
import { chosenPair } from "../model/view/compare";
import { imageryLayer } from "./imagery";

export class Overlay {
  #layer: TileLayer | null = null;
  #url = "";
  #divider: number | null = null;

  constructor(
    private readonly map: OlMap,
    private readonly scene: Scene,
  ) {}

  /** Draw what is chosen; nothing is fetched before it is shown for the first time. */
  show(comparison: Comparison): void {
    const pair = chosenPair(comparison);
    this.#divider = comparison.divider;
    if (!pair || (!comparison.shown && this.#url !== pair.tiles)) return this.#remove();
    if (this.#url !== pair.tiles) {
      this.#remove();
      this.#layer = imageryLayer(this.scene, this.map.getView().getProjection(), pair.tiles);
      this.#url = pair.tiles;
      this.#layer.on("prerender", this.#clip);
      this.#layer.on("postrender", ({ context }) => (context as CanvasRenderingContext2D).restore());
      const layers = this.map.getLayers();
      // Map tiles of the office's own may lie below the imagery.
      const imagery = layers.getArray().findIndex((one) => one.getClassName() === this.#layer!.getClassName());
      layers.insertAt(imagery + 1, this.#layer);
    }
    // Hidden, it is there all the same, so that switching waits for no tile.
    this.#layer!.setOpacity(comparison.shown ? comparison.opacity : 0);
    this.#layer!.changed();
  }

  /** To the right of the divider only. */
  readonly #clip = (event: RenderEvent): void => {
    const context = event.context as CanvasRenderingContext2D;
    const { width, height } = context.canvas;
    const left = Math.round(width * (this.#divider ?? 0));
    context.save();
    context.resetTransform();
    context.beginPath();
    context.rect(left, 0, width - left, height);
    context.clip();
  };

  #remove(): void {
    if (this.#layer) this.map.removeLayer(this.#layer);
    this.#layer = null;
    this.#url = "";
  }
}
