/** Texts of the review queue. */

import { n } from "./numbers";

const score = (value: number | null): string => (value === null ? "no score" : `score ${value.toFixed(2)}`);

export const QUEUE_TEXTS = {
  queue: {
    order: "Order",
    orderHint: "Which proposal is reviewed next (Alt+Q: another order)",
    orders: {
      surest: "Surest first",
      "least-sure": "Least sure first",
      nearest: "Nearest",
      size: "Largest first",
      class: "Class by class",
    },
    ordered: (order: string) => `Review queue: ${order.toLowerCase()}.`,
    why: {
      surest: (value: number | null) => `${score(value)}, surest first`,
      "least-sure": (value: number | null) => `${score(value)}, least sure first`,
      nearest: (length: string | null) => (length === null ? "nearest, strip by strip" : `nearest, ${length} on`),
      size: (width: string, height: string) => `${width} × ${height}, largest first`,
      class: (name: string, value: number | null) => `${name}, ${score(value)}, class by class`,
      skipped: "skipped before, so last",
    },
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
