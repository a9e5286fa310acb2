/** Redrawing: the next outline replaces that of an object, which keeps its uid, its score and its place in the review. */

import type { Feature, Polygon } from "../model/feature";
import { draw, rework } from "../model/labels/change";
import { identifier } from "../model/labels/identifier";
import { inParts } from "../model/labels/operations";
import { Signal } from "../model/labels/signal";
import type { Review } from "../model/view/review";
import { TEXTS } from "../texts";
import type { DeskContext, Redraws } from "./context";
import type { ModeName } from "./mode";
import { DRAWING } from "./mode";
import { offerReplacing } from "./replacing";

/** Where the redrawing began, and is gone back to. */
interface Origin {
  readonly uid: string;
  readonly mode: ModeName;
  readonly review: Review | null;
}

export class Redrawing implements Redraws {
  /** Object that is drawn anew; null where new objects are drawn. */
  readonly target = new Signal<string | null>(null);
  #origin: Origin | null = null;
  #isReturning = false;
  #isDone = false;

  constructor(private readonly desk: DeskContext) {
    desk.mode.watch((mode) => {
      if (!DRAWING.has(mode)) this.target.set(null);
      if (!DRAWING.has(mode) && !this.#isReturning) this.#origin = null;
    });
  }

  /** Class of what is drawn. */
  get classKey(): string {
    return this.#feature?.classKey ?? this.desk.drawClass.value;
  }

  /** Draw the selected object anew. */
  begin(): void {
    const { selection, mode, notice, review, unfinished, sight } = this.desk;
    const { single } = selection;
    if (DRAWING.has(mode.value)) return notice.set(TEXTS.desk.whileDrawing);
    if (!single) return notice.set(TEXTS.redrawing.needsOne);
    if (sight.isOutOfSight()) return;
    if (unfinished.of("draw")) return notice.set(TEXTS.redrawing.drawingWaits);
    this.#origin = { uid: single.uid, mode: mode.value === "review" ? "review" : "select", review: review.value };
    this.target.set(single.uid);
    this.desk.enter("draw");
  }

  /** Go on with a drawing that is kept: of `uid`, or of a new object. */
  resume(uid: string | null): void {
    this.target.set(uid);
    if (uid === null || this.#feature) return;
    this.desk.fetch(uid).catch(() => this.desk.notice.set(TEXTS.redrawing.notFetched));
  }

  /** Take what was drawn, in one step: the object's new outline, or new objects. A sentence where it cannot be. */
  take(parts: readonly Polygon[]): string | null {
    const { desk } = this;
    if (this.target.value === null) {
      const added = parts.map((geometry) => ({ uid: identifier(), classKey: desk.drawClass.value, geometry }));
      desk.commit(draw(added));
      desk.birth.give(added.map(({ uid }) => uid));
      if (added.length === 1) offerReplacing(desk, added[0]!.uid);
      return null;
    }
    const feature = this.#feature;
    if (!feature) return TEXTS.redrawing.notFetched;
    if (feature.deleted) {
      this.target.set(null);
      return TEXTS.redrawing.deleted;
    }
    const outcome = inParts([[feature, parts]]);
    desk.commit(rework(TEXTS.steps.redrawn, outcome));
    desk.birth.give([feature.uid, ...outcome.added.map(({ uid }) => uid)]);
    this.#isDone = true;
    return null;
  }

  /** The drawing is finished: back to where the redrawing began, with the object selected. */
  finished(): void {
    if (this.#isDone) this.leave();
    this.#isDone = false;
  }

  /** Go back without a new outline; false where no object is redrawn. */
  leave(): boolean {
    const uid = this.target.value;
    if (uid === null) return false;
    this.#isReturning = true;
    this.desk.enter(this.#origin?.mode ?? "select");
    this.#isReturning = false;
    if (this.desk.mode.value !== "review") this.desk.select(uid);
    return true;
  }

  /** The review that was left for a redrawing that is over, and its object; null where none was. */
  takeReview(): { readonly review: Review; readonly uid: string } | null {
    const origin = this.#origin;
    this.#origin = null;
    return this.#isReturning && origin?.review ? { review: origin.review, uid: origin.uid } : null;
  }

  get #feature(): Feature | undefined {
    return this.target.value === null ? undefined : this.desk.workspace.labels.get(this.target.value);
  }
}
