/** Whether the scene, or areas of it, are complete: said by a person, over seen ground only, and taken back. */

import * as api from "../api";
import { CompleteAreas } from "../map/complete_areas";
import type { PixelArea } from "../model/ground/pixel_area";
import { ringOf } from "../model/ground/pixel_area";
import { Signal } from "../model/labels/signal";
import { extentOfPositions } from "../model/shapes/ring";
import type { CompletionReply as Completion } from "../model/wire";
import { TEXTS } from "../texts";
import type { DeskContext } from "./context";
import type { Searcher } from "./searcher";
import type { Seen } from "./seen";

export interface Completeness {
  /** Who said when that the scene is complete; null where it is not. */
  readonly complete: Completion | null;
  /** The same of areas, oldest first. */
  readonly areas: readonly Completion[];
  /** Why it cannot be complete yet, in one sentence. */
  readonly refused: string | null;
  /** True while the server is asked. */
  readonly asks: boolean;
}

export class Completing {
  readonly state: Signal<Completeness>;
  /** All that was ever said of the scene, oldest first; null until it is asked for. */
  readonly history = new Signal<readonly Completion[] | null>(null);

  constructor(
    private readonly desk: DeskContext,
    private readonly searcher: Searcher,
    private readonly seen: Seen,
  ) {
    const { complete, complete_areas: areas } = desk.scene;
    this.state = new Signal<Completeness>({ complete, areas, refused: null, asks: false });
    const frames = new CompleteAreas(desk.map.map);
    this.state.watch((state) => {
      frames.show(state.areas.flatMap(({ area }) => (area ? [ringOf(desk.map.grid, area)] : [])));
    });
  }

  /** Say that the scene is complete, or take it back. */
  async say(complete: boolean): Promise<void> {
    if (this.desk.busy) return this.desk.notice.set(TEXTS.desk.unfinished);
    await this.#say(complete, null);
  }

  /** Say that an area is complete, or take it back. */
  async sayOf(area: PixelArea, complete: boolean): Promise<void> {
    await this.#say(complete, area);
  }

  /** Show an area. */
  goTo(area: PixelArea): void {
    const { map } = this.desk;
    map.zoomTo(extentOfPositions(ringOf(map.grid, area)));
  }

  async loadHistory(): Promise<void> {
    try {
      this.history.set((await api.completions(this.desk.scene.id)).history);
    } catch (error) {
      this.desk.notice.set(TEXTS.complete.failed((error as Error).message));
    }
  }

  async #say(complete: boolean, area: PixelArea | null): Promise<void> {
    const before = this.state.value;
    if (before.asks) return;
    this.state.set({ ...before, asks: true });
    const { project, author } = this.searcher;
    try {
      await this.seen.saved();
      const told = await api.complete(this.desk.scene.id, { project, author: author(), complete, area });
      this.history.set(told.history);
      this.state.set({ complete: told.complete, areas: told.areas, refused: null, asks: false });
      const words = area ? TEXTS.completeArea : TEXTS.complete;
      this.desk.notice.set(complete ? words.done : words.takenBack);
    } catch (error) {
      const isRefused = error instanceof api.HttpError && error.status === 409;
      this.state.set({ ...before, refused: isRefused ? error.message : null, asks: false });
      if (!isRefused) this.desk.notice.set(TEXTS.complete.failed((error as Error).message));
      else if (area) this.desk.notice.set(error.message);
    }
  }
}
