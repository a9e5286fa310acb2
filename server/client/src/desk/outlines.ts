/** New outlines for the selected features: applied if valid, put back if not, repaired on demand. */

import type { DeskContext } from "./context";
import type { Reshaping } from "../model/labels/change";
import { reshape, rework } from "../model/labels/change";
import type { Geometry } from "../model/feature";
import { extentOf, isClosed, isPolygon } from "../model/shapes/geometry";
import { geometryProblem } from "../model/shapes/parts";
import { inParts } from "../model/labels/operations";
import type { VertexRef } from "../model/labels/vertices";
import { removeVertices } from "../model/labels/vertices";
import { repair } from "../model/shapes/repair";
import { isRefused, ok, type Result } from "../model/shapes/result";
import { extentsMeet } from "../model/shapes/ring";
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
    const mended = broken.map(([f, outline]) => [f, this.#mended(outline)] as const);
    const refusal = mended.map(([, parts]) => parts).find(isRefused);
    if (refusal) return this.desk.notice.set(refusal.problem);
    const whole = mended.flatMap(([f, parts]) => (isRefused(parts) ? [] : [[f, parts.ok] as const]));
    const step = rework(TEXTS.steps.repaired, inParts(whole));
    this.desk.commit(step);
    if (step) this.desk.selectChanged(step);
    else this.desk.notice.set(broken.length ? TEXTS.desk.nothingWrong : TEXTS.desk.selectToRepair);
  }

  #mended(geometry: Geometry): Result<readonly Geometry[]> {
    const { extent, native_resolution: pixel } = this.desk.scene;
    return isPolygon(geometry) ? repair(geometry, { extent, least: 4 * pixel ** 2 }) : ok([geometry]);
  }

  removeVertices(vertices: readonly VertexRef[]): void {
    const { selection, kinds, notice } = this.desk;
    const made = removeVertices(selection.features, vertices, kinds.isBox);
    if (isRefused(made)) return notice.set(made.problem);
    const reshapings = made.ok;
    this.reshape(reshapings, TEXTS.steps.verticesRemoved);
    const filled = reshapings.some(([f, { coordinates }]) => coordinates.length < f.geometry.coordinates.length);
    if (filled && !this.#broken.length) this.desk.notice.set(TEXTS.desk.holeFilled);
  }

  /** Why objects cannot have these geometries though they are sound: another kind, or nothing of it in the scene. */
  #unfit(reshapings: readonly Reshaping[]): string | null {
    const { kinds, scene } = this.desk;
    for (const [f, geometry] of reshapings) {
      // What has never been of its kind is not held to it by a shift.
      const unfit = kinds.unfit(f.classKey, f.geometry) === null ? kinds.unfit(f.classKey, geometry) : null;
      if (unfit !== null) return unfit;
      const isThin = !isClosed(geometry);
      if (isThin && !extentsMeet(extentOf(geometry), [...scene.extent])) return TEXTS.shapes.outsideScene;
    }
    return null;
  }

  /** Give objects new outlines; all stay as they were where one of the new ones is not sound. */
  reshape(reshapings: readonly Reshaping[], label?: string): void {
    const problem = reshapings.map(([, outline]) => geometryProblem(outline)).find((p) => p !== null);
    const unfit = problem === undefined ? this.#unfit(reshapings) : null;
    if (problem) this.desk.notice.set(TEXTS.desk.putBack(problem));
    else if (unfit !== null) this.desk.notice.set(TEXTS.kinds.putBack(unfit));
    this.#broken = problem ? reshapings : [];
    const done = problem || unfit !== null ? null : reshape(reshapings, label);
    const putBack = (): void => this.desk.edit.show(this.desk.selection.features);
    if (!done) return putBack();
    this.desk.decisions.confirm(reshapings.length, TEXTS.decisions.moves, () => this.desk.commit(done), putBack);
  }
}
