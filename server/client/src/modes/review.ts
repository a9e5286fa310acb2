/** Mode that reviews proposals, or unsure objects, in the order of the queue; editing works as in select mode. */

import * as api from "../api";
import type { DeskContext } from "../desk/context";
import type { QueueKind, Review } from "../model/view/review";
import { advance, begin, coming, current, next, pass, previous } from "../model/view/review";
import type { Mode } from "../desk/mode";
import { SelectMode } from "./select";
import { TEXTS } from "../texts";

const PREFETCH = 3;
/** Objects whose tiles are loaded before they are next. */
const TILES_AHEAD = 2;

export class ReviewMode implements Mode {
  readonly name = "review";
  readonly #picking: SelectMode;
  /** Number of the last question for a queue; answers to older ones, or after the review, are dropped. */
  #asked = 0;

  constructor(private readonly desk: DeskContext) {
    this.#picking = new SelectMode(desk);
  }

  enter(): void {
    this.#picking.enter();
    const left = this.desk.redrawing.takeReview();
    if (left) this.#resume(left);
    else void this.#begin();
  }

  exit(): void {
    this.#asked += 1;
    this.#picking.exit();
    this.desk.review.set(null);
    this.desk.queue.kind.set("proposals");
  }

  escape(): boolean {
    return this.desk.vertexEditor.abort();
  }

  decided(decided = false): void {
    const { review, selection } = this.desk;
    const atHand = review.value && current(review.value);
    if (decided && review.value?.kind === "unsure" && atHand && selection.has(atHand.uid)) {
      review.set(pass(review.value));
    }
    this.#go((review) => advance(review, this.desk.isOpen));
  }

  next(): void {
    const { review, queue, isOpen } = this.desk;
    const item = review.value && current(review.value);
    if (item && !item.other && isOpen(item.uid)) queue.skip(item.uid);
    this.#go((review) => next(review, this.desk.isOpen));
  }

  previous(): void {
    this.#go(previous);
  }

  /** Go on at the object that was redrawn. */
  #resume({ review, uid }: { readonly review: Review; readonly uid: string }): void {
    const { desk } = this;
    desk.queue.kind.set(review.kind);
    desk.review.set(review);
    desk.select(uid);
    desk.map.reveal(desk.selection.features);
  }

  /** Ask for the queue again: what it should hold has changed. */
  async #begin(): Promise<void> {
    const { desk } = this;
    const turn = ++this.#asked;
    const { order, skipped } = desk.queue;
    const kind = desk.filtering.filter.value.unsure ? "unsure" : desk.queue.kind.value;
    const hidesAll = kind === "unsure" ? desk.filtering.closed : desk.filtering.hidesProposals;
    try {
      // A mark that was set a moment ago belongs to the queue.
      if (kind === "unsure") await desk.workspace.saved();
      const items = hidesAll ? [] : await api.queue(desk.scene.id, desk.filtering.query(), order.value, kind);
      // Another order, queue or filter was chosen meanwhile, or another mode.
      if (turn !== this.#asked) return;
      const { x, y } = desk.map.view;
      desk.review.set(begin(items, order.value, { skipped: skipped.value, at: desk.queue.at, near: [x, y], kind }));
      desk.queue.at = null;
      this.decided();
    } catch {
      if (turn !== this.#asked) return;
      desk.notice.set(TEXTS.modes.queueFailed);
      desk.enter("select");
    }
  }

  /** Restart with the proposals that pass the filter, or in another order. */
  filtered(): void {
    void this.#begin();
  }

  #go(step: (review: Review) => Review | null): void {
    const { desk } = this;
    const review = desk.review.value;
    if (!review) return;
    const moved = step(review);
    if (moved) {
      desk.review.set(moved);
      // A key that comes before the next one is here is not for the last one.
      if (!desk.workspace.labels.get(current(moved)!.uid)) desk.select(null);
      void this.#look(moved);
    } else {
      desk.select(null);
      desk.review.set({ ...review });
      void this.#finished(review.kind);
    }
  }

  /** Say what the end of the queue leaves. */
  async #finished(kind: QueueKind): Promise<void> {
    const { desk } = this;
    if (kind === "unsure") return desk.notice.set(TEXTS.modes.unsureFinished);
    if (desk.review.value?.order === "overlaps") return desk.notice.set(TEXTS.pairs.none);
    if (!desk.filtering.open) return desk.notice.set(TEXTS.modes.reviewFinished);
    const left = await this.#unsureLeft();
    if (desk.review.value?.kind !== kind) return;
    if (left) desk.notice.set(TEXTS.modes.unsureLeft(left));
    // Of a scene without proposals a card says more.
    else void desk.nextScene.finished();
  }

  /** Return how many proposals are left that are marked as unsure; 0 where the server does not say. */
  async #unsureLeft(): Promise<number> {
    const { scene, visit, workspace } = this.desk;
    if (visit.counts.value.proposed <= 0) return 0;
    try {
      await workspace.saved();
      const { length } = (await api.queue(scene.id, "state=proposed", "surest", "unsure")).filter(
        ({ uid }) => (workspace.labels.get(uid)?.state ?? "proposed") === "proposed",
      );
      return length;
    } catch {
      return 0;
    }
  }

  async #look(review: Review): Promise<void> {
    const { desk } = this;
    const item = current(review)!;
    try {
      const { labels } = desk.workspace;
      const uids = item.other ? [item.uid, item.other] : [item.uid];
      const missing = uids.filter((uid) => !labels.get(uid));
      if (missing.length) await Promise.all(missing.map((uid) => desk.fetch(uid)));
      if (desk.review.value !== review) return;
      const features = uids.map((uid) => labels.get(uid)!);
      desk.selection.set(features);
      desk.map.frame(features);
    } catch {
      if (desk.review.value !== review) return;
      desk.notice.set(TEXTS.modes.proposalFailed);
    }
    // The next few are fetched while this one is looked at.
    const soon = coming(review, PREFETCH, desk.isOpen);
    for (const uid of soon.flatMap(({ uid, other }) => (other ? [uid, other] : [uid])))
      if (!desk.workspace.labels.get(uid)) desk.fetch(uid).catch(() => undefined);
    desk.map.ahead(soon.slice(0, TILES_AHEAD).map(({ bbox }) => bbox));
  }
}
