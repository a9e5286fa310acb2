/** Undo and redo of an open scene: what a step left is selected and shown, and the work of others is asked about. */

import type { Feature } from "../model/feature";
import type { Step } from "../model/labels/change";
import { Signal } from "../model/labels/signal";
import { TEXTS } from "../texts";
import type { DeskContext } from "./context";
import type { Mode } from "./mode";

export interface Question {
  /** Somebody else's version that the step would overwrite. */
  readonly other: Feature;
  proceed(): void;
  leave(): void;
}

export class History {
  /** Question about a step of the history that somebody else has built on. */
  readonly question = new Signal<Question | null>(null);
  #steppedBack = false;

  /** `active` returns the mode of the moment, whose unfinished drawing comes before the history. */
  constructor(
    private readonly desk: DeskContext,
    private readonly active: () => Mode,
  ) {}

  /** `held`: by a key that is held down, which does not go from what is being drawn on into the history. */
  undo(held = false): void {
    if (this.active().stepBack?.()) return void (this.#steppedBack = true);
    if (held && this.#steppedBack) return;
    this.#steppedBack = false;
    this.#step("undo");
  }

  redo(): void {
    if (!this.active().stepForward?.()) this.#step("redo");
  }

  /** Go through the history; what somebody else has changed since is asked about first. */
  #step(way: "undo" | "redo"): void {
    const { workspace, inView } = this.desk;
    const next = workspace.next(way);
    if (next?.bulk) return void inView.takeBack(way, next, next.bulk);
    const go = (): void => this.#stepped(workspace[way](), way === "undo" ? TEXTS.desk.undone : TEXTS.desk.redone);
    const other = workspace.changedByOther(way);
    if (!next || !other) return go();
    // The answer is about this step: the history may be another one by the time it comes.
    const proceed = (): void => (workspace.next(way) === next ? go() : this.desk.notice.set(TEXTS.desk.stepGone));
    this.question.set({ other, proceed, leave: () => workspace.drop(next) });
  }

  #stepped(step: Step | null, say: (step: string) => string): void {
    if (!step) return;
    const { visit, mode, notice, selection, map, workspace } = this.desk;
    visit.took(step);
    notice.set(say(step.label));
    const features = step.changes.map((c) => workspace.labels.get(c.uid)).filter((f) => f !== undefined);
    if (mode.value === "select" || mode.value === "review") selection.set(features);
    if (features.length) map.reveal(features);
  }
}
