/** Loader of the features of the view, block by block, or of counts where there are too many. */

import * as api from "../api";
import type { SceneMap } from "../map/scene_map";
import type { Block } from "../model/view/coverage";
import { Coverage } from "../model/view/coverage";
import type { Density } from "../model/view/density";
import { answersFor, cellSide, countIn, MOST_OUTLINES, widened } from "../model/view/density";
import type { Extent, Feature } from "../model/feature";
import { extentOf } from "../model/shapes/geometry";
import { extentsMeet } from "../model/shapes/ring";
import type { Labels } from "../model/labels/labels";
import { Signal } from "../model/labels/signal";

const AGAIN_MS = 3000;
const SETTLE_MS = 150;
/** Features that stay in memory; beyond that, far blocks are dropped. */
const MOST_LOADED = 30_000;
/** Part of a view that counts are asked for beyond it, on each side. */
const MARGIN = 0.25;

export interface Loading {
  readonly busy: number;
  /** Answers so far. */
  readonly answers: number;
  readonly failed: boolean;
  /** Count to be shown in place of outlines; null where outlines are shown. */
  readonly counts: Density | null;
  /** Objects in the view while counts are shown. */
  readonly total: number;
}

export interface Scope {
  /** The filter as query parameters. */
  query(): string;
  /** Return whether no feature can pass the filter. */
  closed(): boolean;
  /** Return whether a feature is selected, so that it must stay. */
  selected(uid: string): boolean;
  /** Number of features of the scene, as far as it is known. */
  total(): number;
  /** Return the number of loaded features that touch a box. */
  count(box: Extent): number;
  forgotten(uids: readonly string[]): void;
}

interface Asked {
  readonly key: string;
  readonly extent: Extent;
  readonly density: Density;
}

export class Loader {
  readonly state = new Signal<Loading>({ busy: 0, answers: 0, failed: false, counts: null, total: 0 });
  #coverage: Coverage;
  #asked: Asked | null = null;
  #turn = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly map: SceneMap,
    private readonly labels: Labels,
    private readonly scope: Scope,
  ) {
    this.#coverage = this.#nothing();
    map.map.on("moveend", () => void this.load());
  }

  /** Fetch what the view lacks. */
  async load(): Promise<void> {
    if (!this.map.map.getSize()) return;
    const turn = ++this.#turn;
    const [view, resolution] = [this.map.extent, this.map.resolution];
    // Of a small scene everything is fetched, so that another filter waits for nothing.
    const query = this.#isSmall ? "" : this.scope.query();
    if (this.scope.closed()) return this.#say({ counts: null, answers: this.state.value.answers + 1 });
    const few =
      this.#isSmall || (this.#coverage.covers(view, resolution, query) && this.scope.count(view) <= MOST_OUTLINES);
    const counts = few ? null : await this.#count(view, resolution, query);
    if (turn !== this.#turn) return;
    const total = counts ? countIn(counts, view) : 0;
    if (counts && total > MOST_OUTLINES) return this.#say({ counts, total });
    // A failure leaves what is shown as it is.
    if (few || counts) this.#say({ counts: null, total: 0 });
    if (few || counts) for (const block of this.#coverage.wanted(view, resolution, query)) void this.#fetch(block);
  }

  /** Features have changed on the server, or another filter holds: counts are asked for again in a moment. */
  recount(): void {
    this.#asked = null;
    if (this.#soon === undefined) this.#say({ busy: this.state.value.busy + 1 });
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      void this.load();
      this.#say({ busy: this.state.value.busy - 1 });
    }, SETTLE_MS);
  }

  /** True if outlines are shown and all of the view that passes the filter has come. */
  get isComplete(): boolean {
    if (this.state.value.counts) return false;
    const { extent, resolution } = this.map;
    return this.scope.closed() || this.#coverage.covers(extent, resolution, this.#isSmall ? "" : this.scope.query());
  }

  /** Let go of what lies in a box, which the server has changed, and fetch what is in view; returns what was kept. */
  renew(box: Extent): Feature[] {
    const there = [...this.labels].filter((f) => extentsMeet(extentOf(f.geometry), box));
    this.scope.forgotten(this.labels.forget(there.map((f) => f.uid)));
    // Answers on their way are of what was there before.
    this.#coverage = this.#nothing();
    this.recount();
    return there.filter((f) => this.labels.get(f.uid));
  }

  #nothing(): Coverage {
    const { tiles, extent } = this.map.scene;
    return new Coverage(tiles.origin, tiles.resolutions, extent);
  }

  close(): void {
    clearTimeout(this.#again);
    clearTimeout(this.#soon);
    this.#turn = -1;
  }

  /** True if the whole scene fits into a view. */
  get #isSmall(): boolean {
    return this.scope.total() <= MOST_OUTLINES;
  }

  async #count(view: Extent, resolution: number, query: string): Promise<Density | null> {
    const { tiles, extent, id } = this.map.scene;
    const side = cellSide(tiles.resolutions, resolution);
    const key = `${side}?${query}`;
    if (this.#asked?.key === key && answersFor(this.#asked.extent, view, extent)) return this.#asked.density;
    const wide = widened(view, MARGIN, extent);
    return this.#try(async () => {
      const density = await api.density(id, wide, side, query);
      this.#asked = { key, extent: wide, density };
      return density;
    });
  }

  async #fetch(block: Block): Promise<void> {
    const coverage = this.#coverage;
    const done = await this.#try(async () => {
      const page = await api.features(this.map.scene.id, block.extent, block.query);
      if (page.truncated) coverage.split(block);
      else coverage.complete(block, page.features.length);
      this.labels.learn(page.features);
      return page;
    });
    if (!done) coverage.failed(block);
    else if (done.truncated) void this.load();
    else this.#letGo();
  }

  /** Keep the page from growing without bound. */
  #letGo(): void {
    if (this.labels.size <= MOST_LOADED || !this.#coverage.evict(this.map.extent, MOST_LOADED * 0.7)) return;
    const gone: string[] = [];
    const isFar = (feature: Feature): boolean =>
      !this.scope.selected(feature.uid) && !this.#coverage.holds(extentOf(feature.geometry));
    for (const feature of this.labels) if (isFar(feature)) gone.push(feature.uid);
    this.scope.forgotten(this.labels.forget(gone));
  }

  /** Run a request; null where it failed, and then all is tried again in a while. */
  async #try<T>(request: () => Promise<T>): Promise<T | null> {
    this.#say({ busy: this.state.value.busy + 1 });
    let result: T | null = null;
    try {
      result = await request();
      this.#say({ answers: this.state.value.answers + 1, failed: false });
    } catch {
      this.#say({ failed: true });
      clearTimeout(this.#again);
      this.#again = setTimeout(() => void this.load(), AGAIN_MS);
    }
    this.#say({ busy: this.state.value.busy - 1 });
    return result;
  }

  #say(news: Partial<Loading>): void {
    this.state.set({ ...this.state.value, ...news });
  }
}
