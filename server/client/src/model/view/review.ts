/** The review queue, as an immutable value: which proposal is looked at, and which comes next. */

import type { QueueItem } from "../wire";

export interface Review {
  readonly items: readonly QueueItem[];
  /** The item under review; -1 before the first. */
  readonly index: number;
}

export type IsOpen = (uid: string) => boolean;

export function begin(items: readonly QueueItem[]): Review {
  return { items, index: -1 };
}

export function current({ items, index }: Review): QueueItem | undefined {
  return items[index];
}

/** The review at the first undecided item from `from` on, round the end; null where all are decided. */
function seek(review: Review, from: number, isOpen: IsOpen): Review | null {
  const n = review.items.length;
  for (let step = 0; step < n; step++) {
    const index = (from + step) % n;
    if (isOpen(review.items[index]!.uid)) return { ...review, index };
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
  return { position: index + 1, total: items.length, open: items.filter((i) => isOpen(i.uid)).length };
}
