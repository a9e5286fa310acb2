/** Accepting, rejecting, deleting and classifying the selection, so that one key on many objects cannot hurt. */

import type { Feature, FeatureState } from "../model/feature";
import type { Step } from "../model/labels/change";
import { accept, propose, reclassify, reject, remove } from "../model/labels/change";
import { Signal } from "../model/labels/signal";
import { isRefused } from "../model/shapes/result";
import { TEXTS } from "../texts";
import type { DeskContext, Offer } from "./context";

/** From so many objects on, a change of what is decided or drawn is asked about. */
export const MANY = 50;

/** Question whether a change of many objects is meant. */
export interface Confirmation {
  readonly words: string;
  readonly label: string;
  readonly proceed: () => void;
  readonly leave: () => void;
}

const DECIDE = { accepted: accept, rejected: reject } as const;

export class Decisions {
  readonly offer = new Signal<Offer | null>(null);
  /** True while a class is looked for in the palette. */
  readonly choosing = new Signal(false);
  readonly confirmation = new Signal<Confirmation | null>(null);
  /** Object whose chosen vertices Delete removed last. */
  #removedFrom: string | null = null;

  /** `decided` is called after each decision. */
  constructor(
    private readonly desk: DeskContext,
    private readonly decided: () => void,
  ) {
    // An offer is of the objects that are selected.
    let last = "";
    desk.selection.watch((features) => {
      const now = features.map((f) => f.uid).join();
      if (now !== last) this.offer.set(null);
      last = now;
    });
  }

  /** Decide the selected proposals; of many objects, what was decided before is left alone, and offered. */
  decide(state: "accepted" | "rejected"): void {
    const { selection, inView } = this.desk;
    if (inView.found.value) return inView.decide(state, inView.found.value);
    const { features } = selection;
    const others = features.filter((f) => f.state !== "proposed" && f.state !== state);
    if (!this.#mayDecide()) return;
    const { clears } = this.desk.saying;
    if (features.length === 1 || others.length === 0) return this.#carryOut(DECIDE[state](features, clears));
    const open = features.filter((f) => f.state === "proposed");
    this.#carryOut(DECIDE[state](open, clears));
    this.offer.set({
      words: TEXTS.decisions.leftAlone(open.length, state, others.length),
      label: TEXTS.decisions.thoseToo(state, others.length),
      run: () => this.#decideToo(others, state),
    });
  }

  /** Do what is offered over the map. */
  takeOffer(): void {
    this.offer.value?.run();
  }

  /** Make what was decided proposals again. */
  reopen(): void {
    if (!this.#isForServer() && this.#mayDecide()) this.#carryOut(propose(this.desk.selection.features));
  }

  /** Delete the selected vertices, or else the selected features. */
  remove(): void {
    if (this.#isForServer()) return;
    const { selection, outlines, notice } = this.desk;
    if (selection.vertices.length) {
      outlines.removeVertices(selection.vertices);
      this.#removedFrom = selection.single?.uid ?? null;
    } else if (this.#removedFrom !== null && selection.has(this.#removedFrom)) {
      // The key was for another vertex, more likely than for all of the object.
      this.#removedFrom = null;
      notice.set(TEXTS.desk.noVertexChosen);
    } else this.#removeFeatures();
  }

  /** Set the class of the selected features, or of the next one drawn. */
  classify(key: string): void {
    const { desk } = this;
    if (desk.redrawing.target.value !== null) return desk.notice.set(TEXTS.redrawing.classStays);
    if (desk.isDrawing || (desk.selection.empty && !desk.inView.found.value)) {
      const made = desk.kinds.mode(desk.mode.value, key);
      const goesOn = !isRefused(made) && made.ok === desk.mode.value;
      // What is begun stays what it is.
      if (desk.isDrawing && desk.isUnfinished && !goesOn)
        return desk.notice.set(TEXTS.kinds.unfinished(desk.nameOf(key), desk.kinds.of(key)));
      desk.drawClass.set(key);
      return desk.unfinished.entered(desk.mode.value, key);
    }
    if (this.#isForServer()) return;
    if (!desk.sight.isOutOfSight()) return this.#classifySelected(key);
    desk.drawClass.set(key);
    desk.notice.set(TEXTS.desk.classOutOfSight(desk.nameOf(key)));
  }

  /** Turn snapping off, or on again, for the class that is selected or drawn. */
  toggleSnapping(): void {
    const { desk } = this;
    const { selection, drawClass, snapper, notice } = desk;
    const key = selection.single?.classKey ?? drawClass.value;
    notice.set(TEXTS.desk.snapping(desk.nameOf(key), snapper.toggleClass(key)));
  }

  /** Carry out a change of `count` objects, from many on once it has been confirmed. */
  confirm(
    count: number,
    words: (count: number) => string,
    proceed: () => void,
    leave: () => void = () => undefined,
  ): void {
    if (count < MANY) proceed();
    else this.confirmation.set({ words: words(count), label: TEXTS.decisions.confirm(count), proceed, leave });
  }

  /** Return whether what is selected can be changed; say why not. */
  mayChange(): boolean {
    return !this.#isForServer() && this.#mayDecide();
  }

  /** Delete what a person has decided or drawn; a proposal is rejected. */
  #removeFeatures(): void {
    if (!this.#mayDecide()) return;
    const { features } = this.desk.selection;
    const proposals = features.filter((f) => f.state === "proposed");
    this.confirm(features.length, TEXTS.decisions.deletes, () => {
      this.#carryOut(remove(features));
      if (proposals.length) this.desk.notice.set(TEXTS.decisions.rejectedInstead(proposals.length));
    });
  }

  #classifySelected(key: string): void {
    const { features } = this.desk.selection;
    const problem = features.map((f) => this.desk.kinds.unfit(key, f.geometry)).find((one) => one !== null);
    if (problem) return this.desk.notice.set(problem);
    const changed = features.filter((f) => f.classKey !== key).length;
    this.confirm(changed, TEXTS.decisions.classifies(this.desk.nameOf(key)), () =>
      this.desk.commit(reclassify(features, key)),
    );
  }

  #decideToo(others: readonly Feature[], state: FeatureState & keyof typeof DECIDE): void {
    this.offer.set(null);
    this.#carryOut(DECIDE[state](others.map((f) => this.desk.workspace.labels.get(f.uid) ?? f)));
  }

  /** Say, and return true, where all objects in view are meant, of which the server decides alone. */
  #isForServer(): boolean {
    const { inView, notice } = this.desk;
    if (inView.found.value) notice.set(TEXTS.inView.onlyDecided);
    return inView.found.value !== null;
  }

  #mayDecide(): boolean {
    const { desk } = this;
    if (desk.selection.empty || desk.isDrawing) return false;
    return desk.mode.value === "review" || !desk.sight.isOutOfSight();
  }

  #carryOut(step: Step | null): void {
    this.desk.commit(step);
    this.decided();
  }
}
