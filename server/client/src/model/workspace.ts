/** One scene under an analyst's hands: every change goes through here into labels, history and outbox. */

import type { Change } from "./change";
import { toEdit } from "./change";
import type { Feature } from "./feature";
import * as History from "./history";
import { Labels } from "./labels";
import type { Outbox, Problem } from "./outbox";
import { Signal } from "./signal";

export class Workspace {
  readonly labels: Labels;
  readonly history = new Signal(History.EMPTY);
  readonly #unsubscribe: () => void;

  /** `author` is asked at every change: the analyst may say another name in between. */
  constructor(
    readonly sceneId: number,
    private readonly outbox: Outbox,
    private readonly author: () => string,
  ) {
    this.labels = new Labels((uid) => outbox.pending(uid));
    for (const entry of outbox.pendingIn(sceneId)) this.labels.apply(entry);
    this.#unsubscribe = outbox.onSaved((entry, features) => {
      if (entry.sceneId === sceneId) this.labels.learn(features);
    });
  }

  close(): void {
    this.#unsubscribe();
  }

  /** Carries out a change and remembers it for undo. */
  commit(change: Change): void {
    this.history.set(History.push(this.history.value, change));
    this.#carryOut(change);
  }

  undo(): Change | null {
    return this.#step(History.undo(this.history.value));
  }

  redo(): Change | null {
    return this.#step(History.redo(this.history.value));
  }

  /** Drops the analyst's waiting edits of a feature for the version of the server. */
  takeTheirs(problem: Problem, theirs: Feature): void {
    this.history.set(History.forget(this.history.value, theirs.uid));
    this.outbox.discard(problem);
    this.labels.replace(theirs);
  }

  #step(step: [History.History, Change] | null): Change | null {
    if (!step) return null;
    this.history.set(step[0]);
    this.#carryOut(step[1]);
    return step[1];
  }

  #carryOut(change: Change): void {
    const known = this.labels.get(change.uid);
    const edit = toEdit(change, known !== undefined);
    const author = this.author();
    // First on the shelf, then on the screen, then on the wire.
    this.outbox.add(this.sceneId, author, edit, known?.revision ?? 0);
    this.labels.apply({ edit, author });
  }
}
