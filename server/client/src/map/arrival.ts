/** Whether the imagery of the view is all there. */

import type OlMap from "ol/Map";

import { watchTiles } from "./failures";

export class Arrival {
  #loading = true;
  #missing = 0;

  constructor(private readonly map: OlMap) {
    map.on("loadstart", () => (this.#loading = true));
    // Not "loadend": it does not come where all was loaded while the first frames were still animated.
    map.on("rendercomplete", () => (this.#loading = false));
    watchTiles(map, (missing) => (this.#missing = missing));
  }

  /** True if every tile of the view is drawn, and none could not be fetched. */
  get complete(): boolean {
    return !this.#loading && this.#missing === 0 && Boolean(this.map.getSize()?.every((n) => n > 0));
  }
}
