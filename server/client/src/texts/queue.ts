/** Texts of the review queue. */

import { n } from "./numbers";

const score = (value: number | null): string => (value === null ? "no score" : `score ${value.toFixed(2)}`);

export const QUEUE_TEXTS = {
  queue: {
    heading: "Review queue",
    progress: (done: number, total: number) => `${n(done)} of ${n(total)} decided`,
    empty: "There is nothing to review: no model has proposed anything here.",
    propose: "Let a model propose",
    order: "Order",
    orderHint: "Which proposal is reviewed next (Alt+Q: another order)",
    orders: {
      surest: "Surest first",
      "least-sure": "Least sure first",
      nearest: "Nearest",
      size: "Largest first",
      class: "Class by class",
      overlaps: "Overlapping pairs",
    },
    ordered: (order: string) => `Review queue: ${order.toLowerCase()}.`,
    why: {
      surest: (value: number | null) => `${score(value)}, surest first`,
      "least-sure": (value: number | null) => `${score(value)}, least sure first`,
      nearest: (length: string | null) => (length === null ? "nearest, strip by strip" : `nearest, ${length} on`),
      size: (width: string, height: string) => `${width} × ${height}, largest first`,
      class: (name: string, value: number | null) => `${name}, ${score(value)}, class by class`,
      overlaps: (name: string, iou: number, inside: number) =>
        `two of ${name} overlap: IoU ${iou.toFixed(2)}, ${Math.floor(100 * inside)} % of the smaller one`,
      skipped: "skipped before, so last",
    },
  },
  pairs: {
    label: "Pair of proposals that overlap",
    none: "No pair of overlapping proposals is left here; Alt+Q: another order of the queue.",
    keptBeside: "Overlaps",
    others: (count: number) => `${count === 1 ? "1 other" : `${n(count)} others`}, kept as objects of their own`,
    changed: "One of the two has changed: look at the pair again.",
  },
  replacing: {
    overlaps: (name: string, score: number | null, share: number) =>
      `Drawn over a proposal (${name}${score === null ? "" : `, ${score.toFixed(2)}`}), IoU ${share.toFixed(2)}.`,
    replace: "Replace the proposal",
    gone: "One of the two was changed meanwhile; nothing was replaced.",
  },
  bookmark: {
    continue: (scene: string, open: number) => `Continue: ${scene}${open ? `, ${n(open)} to review` : ""}`,
    filtered: "The filter is as you left it: some objects are hidden.",
  },
} as const;
