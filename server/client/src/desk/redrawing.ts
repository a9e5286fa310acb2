/** Redrawing: the next outline replaces that of an object, which keeps its uid, its score and its place in the review. */

import type { Feature, Geometry } from "../model/feature";
import { draw, reshape, rework } from "../model/labels/change";
import { identifier } from "../model/labels/identifier";
import { inParts } from "../model/labels/operations";
import { Signal } from "../model/labels/signal";
import { isLine } from "../model/shapes/geometry";
import { positionsOf } from "../model/shapes/line";
import { grouped } from "../model/shapes/parts";
import { isRefused } from "../model/shapes/result";
import { distance } from "../model/shapes/segment";
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
  #isExtending = false;
  #adds = false;

  constructor(private readonly desk: DeskContext) {
    desk.mode.watch((mode) => {
      if (!DRAWING.has(mode)) this.target.set(null);
      if (!DRAWING.has(mode)) [this.#isExtending, this.#adds] = [false, false];
      if (!DRAWING.has(mode) && !this.#isReturning) this.#origin = null;
    });
  }

  /** Class of what is drawn. */
  get classKey(): string {
    return this.#feature?.classKey ?? this.desk.drawClass.value;
  }

  /** Draw the selected object anew. */
  begin(): void {
    const { selection, mode, notice, unfinished, sight, kinds } = this.desk;
    const { single } = selection;
    if (DRAWING.has(mode.value)) return notice.set(TEXTS.desk.whileDrawing);
    if (!single) return notice.set(TEXTS.redrawing.needsOne);
    if (sight.isOutOfSight()) return;
    const made = kinds.mode("draw", single.classKey);
    if (isRefused(made)) return notice.set(made.problem);
    if (unfinished.of(made.ok)) return notice.set(TEXTS.redrawing.drawingWaits);
    this.#begin(single, made.ok);
  }

  /** Draw the selected line on, from the end that is nearer to the pointer. */
  extend(): void {
    const { selection, mode, notice, unfinished, sight, display } = this.desk;
    const { single } = selection;
    if (DRAWING.has(mode.value)) return notice.set(TEXTS.desk.whileDrawing);
    if (!single || !isLine(single.geometry)) return notice.set(TEXTS.kinds.extendNeedsLine);
    if (sight.isOutOfSight()) return;
    if (unfinished.of("draw-line")) return notice.set(TEXTS.redrawing.drawingWaits);
    const line = positionsOf(single.geometry);
    const pointer = display.position;
    const fromStart = distance(line[0]!, pointer) < distance(line.at(-1)!, pointer);
    const positions = fromStart ? [...line].reverse() : [...line];
    unfinished.keep("draw-line", { positions, runs: positions.map(() => 1), redraws: single.uid });
    this.#begin(single, "draw-line");
    this.#isExtending = true;
  }

  /** Draw another part of the selected object. */
  addPart(): void {
    const { selection, mode, notice, unfinished, sight, kinds } = this.desk;
    const { single } = selection;
    if (DRAWING.has(mode.value)) return notice.set(TEXTS.desk.whileDrawing);
    if (!single || kinds.ofFeature(single) !== "polygon") return notice.set(TEXTS.kinds.partNeedsPolygon);
    if (sight.isOutOfSight()) return;
    if (unfinished.of("draw")) return notice.set(TEXTS.redrawing.drawingWaits);
    this.#adds = true;
    this.#begin(single, "draw");
  }

  /** True where the outline that is drawn becomes another part of the object. */
  get adds(): boolean {
    return this.#adds;
  }

  #begin({ uid }: Feature, tool: ModeName): void {
    const { mode, review } = this.desk;
    this.#origin = { uid, mode: mode.value === "review" ? "review" : "select", review: review.value };
    this.target.set(uid);
    this.desk.enter(tool);
  }

  dropped(): boolean {
    return this.#isExtending && this.leave();
  }

  /** Go on with a drawing that is kept: of `uid`, or of a new object. */
  resume(uid: string | null, adds = false): void {
    this.#adds = adds;
    this.target.set(uid);
    if (uid === null || this.#feature) return;
    this.desk.fetch(uid).catch(() => this.desk.notice.set(TEXTS.redrawing.notFetched));
  }

  /** Take what was drawn, in one step: the object's new outline, or new objects. A sentence where it cannot be. */
  take(parts: readonly Geometry[]): string | null {
    const { desk } = this;
    const problem = parts.map((part) => desk.kinds.unfit(this.classKey, part)).find((one) => one !== null);
    if (problem) return problem;
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
    if (this.#adds) return this.#addTo(feature, parts);
    const outcome = inParts([[feature, parts]]);
    desk.commit(rework(TEXTS.steps.redrawn, outcome));
    desk.birth.give([feature.uid, ...outcome.added.map(({ uid }) => uid)]);
    this.#isDone = true;
    return null;
  }

  #addTo(feature: Feature, parts: readonly Geometry[]): string | null {
    const whole = grouped([feature.geometry, ...parts]);
    if (isRefused(whole)) return whole.problem;
    this.desk.commit(reshape([[feature, whole.ok]], TEXTS.steps.partAdded));
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
