// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { SeenBatch, SeenOutcome } from "../../../src/model/labels/seen_outbox";
import { SeenOutbox } from "../../../src/model/labels/seen_outbox";

/** An outbox whose server gives one answer after the other, and then the last again. */
function outboxWith(...answers: SeenOutcome[]) {
  const sent: SeenBatch[] = [];
  const send = (batch: SeenBatch): Promise<SeenOutcome> => {
    sent.push(batch);
    return Promise.resolve(answers.length > 1 ? answers.shift()! : answers[0]!);
  };
  return { outbox: new SeenOutbox(localStorage, "p", send), sent };
}

const boxes = (sent: readonly SeenBatch[]) => sent.map(({ windows }) => windows);

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});

describe("what was seen on its way to the server", () => {
  it("goes in one request a while later", async () => {
    const { outbox, sent } = outboxWith("saved");
    outbox.add(1, "ana", [0, 0, 10, 10]);
    outbox.add(1, "ana", [0, 0, 20, 20]);
    outbox.add(1, "ana", [30, 0, 40, 10]);
    expect([sent, localStorage.length]).toEqual([[], 1]);
    await vi.advanceTimersByTimeAsync(2000);
    // What lies in another box is not sent by itself.
    expect(boxes(sent)).toEqual([
      [
        [0, 0, 20, 20],
        [30, 0, 40, 10],
      ],
    ]);
    expect([localStorage.length, outbox.waiting(1, "ana")]).toEqual([0, []]);
  });

  it("waits in this browser while the server is gone, also over a reload", async () => {
    const first = outboxWith("later");
    first.outbox.add(1, "ana", [0, 0, 10, 10]);
    first.outbox.add(2, "ben", [0, 0, 10, 10]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(first.sent.length).toBeGreaterThan(2);
    const again = outboxWith("saved");
    expect(again.outbox.waiting(2, "ben")).toEqual([[0, 0, 10, 10]]);
    expect(await again.outbox.flush()).toBe(true);
    expect(again.sent.map(({ sceneId, author }) => [sceneId, author])).toEqual([
      [1, "ana"],
      [2, "ben"],
    ]);
    expect(localStorage.length).toBe(0);
  });

  it("keeps what is seen while a request is on its way, and drops what the server refuses", async () => {
    const { outbox, sent } = outboxWith("saved", "refused");
    outbox.add(1, "ana", [0, 0, 10, 10]);
    const flushed = outbox.flush();
    outbox.add(1, "ana", [50, 50, 60, 60]);
    expect(await flushed).toBe(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(boxes(sent).at(-1)).toEqual([
      [0, 0, 10, 10],
      [50, 50, 60, 60],
    ]);
    expect(localStorage.length).toBe(0);
  });

  it("ignores what is no box, and another project's", () => {
    localStorage.setItem("geoengine/seen/p/1", "{}");
    localStorage.setItem("geoengine/seen/q/1", JSON.stringify({ sceneId: 1, author: "ana", windows: [[0, 0, 1, 1]] }));
    const { outbox } = outboxWith("saved");
    expect([outbox.waiting(1, "ana"), localStorage.length]).toEqual([[], 1]);
  });
});
