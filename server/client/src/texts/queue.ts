/** Texts of the review queue. */

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
} as const;
