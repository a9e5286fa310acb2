import { describe, expect, it } from "vitest";

import { ALL, chipCounts, choiceOf, chosen, isBare, stateOf, totalsOf } from "../../../src/model/view/home";
import { sceneSummary } from "../../samples";

const scene = (id: number, [proposed, accepted, rejected]: number[], runs: number, ...authors: string[]) =>
  sceneSummary(id, `Scene ${id}`, {
    counts: { proposed: proposed!, accepted: accepted!, rejected: rejected! },
    activity: { runs, edited_at: null, edited_by: null, authors },
  });

const SCENES = [
  scene(1, [8, 0, 0], 1),
  scene(2, [5, 2, 1], 1, "ana", "ben"),
  scene(3, [0, 4, 0], 2, "ben"),
  scene(4, [0, 0, 0], 1),
  scene(5, [0, 0, 0], 0),
  scene(6, [0, 3, 0], 0, "ana"),
  scene(7, [9, 0, 0], 0, "ops"),
  scene(8, [0, 3, 1], 0, "ana"),
];

describe("the state of a scene", () => {
  it("is done where nothing is left to review, and not where nobody knows what is missing", () => {
    expect(SCENES.map(stateOf)).toEqual(["todo", "doing", "done", "done", "todo", "doing", "todo", "done"]);
    expect(SCENES.map(isBare)).toEqual([false, false, false, false, true, true, true, true]);
    const said = { author: "ana", time: "", share: 1, missing: [], area: null };
    const byHand = SCENES[5]!;
    expect(stateOf({ ...byHand, complete: { ...said, complete: true } })).toBe("done");
    expect(stateOf({ ...byHand, complete: { ...said, complete: false } })).toBe("doing");
    expect(totalsOf(SCENES)).toEqual({ scenes: 8, done: 3, open: 22 });
  });
});

describe("what a person wants to see", () => {
  const ids = (change: object, me = "ana") => chosen(SCENES, { ...ALL, ...change }, me).map(({ id }) => id);

  it("are the scenes that fit all that is chosen", () => {
    expect(ids({})).toHaveLength(8);
    expect(ids({ state: "doing" })).toEqual([2, 6]);
    expect(ids({ mine: true })).toEqual([2, 6, 8]);
    expect(ids({ mine: true }, "nobody")).toEqual([]);
    expect(ids({ bare: true, state: "todo" })).toEqual([5, 7]);
    expect(ids({ words: "scene 7" })).toEqual([7]);
  });

  it("is counted on each chip as if it were pressed now", () => {
    expect(chipCounts(SCENES, ALL, "ana")).toEqual({ todo: 3, doing: 2, done: 3, mine: 3, bare: 4 });
    const mine = { ...ALL, mine: true, state: "done" as const };
    expect(chipCounts(SCENES, mine, "ana")).toEqual({ todo: 0, doing: 2, done: 1, mine: 1, bare: 1 });
  });

  it("is read from what was kept, whatever that is", () => {
    const kept = { words: "town", state: "done", mine: true, bare: false } as const;
    expect(choiceOf(JSON.stringify(kept))).toEqual(kept);
    expect(choiceOf(null)).toEqual(ALL);
    expect(choiceOf("{")).toEqual(ALL);
    expect(choiceOf('{"state":"gone","mine":1}')).toEqual(ALL);
  });
});
