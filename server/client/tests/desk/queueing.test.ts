// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";

import { Queueing } from "../../src/desk/queueing";
import { Signal } from "../../src/model/labels/signal";

describe("queueing", () => {
  it("keeps the order in this browser, and asks for the queue again", () => {
    localStorage.clear();
    const [notice, requeue] = [new Signal(""), vi.fn()];
    const queue = new Queueing(notice, requeue);
    queue.choose("surest");
    expect(requeue).not.toHaveBeenCalled();
    queue.chooseNext();
    expect([queue.order.value, notice.value]).toEqual(["least-sure", "Review queue: least sure first."]);
    expect(requeue).toHaveBeenCalledOnce();
    expect(new Queueing(notice, requeue).order.value).toBe("least-sure");
  });

  it("remembers what was skipped, the last one last", () => {
    const queue = new Queueing(new Signal(""), () => undefined);
    for (const uid of ["a", "b", "a"]) queue.skip(uid);
    expect(queue.skipped.value).toEqual(["b", "a"]);
    for (let i = 0; i < 1200; i++) queue.skip(`${i}`);
    expect([queue.skipped.value.length, queue.skipped.value.at(-1)]).toEqual([1000, "1199"]);
  });
});
