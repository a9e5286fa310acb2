/** Whether the scene is complete: said by a person, over seen ground only, and taken back. */

import * as api from "../api";
import { Signal } from "../model/labels/signal";
import type { CompletionReply as Completion } from "../model/wire";
import { TEXTS } from "../texts";
import type { DeskContext } from "./context";
import type { Searcher } from "./searcher";
import type { Seen } from "./seen";

export interface Completeness {
  /** Who said when that the scene is complete; null where it is not. */
  readonly complete: Completion | null;
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
    this.state = new Signal<Completeness>({ complete: desk.scene.complete, refused: null, asks: false });
  }

  /** Say that the scene is complete, or take it back. */
  async say(complete: boolean): Promise<void> {
    if (this.desk.busy) return this.desk.notice.set(TEXTS.desk.unfinished);
    if (this.state.value.asks) return;
    const before = this.state.value;
    this.state.set({ ...before, asks: true });
    const { id } = this.desk.scene;
    const { project, author } = this.searcher;
    try {
      await this.seen.saved();
      const told = await api.complete(id, { project, author: author(), complete });
      this.history.set(told.history);
      this.state.set({ complete: told.complete, refused: null, asks: false });
      this.desk.notice.set(told.complete ? TEXTS.complete.done : TEXTS.complete.takenBack);
    } catch (error) {
      const isRefused = error instanceof api.HttpError && error.status === 409;
      this.state.set({ ...before, refused: isRefused ? error.message : null, asks: false });
      if (!isRefused) this.desk.notice.set(TEXTS.complete.failed((error as Error).message));
    }
  }

  async loadHistory(): Promise<void> {
    try {
      this.history.set((await api.completions(this.desk.scene.id)).history);
    } catch (error) {
      this.desk.notice.set(TEXTS.complete.failed((error as Error).message));
    }
  }
}
