/** New outlines for the selected features: applied if valid, put back if not, repaired on demand. */

import type { DeskContext } from "./context";
import type { Reshaping } from "../model/labels/change";
import { reshape, rework } from "../model/labels/change";
import { outlineProblem } from "../model/shapes/geometry";
import { inParts } from "../model/labels/operations";
import type { VertexRef } from "../model/labels/vertices";
import { removeVertices } from "../model/labels/vertices";
import { repair } from "../model/shapes/repair";
import { isRefused } from "../model/shapes/result";
import { TEXTS } from "../texts";

export class Outlines {
  /** Outlines that a gesture left broken: put back, but they can still be repaired and taken. */
  #broken: readonly Reshaping[] = [];

  constructor(private readonly desk: DeskContext) {}

  /** Repair the outlines that were put back last, or those selected. */
  repair(): void {
    if (!this.#broken.length && this.desk.sight.isOutOfSight()) return;
    const broken = this.#broken.length
      ? this.#broken
      : this.desk.selection.features.map((f): Reshaping => [f, f.geometry]);
    this.#broken = [];
    const { extent, native_resolution: pixel } = this.desk.scene;
    const mended = broken.map(([f, outline]) => [f, repair(outline, { extent, least: 4 * pixel ** 2 })] as const);
    const refusal = mended.map(([, parts]) => parts).find(isRefused);
    if (refusal) return this.desk.notice.set(refusal.problem);
    const whole = mended.flatMap(([f, parts]) => (isRefused(parts) ? [] : [[f, parts.ok] as const]));
    const step = rework(TEXTS.steps.repaired, inParts(whole));
    this.desk.commit(step);
    if (step) this.desk.selectChanged(step);
    else this.desk.notice.set(broken.length ? TEXTS.desk.nothingWrong : TEXTS.desk.selectToRepair);
  }

  removeVertices(vertices: readonly VertexRef[]): void {
    const reshapings = removeVertices(this.desk.selection.features, vertices);
    if (!reshapings) return this.desk.notice.set(TEXTS.desk.tooFewVertices);
    this.reshape(reshapings, TEXTS.steps.verticesRemoved);
    const filled = reshapings.some(([f, { coordinates }]) => coordinates.length < f.geometry.coordinates.length);
    if (filled && !this.#broken.length) this.desk.notice.set(TEXTS.desk.holeFilled);
  }

  /** Give objects new outlines; all stay as they were where one of the new ones is not sound. */
  reshape(reshapings: readonly Reshaping[], label?: string): void {
    const problem = reshapings.map(([, outline]) => outlineProblem(outline)).find((p) => p !== null);
    if (problem) this.desk.notice.set(TEXTS.desk.putBack(problem));
    this.#broken = problem ? reshapings : [];
    const done = problem ? null : reshape(reshapings, label);
    const putBack = (): void => this.desk.edit.show(this.desk.selection.features);
    if (!done) return putBack();
    this.desk.decisions.confirm(reshapings.length, TEXTS.decisions.moves, () => this.desk.commit(done), putBack);
  }
}
