/** Comparison with other scenes of the same area. */

import * as api from "../api";
import type { Comparison } from "../model/view/compare";
import { CALM_MS, flick, NOTHING, swipe } from "../model/view/compare";
import { Signal } from "../model/labels/signal";
import { TEXTS } from "../texts";

export class Comparing {
  readonly state = new Signal<Comparison>(NOTHING);
  #flickedAt = 0;
  #held = false;

  constructor(private readonly notice: Signal<string>) {}

  async findPairs(sceneId: number): Promise<void> {
    try {
      const pairs = await api.pairs(sceneId);
      this.state.set({ ...this.state.value, pairs });
    } catch {
      this.notice.set(TEXTS.compare.failed);
    }
  }

  /** The other scene of the same ground, shown or hidden in turn. */
  flick(): void {
    const now = Date.now();
    if (now - this.#flickedAt < CALM_MS) return;
    this.#flickedAt = now;
    this.#held = true;
    if (!this.state.value.pairs.length) this.notice.set(TEXTS.compare.none);
    this.state.set(flick(this.state.value));
  }

  /** The key of `flick` was let go: held down, it only showed the other scene for so long. */
  letGo(): void {
    const held = this.#held && Date.now() - this.#flickedAt >= CALM_MS;
    this.#held = false;
    if (held) this.flick();
    this.#held = false;
  }

  /** A divider, with this scene to its left and the other to its right. */
  swipe(): void {
    if (!this.state.value.pairs.length) this.notice.set(TEXTS.compare.none);
    this.state.set(swipe(this.state.value));
  }
}
