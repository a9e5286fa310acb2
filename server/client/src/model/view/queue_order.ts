/** Orders of the review queue. */

export const QUEUE_ORDERS = ["surest", "least-sure", "nearest", "size", "class", "overlaps"] as const;

export type QueueOrder = (typeof QUEUE_ORDERS)[number];

export function isQueueOrder(value: unknown): value is QueueOrder {
  return QUEUE_ORDERS.some((order) => order === value);
}

/** The order after another one, round the end. */
export function orderAfter(order: QueueOrder): QueueOrder {
  return QUEUE_ORDERS[(QUEUE_ORDERS.indexOf(order) + 1) % QUEUE_ORDERS.length]!;
}
