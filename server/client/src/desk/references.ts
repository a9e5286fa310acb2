/** Reference layers of an open scene: which are shown, and what of them lies in view. */

import * as api from "../api";
import { recall, remember } from "../browser/memory";
import { referenceColor, ReferenceOverlay } from "../map/reference";
import type { SceneMap } from "../map/scene_map";
import { Signal } from "../model/labels/signal";
import type { SceneLayerReply } from "../model/wire";

/** A layer as the panel lists it. */
export interface Reference extends Pick<SceneLayerReply, "key" | "name" | "kind" | "marking" | "tiles" | "problem"> {
  readonly color: string;
  readonly shown: boolean;
  /** Of tiles, 0 to 1. */
  readonly opacity: number;
  /** True of tiles that are below the imagery. */
  readonly under: boolean;
  /** World units per screen pixel from which on tiles show nothing. */
  readonly coarsest: number;
  /** True while the view is coarser than that. */
  readonly tooFar: boolean;
  /** Features in view, and how many of them are drawn; null while they are asked for. */
  readonly inView: { readonly total: number; readonly drawn: number } | null;
  readonly failed: boolean;
}

const SETTLE_MS = 250;
const AGAIN_MS = 5000;
/** Tiles are drawn up to so many times coarser than their first level is. */
const BEYOND = 1.5;

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
    this.#overlay = new ReferenceOverlay(map);
    map.map.on("moveend", () => this.#soon(SETTLE_MS));
    // A scene without a place on the Earth has no layer that could lie over it.
    if (map.scene.crs_wkt !== null) void this.#list();
  }

  /** Show or hide a layer; which are shown is kept in this browser. */
  toggle(key: string): void {
    const layer = this.#of(key);
    if (!layer || (layer.problem !== null && !layer.shown)) return;
    this.#set(key, { shown: !layer.shown, inView: null, failed: false });
    this.#remember();
    if (layer.shown) this.#overlay.hide(key);
    else this.#draw(key);
  }

  /** Look again which there are; one that was added is shown. */
  async renew(added: string | null): Promise<void> {
    const before = new Map(this.layers.value.map((one) => [one.key, one]));
    await this.#list();
    const { value } = this.layers;
    for (const { key } of before.values()) if (value.every((one) => one.key !== key)) this.#overlay.hide(key);
    this.layers.set(
      value.map((one) => {
        const { opacity, under } = before.get(one.key) ?? one;
        return { ...one, opacity, under };
      }),
    );
    const news = value.find(({ key, name, shown }) => name === added && !before.has(key) && !shown);
    if (news) this.toggle(news.key);
  }

  /** Tiles more or less opaque, 0 to 1. */
  fade(key: string, opacity: number): void {
    this.#set(key, { opacity: Math.min(1, Math.max(0, opacity)) });
    this.#draw(key);
  }

  /** Tiles below the imagery, or over it. */
  place(key: string, under: boolean): void {
    this.#set(key, { under });
    this.#draw(key);
  }

  /** Keep which are shown; also those that other scenes have and this one has not. */
  #remember(): void {
    const here = new Set(this.layers.value.map(({ key }) => key));
    const elsewhere = (recall(this.#stored)?.split(" ") ?? []).filter((key) => !here.has(key));
    const shown = [...elsewhere, ...this.layers.value.flatMap(({ key, shown }) => (shown ? [key] : []))];
    remember(this.#stored, shown.length ? shown.join(" ") : null);
  }

  async #list(): Promise<void> {
    try {
      const shown = new Set(recall(this.#stored)?.split(" "));
      const { resolutions } = this.map.scene.tiles;
      const found = await api.layers(this.map.scene.id);
      const layers = found.map(({ key, name, kind, marking, tiles, problem, min_level }, i): Reference => ({
        key,
        name,
        kind,
        marking,
        tiles,
        problem,
        color: referenceColor(i),
        shown: shown.has(key) && problem === null,
        opacity: 1,
        under: false,
        coarsest: min_level === 0 ? Infinity : resolutions[min_level]! * BEYOND * window.devicePixelRatio,
        tooFar: false,
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
      for (const { key, shown } of this.layers.value) if (shown && this.#isOpen) this.#draw(key);
    }, ms);
  }

  #draw(key: string): void {
    const { shown, tiles, opacity, under, coarsest, tooFar } = this.#of(key)!;
    if (!shown) return;
    if (tiles === null) return void this.#fetch(key);
    this.#overlay.showTiles(key, { url: tiles, opacity, under, coarsest });
    const isTooFar = this.map.resolution >= coarsest;
    if (isTooFar !== tooFar) this.#set(key, { tooFar: isTooFar });
  }

  async #fetch(key: string): Promise<void> {
    const asked = (this.#asked.get(key) ?? 0) + 1;
    this.#asked.set(key, asked);
    const { scene, extent, resolution } = this.map;
    const isCurrent = (): boolean => this.#isOpen && asked === this.#asked.get(key) && this.#of(key)?.shown === true;
    try {
      const { geometries, total } = await api.layerView(scene.id, key, extent, resolution);
      if (!isCurrent()) return;
      this.#overlay.show(key, this.#of(key)!.color, geometries);
      this.#set(key, { inView: { total, drawn: geometries.length }, failed: false });
    } catch {
      if (isCurrent()) this.#set(key, { inView: null, failed: true });
    }
  }

  #of(key: string): Reference | undefined {
    return this.layers.value.find((one) => one.key === key);
  }

  #set(key: string, news: Partial<Reference>): void {
    this.layers.set(this.layers.value.map((one) => (one.key === key ? { ...one, ...news } : one)));
  }
}
