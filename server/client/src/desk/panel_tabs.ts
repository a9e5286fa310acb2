/** The tabs of the panel beside the map: which is in front, and which control in one of them is asked for. */

import { recall, remember } from "../browser/memory";
import { Signal } from "../model/labels/signal";
import { Introduction } from "./introduction";

export const TABS = ["review", "objects", "view"] as const;
export type TabName = (typeof TABS)[number];

export class PanelTabs {
  readonly front: Signal<TabName>;
  /** Control that is to have the focus, by its id; each question is an object of its own. */
  readonly wanted = new Signal<{ readonly id: string } | null>(null);
  readonly introduction = new Introduction();
  readonly #stored: string;

  /** `project` keeps the choice of one project from another's on the same address. */
  constructor(project: string) {
    this.#stored = `geoengine/panel-tab/${project}`;
    const last = recall(this.#stored);
    this.front = new Signal(TABS.find((name) => name === last) ?? "review");
    this.front.watch((name) => remember(this.#stored, name === "review" ? null : name));
  }

  /** Bring the tab after the one in front to the front; after the last comes the first. */
  next(): void {
    this.front.set(TABS[(TABS.indexOf(this.front.value) + 1) % TABS.length]!);
  }

  /** Give the focus to a control, in whatever tab is in front. */
  ask(tab: TabName, id: string): void {
    this.front.set(tab);
    this.wanted.set({ id });
  }
}
