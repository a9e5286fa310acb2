import { describe, expect, it } from "vitest";

import { Coverage } from "../../../src/model/view/coverage";
import type { Extent } from "../../../src/model/feature";
import { Labels } from "../../../src/model/labels/labels";
import {
  advance,
  awaits,
  begin,
  coming,
  current,
  next,
  pass,
  previous,
  progress,
} from "../../../src/model/view/review";
import { Signal } from "../../../src/model/labels/signal";
import { formatHash, parseHash, placeOf } from "../../../src/model/view/view";
import { sample } from "../../samples";

const items = ["a", "b", "c"].map((uid) => ({ uid, class: "tree", score: 1, bbox: [0, 0, 1, 1] as Extent }));

describe("review", () => {
  it("goes through what is open, skips what is not, and ends", () => {
    const closed = new Set(["b"]);
    const isOpen = (uid: string): boolean => !closed.has(uid);
    let review = advance(begin(items, "surest"), isOpen)!;
    expect(current(review)!.uid).toBe("a");
    expect(progress(review, isOpen)).toEqual({ position: 1, total: 3, open: 2 });
    closed.add("a");
    review = advance(review, isOpen)!;
    expect(current(review)!.uid).toBe("c");
    expect(next(review, isOpen)!.index).toBe(2);
    expect(current(previous(review))!.uid).toBe("b");
    closed.add("c");
    expect(advance(review, isOpen)).toBeNull();
    expect(advance(begin([], "surest"), isOpen)).toBeNull();
  });

  it("stays on an open item after another feature was decided, and wraps round", () => {
    const all = (): boolean => true;
    const review = { ...begin(items, "surest"), index: 2 };
    expect(advance(review, all)!.index).toBe(2);
    expect(next(review, all)!.index).toBe(0);
    expect(previous({ ...review, index: 0 }).index).toBe(0);
  });
});

describe("a review that goes on", () => {
  const all = (): boolean => true;
  const row = ["a", "b", "c", "d"].map((uid, i) => ({
    uid,
    class: "tree",
    score: 1,
    bbox: [10 * i, 0, 10 * i + 1, 1] as Extent,
  }));

  it("has what was skipped last, in the order of skipping", () => {
    const review = begin(row, "surest", { skipped: ["c", "gone", "a"] });
    expect(review.items.map(({ uid }) => uid)).toEqual(["b", "d", "c", "a"]);
    expect([...review.skipped]).toEqual(["c", "a"]);
  });

  it("begins at an object, or nearest to a position where that is the order", () => {
    expect(current(advance(begin(row, "surest", { at: "c" }), all)!)!.uid).toBe("c");
    expect(current(advance(begin(row, "surest", { at: "gone", near: [21, 0] }), all)!)!.uid).toBe("a");
    const near = begin(row, "nearest", { near: [18, 0], skipped: ["c"] });
    expect(current(advance(near, all)!)!.uid).toBe("b");
  });

  it("knows what comes next, round the end", () => {
    const review = { ...begin(row, "surest"), index: 2 };
    expect(coming(review, 2, all).map(({ uid }) => uid)).toEqual(["d", "a"]);
    expect(coming(review, 2, (uid) => uid === "b").map(({ uid }) => uid)).toEqual(["b"]);
    expect(coming(begin([], "surest"), 2, all)).toEqual([]);
  });
});

