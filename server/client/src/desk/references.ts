/** Reference layers of an open scene: which are shown, and what of them lies in view. */

import * as api from "../api";
import { recall, remember } from "../browser/memory";
import { referenceColor, ReferenceOverlay } from "../map/reference";
import type { SceneMap } from "../map/scene_map";
import { Signal } from "../model/labels/signal";

/** A layer as the panel lists it. */
export interface Reference {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  readonly shown: boolean;
  /** Features in view, and how many of them are drawn; null while they are asked for. */
  readonly inView: { readonly total: number; readonly drawn: number } | null;
  readonly failed: boolean;
}

const SETTLE_MS = 250;
const AGAIN_MS = 5000;

export class References {
  readonly layers = new Signal<readonly Reference[]>([]);
  /** True once the server has told which there are. */
  readonly listed = new Signal(false);
  readonly #overlay: ReferenceOverlay;
  readonly #stored: string;
  /** Number of the last question about each layer: answers to older ones are ignored. */
  readonly #asked = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly map: SceneMap,
    project: string,
  ) {
    this.#stored = `geoengine/layers/${encodeURIComponent(project)}`;
    this.#overlay = new ReferenceOverlay(map.map);
    map.map.on("moveend", () => this.#soon(SETTLE_MS));
    // A scene without a place on the Earth has no layer that could lie over it.
    if (map.scene.crs_wkt !== null) void this.#list();
  }

  /** Show or hide a layer; which are shown is kept in this browser. */
  toggle(key: string): void {
    const layer = this.layers.value.find((one) => one.key === key);
    if (!layer) return;
    this.#set(key, { shown: !layer.shown, inView: null, failed: false });
    const shown = this.layers.value.filter((one) => one.shown).map((one) => one.key);
    remember(this.#stored, shown.length ? shown.join(" ") : null);
    if (layer.shown) this.#overlay.hide(key);
    else void this.#fetch(key);
  }

  async #list(): Promise<void> {
    try {
      const shown = new Set(recall(this.#stored)?.split(" "));
      const found = await api.layers();
      const layers = found.map(({ key, name }, i): Reference => ({
        key,
        name,
        color: referenceColor(i),
        shown: shown.has(key),
        inView: null,
        failed: false,
      }));
      this.layers.set(layers);
      this.listed.set(true);
      this.#soon(0);
    } catch {
      setTimeout(() => this.#isOpen && void this.#list(), AGAIN_MS);
    }
  }

  get #isOpen(): boolean {
    return Boolean(this.map.map.getTargetElement());
  }

  #soon(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const { key, shown } of this.layers.value) if (shown && this.#isOpen) void this.#fetch(key);
    }, ms);
  }

  async #fetch(key: string): Promise<void> {
    const asked = (this.#asked.get(key) ?? 0) + 1;
    this.#asked.set(key, asked);
    const { scene, extent, resolution } = this.map;
    const isCurrent = (): boolean =>
      this.#isOpen && asked === this.#asked.get(key) && this.layers.value.some((one) => one.key === key && one.shown);
    try {
      const { geometries, total } = await api.layerView(scene.id, key, extent, resolution);
      if (!isCurrent()) return;
      this.#overlay.show(key, this.layers.value.find((one) => one.key === key)!.color, geometries);
      this.#set(key, { inView: { total, drawn: geometries.length }, failed: false });
    } catch {
      if (isCurrent()) this.#set(key, { inView: null, failed: true });
    }
  }

  #set(key: string, news: Partial<Reference>): void {
    this.layers.set(this.layers.value.map((one) => (one.key === key ? { ...one, ...news } : one)));
  }
}
