/** The review queue, as an immutable value: which proposal is looked at, and which comes next. */

import type { Feature, Position } from "../feature";
import type { QueueItem } from "../wire";
import type { QueueOrder } from "./queue_order";

/** What is reviewed: proposals that wait for a decision, or whatever is marked as unsure. */
export type QueueKind = "proposals" | "unsure";

/** One object of the queue, or a pair: then `other` is the second one. */
export type ReviewItem = Pick<QueueItem, "uid" | "class" | "score" | "bbox"> &
  Partial<Pick<QueueItem, "other" | "overlap" | "inside">>;

export interface Review {
  readonly kind: QueueKind;
  /** Unsure ones that were decided in this review and are unsure still. */
  readonly passed: ReadonlySet<string>;
  readonly items: readonly ReviewItem[];
  /** The item under review; -1 before the first. */
  readonly index: number;
  readonly order: QueueOrder;
  /** Items that were skipped before the queue was asked for: they are the last. */
  readonly skipped: ReadonlySet<string>;
}

/** Of a pair, both are open, and nobody has said that they are two objects. */
export type IsOpen = (uid: string, other?: string | null) => boolean;

/** Where a review begins: at an object where it is in the queue, else, in the order of place, nearest to a position. */
export interface Start {
  readonly skipped?: readonly string[];
  readonly at?: string | null;
  readonly near?: Position;
  readonly kind?: QueueKind;
}

/** Begin a review of items in their order, those that were `skipped` last, as they were skipped. */
export function begin(
  items: readonly ReviewItem[],
  order: QueueOrder,
  { skipped: left = [], at, near, kind = "proposals" }: Start = {},
): Review {
  // An object can be in several pairs.
  const skipped = order === "overlaps" ? [] : left;
  const found = new Map(items.map((item) => [item.uid, item]));
  const last = skipped.map((uid) => found.get(uid)).filter((item) => item !== undefined);
  const later = new Set(last.map(({ uid }) => uid));
  const first = items.filter(({ uid }) => !later.has(uid));
  const all = [...first, ...last];
  let index = all.findIndex(({ uid }) => uid === at);
  if (index < 0 && order === "nearest" && near) index = nearest(first, near);
  return { kind, passed: new Set(), items: all, index, order, skipped: later };
}

/** The review with the item at hand decided, whether or not it is unsure still. */
export function pass(review: Review): Review {
  const item = current(review);
  return item ? { ...review, passed: new Set(review.passed).add(item.uid) } : review;
}

/** Return whether an object awaits a decision in a review; one that was never loaded does. */
export function awaits(review: Review | null, uid: string, feature: Feature | undefined): boolean {
  if (!feature) return !review?.passed.has(uid);
  if (feature.deleted) return false;
  if (review?.kind === "unsure") return feature.said.unsure && !review.passed.has(uid);
  // What is unsure has a queue of its own.
  return feature.state === "proposed" && !(review && feature.said.unsure);
}

export function current({ items, index }: Review): ReviewItem | undefined {
  return items[index];
}

/** The items after the one under review that are open, as they come next. */
export function coming(review: Review, count: number, isOpen: IsOpen): readonly ReviewItem[] {
  const { items, index } = review;
  const found: ReviewItem[] = [];
  for (let step = 1; step < items.length && found.length < count; step++) {
    const item = items[(index + step) % items.length]!;
    if (isOpen(item.uid, item.other)) found.push(item);
  }
  return found;
}

/** The review at the first undecided item from `from` on, round the end; null where all are decided. */
function seek(review: Review, from: number, isOpen: IsOpen): Review | null {
  const n = review.items.length;
  for (let step = 0; step < n; step++) {
    const index = (from + step) % n;
    const { uid, other } = review.items[index]!;
    if (isOpen(uid, other)) return { ...review, index };
  }
  return null;
}

/** After a decision: the item itself if it is still open (another feature was decided), else the one after it. */
export function advance(review: Review, isOpen: IsOpen): Review | null {
  return seek(review, Math.max(review.index, 0), isOpen);
}

/** The next undecided item, leaving this one as it is. */
export function next(review: Review, isOpen: IsOpen): Review | null {
  return seek(review, review.index + 1, isOpen);
}

/** The item before, decided or not, so that a decision can be looked at again. */
export function previous(review: Review): Review {
  return { ...review, index: Math.max(review.index - 1, 0) };
}

export interface Progress {
  readonly position: number;
  readonly total: number;
  readonly open: number;
}

export function progress({ items, index }: Review, isOpen: IsOpen): Progress {
  return { position: index + 1, total: items.length, open: items.filter((i) => isOpen(i.uid, i.other)).length };
}

/** The middle of an item's box. */
export function middleOf({ bbox: [minX, minY, maxX, maxY] }: ReviewItem): [number, number] {
  return [(minX + maxX) / 2, (minY + maxY) / 2];
}

/** Index of the item nearest to a position; -1 where there is none. */
function nearest(items: readonly ReviewItem[], [x, y]: Position): number {
  let [least, best] = [Infinity, -1];
  items.forEach((item, index) => {
    const [itemX, itemY] = middleOf(item);
    const away = Math.hypot(itemX - x!, itemY - y!);
    if (away < least) [least, best] = [away, index];
  });
  return best;
}
