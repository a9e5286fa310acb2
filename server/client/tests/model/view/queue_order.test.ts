import { describe, expect, it } from "vitest";

import type { Extent } from "../../../src/model/feature";
import { isQueueOrder, orderAfter, QUEUE_ORDERS } from "../../../src/model/view/queue_order";
import { reason } from "../../../src/model/view/queue_reason";
import type { QueueOrder } from "../../../src/model/view/queue_order";
import { begin } from "../../../src/model/view/review";

const items = [
  { uid: "a", class: "tree", score: 0.62, bbox: [0, 0, 4, 2] as Extent },
  { uid: "b", class: "car", score: null, bbox: [30, 40, 34, 42] as Extent },
];
const scene = { native_resolution: 1, gsd_m: 0.5 };
const why = (order: QueueOrder, index: number, skipped: string[] = []): string =>
  reason({ ...begin(items, order, { skipped }), index }, scene, (key) => key.toUpperCase());

describe("orders of the queue", () => {
  it("follow each other round", () => {
    const all = QUEUE_ORDERS.map(orderAfter);
    expect(all).toEqual([...QUEUE_ORDERS.slice(1), QUEUE_ORDERS[0]]);
    expect([isQueueOrder("nearest"), isQueueOrder("best"), isQueueOrder(null)]).toEqual([true, false, false]);
  });

  it("say why an object is next", () => {
    expect(why("surest", 0)).toBe("score 0.62, surest first");
    expect(why("least-sure", 1)).toBe("no score, least sure first");
    expect(why("nearest", 0)).toBe("nearest, strip by strip");
    expect(why("nearest", 1)).toMatch(/^nearest, 25.* m on$/);
    expect(why("size", 0)).toMatch(/^2.* m × 1.* m, largest first$/);
    expect(why("class", 0)).toBe("TREE, score 0.62, class by class");
    expect(why("surest", 1, ["a"])).toBe("skipped before, so last");
    expect(why("surest", 9)).toBe("");
  });
});
