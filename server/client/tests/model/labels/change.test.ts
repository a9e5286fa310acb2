import { describe, expect, it } from "vitest";

import type { Step } from "../../../src/model/labels/change";
import {
  accept,
  draw,
  invert,
  isAsBefore,
  propose,
  reclassify,
  reject,
  remove,
  reshape,
  rework,
  say,
  toEdit,
} from "../../../src/model/labels/change";
import { overlay, rebased } from "../../../src/model/labels/edit";
import { fromWire } from "../../../src/model/from_wire";
import type { Feature } from "../../../src/model/feature";
import { DEPTH, EMPTY, forget, push, redo, undo } from "../../../src/model/labels/history";
import { afterStep } from "../../../src/model/labels/counts";
import { sample, square } from "../../samples";

const doneTo = (f: Feature, { changes }: Step): Feature => overlay(f, toEdit(changes[0]!, true), "ana");
const editOf = (step: Step | null, existed = true) => toEdit(step!.changes[0]!, existed);
const drawn = draw([{ uid: "u".repeat(32), classKey: "tree", geometry: square() }])!;

describe("steps", () => {
  it("send only what differs", () => {
    const f = sample();
    expect(editOf(accept([f]))).toEqual({ op: "update", uid: f.uid, state: "accepted" });
    expect(editOf(reject([f]))).toEqual({ op: "update", uid: f.uid, state: "rejected" });
    expect(editOf(remove([f]))).toEqual({ op: "update", uid: f.uid, state: "rejected" });
    const accepted = sample({ state: "accepted" });
    expect(editOf(remove([accepted]))).toEqual({ op: "delete", uid: f.uid });
    expect(editOf(propose([accepted]))).toEqual({ op: "update", uid: f.uid, state: "proposed" });
    expect(accept([sample({ state: "accepted" })])).toBeNull();
    expect(reclassify([f], "tree")).toBeNull();
    expect(reshape([[f, square()]])).toBeNull();
  });

  it("leave out the features that stay as they are", () => {
    const step = accept([sample({ uid: "a" }), sample({ uid: "b", state: "accepted" }), sample({ uid: "c" })])!;
    expect(step.changes.map((c) => c.uid)).toEqual(["a", "c"]);
  });

  it("accept a proposal that is corrected, in one edit, and leave other states alone", () => {
    const edit = editOf(reshape([[sample(), square(0, 0, 9)]]));
    expect(edit).toEqual({ op: "update", uid: sample().uid, geometry: square(0, 0, 9), state: "accepted" });
    expect(reclassify([sample()], "building")!.changes[0]!.after).toMatchObject({
      classKey: "building",
      state: "accepted",
    });
    expect(reclassify([sample({ state: "rejected" })], "building")!.changes[0]!.after!.state).toBe("rejected");
  });

  it("are undone by their inverse", () => {
    const f = sample();
    for (const step of [
      accept([f])!,
      reject([f])!,
      reclassify([f], "building")!,
      reshape([[f, square(1)]])!,
      remove([f])!,
    ]) {
      expect(doneTo(doneTo(f, step), invert(step))).toEqual({ ...f, author: "ana" });
    }
  });

  it("create, delete and restore what is drawn", () => {
    expect(editOf(drawn, false).op).toBe("create");
    expect(editOf(invert(drawn))).toEqual({ op: "delete", uid: "u".repeat(32) });
    expect(editOf(drawn)).toMatchObject({ op: "restore", class: "tree", state: "accepted" });
  });

  it("reshape, remove and add at once", () => {
    const step = rework("Split", {
      reshaped: [[sample({ uid: "a" }), square(0, 0, 5)]],
      removed: [sample({ uid: "b" })],
      added: [{ uid: "c", classKey: "tree", geometry: square(5, 0, 5) }],
    })!;
    expect(step.changes.map((c) => toEdit(c, c.uid !== "c").op)).toEqual(["update", "delete", "create"]);
    expect(invert(invert(step))).toEqual(step);
  });

  it("count", () => {
    const tally = { proposed: 3, accepted: 1, rejected: 0 };
    const step = accept([sample({ uid: "a" }), sample({ uid: "b" })])!;
    expect(afterStep(tally, step)).toEqual({ proposed: 1, accepted: 3, rejected: 0 });
    expect(afterStep(afterStep(tally, step), invert(step))).toEqual(tally);
    expect(afterStep(tally, remove([sample({ state: "accepted" })])!)).toEqual({
      proposed: 3,
      accepted: 0,
      rejected: 0,
    });
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
    const [one, two] = [accept([sample()])!, reclassify([sample()], "building")!];
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
    for (let i = 0; i < DEPTH + 20; i++) history = push(history, accept([sample({ uid: `uid-${i}` })])!);
    expect(history.past).toHaveLength(DEPTH);
    expect(history.past[0]!.changes[0]!.uid).toBe("uid-20");
    expect(forget(history, new Set(["uid-50"])).past).toHaveLength(DEPTH - 1);
  });
});

describe("what is said", () => {
  const said = { unsure: true, note: "see the road", confidence: "" } as const;

  it("is one edit of what differs, taken back by its inverse", () => {
    const feature = sample();
    const step = say([feature], { unsure: true, note: "see the road" }, "Noted")!;
    expect(step.changes.map((c) => toEdit(c, true))).toEqual([
      { op: "update", uid: feature.uid, unsure: true, note: "see the road" },
    ]);
    expect(overlay(feature, toEdit(step.changes[0]!, true), "ana").said).toEqual(said);
    expect(invert(step).changes.map((c) => toEdit(c, true))).toEqual([
      { op: "update", uid: feature.uid, unsure: false, note: "" },
    ]);
    expect(say([sample({ said })], { unsure: true }, "Noted")).toBeNull();
  });

  it("stays with a decision, or only the mark goes with it", () => {
    const feature = sample({ said });
    expect(toEdit(accept([feature])!.changes[0]!, true)).toEqual({ op: "update", uid: feature.uid, state: "accepted" });
    expect(toEdit(reject([feature], true)!.changes[0]!, true)).toEqual({
      op: "update",
      uid: feature.uid,
      state: "rejected",
      unsure: false,
    });
  });

  it("comes back with what was deleted, and is laid over by nobody's other change", () => {
    const feature = sample({ said, state: "accepted" });
    const back = invert(remove([feature])!).changes[0]!;
    expect(toEdit(back, true)).toMatchObject({ op: "restore", ...said });
    const noted = say([feature], { note: "mine" }, "Noted")!.changes[0]!;
    expect(isAsBefore(noted, { ...feature, said: { ...said, unsure: false } })).toBe(true);
    expect(isAsBefore(noted, { ...feature, said: { ...said, note: "theirs" } })).toBe(false);
  });
});

describe("features", () => {
  it("come from the wire with everything they need", () => {
    const f = fromWire({
      type: "Feature",
      id: "u",
      geometry: {
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      properties: {
        class: "tree",
        state: "accepted",
        score: null,
        revision: 3,
        origin: "human",
        model: null,
        author: "ana",
        time: "2026-01-01T00:00:00Z",
        attributes: {},
        unsure: false,
        note: "",
        confidence: "",
        deleted: false,
      },
    });
    expect(f).toMatchObject({ uid: "u", classKey: "tree", score: null, revision: 3, author: "ana", deleted: false });
    expect(Object.isFrozen(f)).toBe(true);
  });

  it("cannot be edited before they are known", () => {
    expect(() => overlay(undefined, { op: "delete", uid: "u" }, "ana")).toThrow(RangeError);
  });
});
