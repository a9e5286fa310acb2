import { describe, expect, it } from "vitest";

import type { Change } from "../src/model/change";
import { accept, draw, invert, reclassify, reject, remove, reshape, toEdit } from "../src/model/change";
import { overlay, rebased } from "../src/model/edit";
import { fromWire } from "../src/model/feature";
import type { Feature } from "../src/model/feature";
import { DEPTH, EMPTY, forget, push, redo, undo } from "../src/model/history";
import { afterChange } from "../src/model/tally";
import { sample, square } from "./samples";

const doneTo = (f: Feature, change: Change): Feature => overlay(f, toEdit(change, true), "ana");

describe("changes", () => {
  it("send only what differs", () => {
    const f = sample();
    expect(toEdit(accept(f)!, true)).toEqual({ op: "update", uid: f.uid, state: "accepted" });
    expect(toEdit(reject(f)!, true)).toEqual({ op: "update", uid: f.uid, state: "rejected" });
    expect(toEdit(remove(f), true)).toEqual({ op: "delete", uid: f.uid });
    expect(accept(sample({ state: "accepted" }))).toBeNull();
    expect(reclassify(f, "tree")).toBeNull();
    expect(reshape(f, square())).toBeNull();
  });

  it("accept a proposal that is corrected, in one edit, and leave other states alone", () => {
    const edit = toEdit(reshape(sample(), square(0, 0, 9))!, true);
    expect(edit).toEqual({ op: "update", uid: sample().uid, geometry: square(0, 0, 9), state: "accepted" });
    expect(reclassify(sample(), "building")!.after).toMatchObject({ classKey: "building", state: "accepted" });
    expect(reclassify(sample({ state: "rejected" }), "building")!.after!.state).toBe("rejected");
  });

  it("are undone by their inverse", () => {
    const f = sample();
    for (const change of [accept(f)!, reject(f)!, reclassify(f, "building")!, reshape(f, square(1))!, remove(f)]) {
      const back = doneTo(doneTo(f, change), invert(change));
      expect(back).toEqual({ ...f, author: "ana" });
    }
  });

  it("create, delete and restore what is drawn", () => {
    const change = draw("u".repeat(32), "tree", square());
    expect(toEdit(change, false).op).toBe("create");
    expect(toEdit(invert(change), true)).toEqual({ op: "delete", uid: change.uid });
    expect(toEdit(change, true)).toMatchObject({ op: "restore", class: "tree", state: "accepted" });
  });

  it("count", () => {
    const tally = { proposed: 3, accepted: 1, rejected: 0 };
    const change = accept(sample())!;
    expect(afterChange(tally, change)).toEqual({ proposed: 2, accepted: 2, rejected: 0 });
    expect(afterChange(afterChange(tally, change), invert(change))).toEqual(tally);
    expect(afterChange(tally, remove(sample()))).toEqual({ proposed: 2, accepted: 1, rejected: 0 });
  });
});

describe("rebasing", () => {
  const mine = { op: "update", uid: "x", state: "accepted" } as const;

  it("says the same again on a living feature and restores a deleted one", () => {
    expect(rebased(mine, sample())).toEqual(mine);
    expect(rebased(mine, sample({ deleted: true }))).toEqual({ ...mine, op: "restore" });
    expect(rebased({ op: "delete", uid: "x" }, sample({ deleted: true }))).toBeNull();
    expect(rebased({ op: "restore", uid: "x", state: "accepted" }, sample())!.op).toBe("update");
  });
});

describe("history", () => {
  it("goes back and forth, and forgets what came after a new change", () => {
    const [one, two] = [accept(sample())!, reclassify(sample(), "building")!];
    let history = push(push(EMPTY, one), two);
    const [back, change] = undo(history)!;
    expect(change).toEqual(invert(two));
    expect(redo(back)![1]).toBe(two);
    history = push(back, one);
    expect(redo(history)).toBeNull();
    expect(undo(EMPTY)).toBeNull();
  });

  it("is as deep as it says and can forget one feature", () => {
    let history = EMPTY;
    for (let i = 0; i < DEPTH + 20; i++) history = push(history, accept(sample({ uid: `uid-${i}` }))!);
    expect(history.past).toHaveLength(DEPTH);
    expect(history.past[0]!.uid).toBe("uid-20");
    expect(forget(history, "uid-50").past).toHaveLength(DEPTH - 1);
  });
});

describe("features", () => {
  it("come from the wire with everything they need", () => {
    const f = fromWire({ id: "u", geometry: square(), properties: { class: "tree", state: "accepted", revision: 3 } });
    expect(f).toMatchObject({ uid: "u", classKey: "tree", score: null, revision: 3, deleted: false });
    expect(Object.isFrozen(f)).toBe(true);
  });

  it("cannot be edited before they are known", () => {
    expect(() => overlay(undefined, { op: "delete", uid: "u" }, "ana")).toThrow(RangeError);
  });
});
