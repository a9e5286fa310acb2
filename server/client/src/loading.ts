/** Fetches the features that the map shows, block by block. */

import * as api from "./api";
import type { SceneMap } from "./map/scene_map";
import type { Block } from "./model/coverage";
import { Coverage } from "./model/coverage";
import type { Labels } from "./model/labels";
import { Signal } from "./model/signal";

const AGAIN_MS = 3000;

export interface Loading {
  readonly busy: number;
  /** Answers so far. */
  readonly answers: number;
  readonly failed: boolean;
  /** Features that the last view has beyond what one answer may carry. */
  readonly missing: number;
}

export class Loader {
  readonly state = new Signal<Loading>({ busy: 0, answers: 0, failed: false, missing: 0 });
  readonly #coverage: Coverage;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly map: SceneMap,
    private readonly labels: Labels,
  ) {
    const { tiles, extent } = map.scene;
    this.#coverage = new Coverage(tiles.origin, tiles.resolutions, extent);
    map.map.on("moveend", () => this.load());
  }

  load(): void {
    if (!this.map.map.getSize()) return;
    for (const block of this.#coverage.wanted(this.map.extent, this.map.resolution)) void this.#fetch(block);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #fetch(block: Block): Promise<void> {
    this.#say({ busy: this.state.value.busy + 1 });
    try {
      const page = await api.features(this.map.scene.id, block.extent);
      if (!page.truncated) this.#coverage.complete(block);
      this.labels.learn(page.features);
      const answers = this.state.value.answers + 1;
      this.#say({ answers, failed: false, missing: page.total - page.features.length });
    } catch {
      this.#coverage.failed(block);
      this.#say({ failed: true });
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.load(), AGAIN_MS);
    }
    this.#say({ busy: this.state.value.busy - 1 });
  }

  #say(news: Partial<Loading>): void {
    this.state.set({ ...this.state.value, ...news });
  }
}
