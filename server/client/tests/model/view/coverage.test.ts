import { describe, expect, it } from "vitest";

import { Coverage } from "../../../src/model/view/coverage";
import type { Extent } from "../../../src/model/feature";
import { Labels } from "../../../src/model/labels/labels";
import { sample } from "../../samples";
import { seeded } from "../../seeded";

// 2048 x 2048 px at one unit per pixel: blocks of 512 at the finest level.
const coverage = (): Coverage => new Coverage([0, 2048], [4, 2, 1], [0, 0, 2048, 2048]);
const EVERYTHING: Extent = [0, 0, 2048, 2048];

describe("coverage with a filter", () => {
  it("asks again with another filter, but not inside what came without any", () => {
    const c = coverage();
    const [narrow] = c.wanted([0, 0, 10, 10], 1, "state=accepted");
    c.complete(narrow!);
    expect(c.wanted([0, 0, 10, 10], 1, "state=accepted")).toEqual([]);
    expect(c.covers([0, 0, 10, 10], 1)).toBe(false);
    const [whole] = c.wanted([0, 0, 10, 10], 1);
    c.complete(whole!);
    expect(c.covers([0, 0, 10, 10], 1, "state=rejected")).toBe(true);
    expect(c.wanted([0, 0, 10, 10], 1, "state=rejected")).toEqual([]);
  });
});

describe("coverage of what is too much for one answer", () => {
  it("asks for the quarters that the view needs, however deep", () => {
    const c = coverage();
    const [block] = c.wanted([10, 10, 20, 20], 1);
    c.split(block!);
    const [quarter, ...others] = c.wanted([10, 10, 20, 20], 1);
    expect([quarter!.extent, others]).toEqual([[0, 0, 256, 256], []]);
    c.split(quarter!);
    const [sixteenth] = c.wanted([10, 10, 20, 20], 1);
    expect(sixteenth!.extent).toEqual([0, 0, 128, 128]);
    expect(c.covers([10, 10, 20, 20], 1)).toBe(false);
    c.complete(sixteenth!);
    expect(c.covers([10, 10, 20, 20], 1)).toBe(true);
    expect(c.wanted([10, 10, 20, 20], 1)).toEqual([]);
    expect(c.wanted([0, 0, 500, 500], 1)).toHaveLength(6);
  });
});

describe("letting go", () => {
  it("drops the farthest blocks first, down to what may be held, and never the view's", () => {
    const c = coverage();
    for (const block of c.wanted(EVERYTHING, 1)) c.complete(block, 100);
    expect(c.evict([0, 0, 10, 10], 1600)).toBe(0);
    expect(c.evict([0, 0, 10, 10], 1000)).toBe(6);
    expect(c.holds([10, 10, 20, 20])).toBe(true);
    expect(c.holds([2000, 2000, 2010, 2010])).toBe(false);
    expect(c.evict([0, 0, 10, 10], 0)).toBe(9);
    expect(c.covers([0, 0, 10, 10], 1)).toBe(true);
    expect(c.wanted(EVERYTHING, 1)).toHaveLength(15);
  });

  it("keeps what it says it covers, on any walk", () => {
    const random = seeded(5);
    const c = coverage();
    const held = new Map<string, Extent>();
    for (let step = 0; step < 400; step++) {
      const [x, y] = [random() * 1500, random() * 1500];
      const view: Extent = [x, y, x + 300, y + 300];
      const resolution = 1 + (step % 2);
      for (const block of c.wanted(view, resolution)) {
        c.complete(block, 100);
        held.set(block.key, block.extent);
      }
      c.evict(view, 500);
      expect(c.covers(view, resolution)).toBe(true);
      expect(c.holds(view)).toBe(true);
    }
    expect(held.size).toBeGreaterThan(10);
  });

  it("of labels spares what was edited here", () => {
    const labels = new Labels((uid) =>
      uid === "waiting" ? [{ edit: { op: "update", uid, state: "accepted" }, author: "ana" }] : [],
    );
    labels.learn([sample({ uid: "seen" }), sample({ uid: "waiting" }), sample({ uid: "edited" })]);
    labels.apply([{ edit: { op: "delete", uid: "edited" }, author: "ana" }]);
    expect(labels.forget(["seen", "waiting", "edited"])).toEqual(["seen"]);
    expect([labels.get("seen"), labels.get("edited")!.deleted, labels.size]).toEqual([undefined, true, 2]);
  });
});