describe("what awaits a decision", () => {
  const said = { unsure: true, note: "", confidence: "" } as const;
  const unsure = sample({ uid: "a", said });
  const begun = (kind: "proposals" | "unsure") => ({ ...begin(items, "surest", { kind }), index: 0 });

  it("is a proposal that nobody is unsure of, in the review of proposals", () => {
    const review = begun("proposals");
    expect([sample(), unsure, sample({ state: "accepted" }), sample({ deleted: true }), undefined]).toSatisfy(
      (of: (ReturnType<typeof sample> | undefined)[]) =>
        of.map((f) => awaits(review, "a", f)).join() === "true,false,false,false,true",
    );
    // Without a review, every proposal does.
    expect(awaits(null, "a", unsure)).toBe(true);
  });

  it("is what is unsure, whatever its state, until it was decided in the review of those", () => {
    const review = begun("unsure");
    expect(awaits(review, "a", { ...unsure, state: "accepted" })).toBe(true);
    expect(awaits(review, "a", sample())).toBe(false);
    expect(awaits(pass(review), "a", unsure)).toBe(false);
    expect(awaits(pass(review), "b", unsure)).toBe(true);
  });
});

describe("coverage", () => {
  // 4096 x 2048 px at one unit per pixel.
  const coverage = (): Coverage => new Coverage([0, 2048], [4, 2, 1], [0, 0, 4096, 2048]);

  it("asks for each block once", () => {
    const c = coverage();
    expect(c.wanted([0, 0, 1500, 1000], 1).map((b) => b.key)).toEqual([
      "2/0/2",
      "2/1/2",
      "2/2/2",
      "2/0/3",
      "2/1/3",
      "2/2/3",
    ]);
    expect(c.wanted([0, 0, 1500, 1000], 1)).toEqual([]);
    expect(c.wanted([-9e9, -9e9, 9e9, 9e9], 100).map((b) => b.extent)).toEqual([
      [0, 0, 2048, 2048],
      [2048, 0, 4096, 2048],
    ]);
  });

  it("asks for nothing inside what is complete, but for more inside what was cut short", () => {
    const c = coverage();
    const [whole] = c.wanted([0, 0, 4096, 2048], 9);
    expect(c.wanted([0, 0, 10, 10], 1)).toHaveLength(1);
    c.complete(whole!);
    expect(c.wanted([2000, 2000, 2010, 2010], 0.1)).toEqual([]);
  });

  it("asks again for what failed", () => {
    const c = coverage();
    const [block] = c.wanted([0, 0, 10, 10], 1);
    c.failed(block!);
    expect(c.wanted([0, 0, 10, 10], 1)).toEqual([block]);
  });
});

describe("labels", () => {
  it("never go back to an older revision and leave out what is deleted", () => {
    const labels = new Labels(() => []);
    labels.learn([sample({ revision: 3 }), sample({ uid: "gone", deleted: true })]);
    labels.learn([sample({ revision: 2, classKey: "old" })]);
    expect([...labels].map((f) => [f.uid, f.classKey])).toEqual([[sample().uid, "tree"]]);
    expect(labels.get("gone")!.deleted).toBe(true);
  });
});

describe("view", () => {
  it("goes into the address and comes back", () => {
    const position = { scene: 3, view: { x: 500123.45, y: -3.25, resolution: 0.1 } };
    expect(parseHash(formatHash(position))).toEqual(position);
    expect(parseHash("#scene=3")).toEqual({ scene: 3, view: null });
    expect(parseHash("#scene=3&x=0&y=0&r=1")!.view).toEqual({ x: 0, y: 0, resolution: 1 });
    expect(parseHash("#scene=3&x=1&y=2&r=0")!.view).toBeNull();
    expect(parseHash("")).toBeNull();
    expect(parseHash("#scene=1.5")).toBeNull();
    expect(["#scene=3&x=1&y=2&r=3", "#scene=3&feature=ab", "#jobs", "", "#else"].map(placeOf)).toEqual([
      "#scene=3",
      "#scene=3",
      "#jobs",
      "",
      "",
    ]);
  });
});

describe("signal", () => {
  it("tells its watchers, until they stop", () => {
    const signal = new Signal(1);
    const seen: number[] = [];
    const stop = signal.watch((v) => seen.push(v));
    signal.set(2);
    signal.set(2);
    stop();
    signal.set(3);
    expect(seen).toEqual([1, 2]);
  });
});
