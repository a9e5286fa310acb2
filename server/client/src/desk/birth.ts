/** Shape at birth: what is drawn of a class that asks for it is squared or made round, in a step of its own. */

import type { Geometry, Polygon } from "../model/feature";
import { reshape } from "../model/labels/change";
import { LEAST_OVERLAP, overlap } from "../model/shapes/boolean";
import { roundOff } from "../model/shapes/circle";
import { isPolygon } from "../model/shapes/geometry";
import type { Result } from "../model/shapes/result";
import { isRefused, refuse } from "../model/shapes/result";
import { squareUp } from "../model/shapes/square";
import { Signal } from "../model/labels/signal";
import { OPERATION_TEXTS, TEXTS } from "../texts";
import type { Births, DeskContext } from "./context";
import type { ModeName } from "./mode";

/** Tools that leave the outline to the hand or to a proposal; whoever draws a circle wants a circle. */
const SHAPED: ReadonlySet<ModeName> = new Set<ModeName>(["draw", "outline"]);
/** Of an arc, in raster pixels. */
const SMOOTH = 0.25;
const STEPS = { squared: OPERATION_TEXTS.square[2], round: OPERATION_TEXTS.round[2] };

export class Birth implements Births {
  readonly skipped = new Signal(false);
  refusal: string | null = null;

  /** `shortest`: edges below so many raster pixels are dropped by squaring. */
  constructor(
    private readonly desk: DeskContext,
    private readonly shortest: () => number,
  ) {
    for (const signal of [desk.mode, desk.drawClass, desk.redrawing.target]) signal.watch(() => this.rest());
  }

  get shape(): "squared" | "round" | null {
    const { classes, redrawing, mode } = this.desk;
    const shape = classes.value.find(({ key }) => key === redrawing.classKey)?.shape ?? "free";
    return shape === "free" || !SHAPED.has(mode.value) ? null : shape;
  }

  /** Leave the shape out for the object that is being drawn, or take it in again. */
  toggle(): void {
    const { notice, redrawing } = this.desk;
    if (this.shape === null) return notice.set(TEXTS.birth.none(this.desk.nameOf(redrawing.classKey)));
    this.skipped.set(!this.skipped.value);
    notice.set(TEXTS.birth.state(this.shape, this.skipped.value));
  }

  rest(): void {
    this.skipped.set(false);
  }

  shown(outline: Polygon): Polygon {
    const shaped = this.#shaped(outline);
    return shaped === null || isRefused(shaped) ? outline : shaped.ok;
  }

  give(uids: readonly string[]): void {
    const { shape } = this;
    const there = uids.map((uid) => this.desk.workspace.labels.get(uid)!);
    const made = there.map((feature) => [feature, this.#shaped(feature.geometry)] as const);
    const done = made.flatMap(([feature, to]) => (to === null || isRefused(to) ? [] : [[feature, to.ok] as const]));
    if (shape && done.length) this.desk.commit(reshape(done, STEPS[shape]));
    const problem = made.map(([, to]) => to).find((to) => to !== null && isRefused(to));
    this.rest();
    this.refusal = problem && isRefused(problem) ? problem.problem : null;
    if (this.refusal !== null) this.desk.notice.set(this.refusal);
  }

  /** The outline as its class wants it; null where it wants none. */
  #shaped(outline: Geometry): Result<Polygon> | null {
    const { shape } = this;
    if (shape === null || this.skipped.value || !isPolygon(outline)) return null;
    const pixel = this.desk.scene.native_resolution;
    const made = shape === "squared" ? squareUp(outline, this.shortest() * pixel) : roundOff(outline, SMOOTH * pixel);
    if (isRefused(made)) return refuse(TEXTS.birth.asDrawn(shape, made.problem));
    const share = overlap(outline, made.ok);
    return share > LEAST_OVERLAP ? made : refuse(TEXTS.birth.asDrawn(shape, TEXTS.birth.overlaps(share)));
  }
}
