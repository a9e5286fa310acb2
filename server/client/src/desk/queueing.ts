/** How the proposals of a scene are queued for the review: their order, and which were skipped. */

import { recall, remember } from "../browser/memory";
import { Signal } from "../model/labels/signal";
import type { QueueOrder } from "../model/view/queue_order";
import { isQueueOrder, orderAfter } from "../model/view/queue_order";
import type { QueueKind } from "../model/view/review";
import { TEXTS } from "../texts";

const ORDER = "geoengine/queue-order";
/** Skipped objects that are remembered, the last ones. */
const MOST_SKIPPED = 1000;

export class Queueing {
  /** That of this scene; another scene begins with the one chosen last in this browser. */
  readonly order: Signal<QueueOrder>;
  /** What the review is of; proposals again after it. */
  readonly kind = new Signal<QueueKind>("proposals");
  /** Objects that were left undecided, in the order in which they were. */
  readonly skipped = new Signal<readonly string[]>([]);

  /** Object that was looked at when the scene was left: a review begins there. */
  at: string | null = null;

  /** `requeue` is called when the queue has to be asked for again. */
  constructor(
    private readonly notice: Signal<string>,
    private readonly requeue: () => void,
  ) {
    const order = recall(ORDER);
    this.order = new Signal(isQueueOrder(order) ? order : "surest");
  }

  choose(order: QueueOrder): void {
    if (order === this.order.value) return;
    // Most scenes have few pairs: the next one begins with an order of all.
    if (order !== "overlaps") remember(ORDER, order);
    this.order.set(order);
    this.requeue();
  }

  /** Ask for the queue again, and go on at an object. */
  again(at: string | null): void {
    this.at = at;
    this.requeue();
  }

  /** Choose the next of the orders, and say so. */
  chooseNext(): void {
    this.choose(orderAfter(this.order.value));
    this.notice.set(TEXTS.queue.ordered(TEXTS.queue.orders[this.order.value]));
  }

  /** Leave an object undecided: it comes last when the queue is asked for again. */
  skip(uid: string): void {
    this.skipped.set([...this.skipped.value.filter((other) => other !== uid), uid].slice(-MOST_SKIPPED));
  }
}
