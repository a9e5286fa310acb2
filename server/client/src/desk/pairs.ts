/** Pairs of proposals that overlap, at hand in the review: merge them, keep one, or keep both. */

import { PairMarks } from "../map/pair_marks";
import type { Feature } from "../model/feature";
import type { Step } from "../model/labels/change";
import { keepApart, reject, rework } from "../model/labels/change";
import { merged } from "../model/labels/operations";
import { Signal } from "../model/labels/signal";
import { isRefused } from "../model/shapes/result";
import { current } from "../model/view/review";
import { OPERATION_TEXTS, TEXTS } from "../texts";
import type { DeskContext } from "./context";

type Pair = readonly [surer: Feature, other: Feature];

export class Pairs {
  /** The pair under review, both loaded and open; null where there is none. */
  readonly atHand = new Signal<Pair | null>(null);

  /** `decided` is called after each decision. */
  constructor(
    private readonly desk: DeskContext,
    private readonly decided: () => void,
  ) {
    const marks = new PairMarks(desk.map.map);
    const look = (): void => {
      const pair = this.#find();
      marks.show(pair ?? []);
      this.atHand.set(pair);
    };
    desk.review.watch(look);
    desk.selection.watch(look);
  }

  /** Make one object of the two, of the larger one's identity. */
  merge(): void {
    const pair = this.atHand.value;
    if (!pair) return;
    const whole = merged(pair);
    if (isRefused(whole)) this.desk.notice.set(whole.problem);
    else this.#carryOut(rework(OPERATION_TEXTS.merge[2], whole.ok));
  }

  /** Reject the other one as a duplicate; this one stays a proposal, to be decided as any other. */
  keep(which: 0 | 1): void {
    const pair = this.atHand.value;
    if (pair) this.#carryOut(reject([pair[which === 0 ? 1 : 0]], false, TEXTS.steps.oneKept));
  }

  /** The two are two objects: they do not come as a pair again. */
  keepBoth(): void {
    const pair = this.atHand.value;
    if (pair) this.#carryOut(keepApart(pair[0], pair[1].uid));
  }

  #carryOut(step: Step | null): void {
    this.desk.commit(step);
    this.decided();
  }

  #find(): Pair | null {
    const { review, selection, workspace, isOpen } = this.desk;
    const item = review.value && current(review.value);
    if (!item?.other || !isOpen(item.uid, item.other)) return null;
    const [surer, other] = [workspace.labels.get(item.uid), workspace.labels.get(item.other)];
    return surer && other && selection.has(surer.uid) && selection.has(other.uid) ? [surer, other] : null;
  }
}
