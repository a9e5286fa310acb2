/** Stretch to what is in view: its values, and the limits of the stretch that are chosen from them. */

import * as api from "../api";
import type { SceneMap } from "../map/scene_map";
import { Signal } from "../model/labels/signal";
import type { Channel } from "../model/view/display_settings";
import { limitsOf, rangesOf, tileQuery, type DisplaySettings } from "../model/view/display_settings";
import { TEXTS } from "../texts";

export class ViewStretch {
  /** Values of what was in view when they were last asked for; empty before that. */
  readonly channels = new Signal<readonly Channel[]>([]);
  /** Limits that the key set, and what they were before. */
  #set: { readonly limits: string; readonly before: string | null } | null = null;
  #asked = 0;

  constructor(
    private readonly map: SceneMap,
    private readonly settings: Signal<DisplaySettings>,
    private readonly adjust: (news: Partial<DisplaySettings>) => void,
    private readonly notice: Signal<string>,
  ) {}

  /** Limits of each channel as they are shown, in the quantity of the scene; null before the values are there. */
  get ranges(): readonly (readonly [number, number])[] | null {
    const channels = this.channels.value;
    if (!channels.length) return null;
    const typed = rangesOf(this.settings.value.limits, channels.length);
    return typed ?? channels.map(({ low, high }) => [low, high] as const);
  }

  /** Stretch to the values in view, or back where that is how it is. */
  async toggle(): Promise<void> {
    const { limits, bands } = this.settings.value;
    if (this.#set && limits === this.#set.limits) {
      this.adjust({ limits: this.#set.before });
      return this.notice.set(TEXTS.display.stretchedBack);
    }
    const channels = await this.measure();
    // The scene was left, or the values are those of other bands.
    if (!this.#isOpen || bands !== this.settings.value.bands) return;
    if (!channels) return this.notice.set(TEXTS.display.notMeasured);
    const found = channels.filter(({ counts }) => counts.length > 0);
    if (found.length < channels.length || !found.length) return this.notice.set(TEXTS.display.nothingInView);
    const wanted = limitsOf(channels.map(({ p2, p98 }) => [p2, p98]));
    this.#set = { limits: wanted, before: limits };
    this.adjust({ limits: wanted });
    this.notice.set(TEXTS.display.stretchedToView);
  }

  /** Count the values in view; null where the server does not answer. They are shown unless another question came after. */
  async measure(): Promise<readonly Channel[] | null> {
    const asked = ++this.#asked;
    await this.map.settled();
    try {
      const { scene, extent } = this.map;
      const channels = await api.histogram(scene.id, extent, tileQuery(this.settings.value));
      if (asked === this.#asked) this.channels.set(channels);
      return channels;
    } catch {
      return null;
    }
  }

  get #isOpen(): boolean {
    return Boolean(this.map.map.getTargetElement());
  }

  /** Set the limits of one channel, or of all. */
  limit(channel: number | null, range: readonly [number, number]): void {
    const { ranges } = this;
    if (!ranges || !(range[0] < range[1])) return;
    this.adjust({ limits: limitsOf(ranges.map((r, i) => (channel === null || channel === i ? range : r))) });
  }
}
