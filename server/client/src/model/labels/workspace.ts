/** One scene under an analyst's hands: every step goes through here into labels, history and outbox. */

import type { Step } from "./change";
import { isAsBefore, toEdit } from "./change";
import type { Feature } from "../feature";
import * as History from "./history";
import { Labels } from "./labels";
import type { Outbox, Problem } from "./outbox";
import { Signal } from "./signal";

export class Workspace {
  readonly labels: Labels;
  readonly history = new Signal(History.EMPTY);
  readonly #unsubscribe: () => void;

  /** `author` is asked at every step: the analyst may say another name in between. */
  constructor(
    readonly sceneId: number,
    private readonly outbox: Outbox,
    private readonly author: () => string,
  ) {
    this.labels = new Labels((uid) => outbox.pending(uid));
    this.labels.apply(outbox.pendingIn(sceneId));
    this.#unsubscribe = outbox.onSaved((entry, features) => {
      if (entry.sceneId !== sceneId) return;
      this.labels.learn(features);
      // Somebody else had decided the same: undo is not to take back what they did.
      const others = features.filter(({ author }) => author !== entry.author).map(({ uid }) => uid);
      if (others.length) this.history.set(History.forget(this.history.value, new Set(others)));
    });
  }

  close(): void {
    this.#unsubscribe();
  }

  /** Carry out a step and remembers it for undo. */
  commit(step: Step): void {
    this.history.set(History.push(this.history.value, step));
    this.#carryOut(step);
  }

  /** Remember a step that the server has carried out. */
  record(step: Step): void {
    this.history.set(History.push(this.history.value, step));
  }

  /** The step that undo or redo would take; null where there is none. */
  next(way: "undo" | "redo"): Step | null {
    const { past, future } = this.history.value;
    return (way === "undo" ? past.at(-1) : future[0]) ?? null;
  }

  /** Put a step that the server has taken back, or made again, to the other side of the history, as `now`. */
  passed(way: "undo" | "redo", step: Step, now: Step): void {
    if (this.next(way) !== step) return; // other steps came in between: redo is gone
    this.drop(step);
    const { past, future } = this.history.value;
    this.history.set(way === "undo" ? { past, future: [now, ...future] } : { past: [...past, now], future });
  }

  /** Resolve to whether the server has saved every edit, once none is on its way. */
  saved(): Promise<boolean> {
    return this.outbox.settled();
  }

  undo(): Step | null {
    return this.#go(History.undo(this.history.value));
  }

  /** The version of somebody else that the next step of the history would overwrite unseen; null where none. */
  changedByOther(way: "undo" | "redo"): Feature | null {
    const next = History[way](this.history.value);
    for (const change of next?.[1].changes ?? []) {
      const known = this.labels.get(change.uid);
      if (known && !isAsBefore(change, known)) return known;
    }
    return null;
  }

  /** Drop a step from the history, wherever it is by now. */
  drop(step: Step): void {
    this.history.set(History.drop(this.history.value, step));
  }

  redo(): Step | null {
    return this.#go(History.redo(this.history.value));
  }

  /** Drop the analyst's waiting edits that `problem` holds up for the versions of the server, one for each of `problem.held`. */
  takeTheirs(problem: Problem, theirs: readonly Feature[]): void {
    const dropped = this.outbox.discard(problem);
    this.history.set(History.forget(this.history.value, dropped));
    this.labels.replace(theirs);
  }

  #go(next: [History.History, Step] | null): Step | null {
    if (!next) return null;
    this.history.set(next[0]);
    this.#carryOut(next[1]);
    return next[1];
  }

  #carryOut(step: Step): void {
    const author = this.author();
    const edits = step.changes.map((change) => {
      const known = this.labels.get(change.uid);
      return { edit: toEdit(change, known !== undefined), base: known?.revision ?? 0 };
    });
    // First into local storage, then on the screen, then on the wire.
    this.outbox.add(this.sceneId, author, edits);
    this.labels.apply(edits.map(({ edit }) => ({ edit, author })));
  }
}
