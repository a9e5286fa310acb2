import { describe, expect, it } from "vitest";

import { EVERYTHING, isClosed, isOpen, passes, toggled, toQuery } from "../../../src/model/view/filter";
import { bars, inWords, median, total } from "../../../src/model/view/scores";
import { sample } from "../../samples";

const CLASSES = ["building", "tree"];

describe("filter", () => {
  it("lets everything pass, and asks the server for nothing, until it is narrowed", () => {
    expect(passes(EVERYTHING, sample())).toBe(true);
    expect(toQuery(EVERYTHING, CLASSES)).toBe("");
    expect(isOpen(EVERYTHING)).toBe(true);
  });

  it("looks at class, state, score, model, author and day", () => {
    const feature = sample({
      classKey: "tree",
      state: "accepted",
      score: 0.5,
      model: "m",
      author: "ana",
      time: "2026-05-03T23:59:00Z",
    });
    const narrowed = [
      { hiddenClasses: new Set(["tree"]) },
      { hiddenStates: new Set(["accepted"] as const) },
      { minScore: 0.51 },
      { maxScore: 0.49 },
      { model: "other" },
      { author: "ben" },
      { since: "2026-05-04" },
      { until: "2026-05-02" },
    ];
    for (const news of narrowed) expect(passes({ ...EVERYTHING, ...news }, feature)).toBe(false);
    const met = [
      { hiddenClasses: new Set(["building"]) },
      { hiddenStates: new Set(["rejected"] as const) },
      { minScore: 0.5, maxScore: 0.5 },
      { model: "m" },
      { author: "ana" },
      { since: "2026-05-03", until: "2026-05-03" },
    ];
    for (const news of met) expect(passes({ ...EVERYTHING, ...news }, feature)).toBe(true);
  });

  it("lets pass what has no score or has not been saved yet", () => {
    const drawn = sample({ score: null, time: "" });
    expect(passes({ ...EVERYTHING, minScore: 0.9, since: "2026-01-01", until: "2026-01-02" }, drawn)).toBe(true);
  });

  it("says the same to the server", () => {
    const filter = {
      ...EVERYTHING,
      hiddenClasses: new Set(["tree"]),
      hiddenStates: new Set(["rejected"] as const),
      minScore: 0.25,
      model: "a b",
      since: "2026-01-02",
    };
    expect([...new URLSearchParams(toQuery(filter, CLASSES))]).toEqual([
      ["class", "building"],
      ["class_exact", "true"],
      ["state", "proposed,accepted"],
      ["min_score", "0.25"],
      ["model", "a b"],
      ["since", "2026-01-02"],
    ]);
    expect(isOpen(filter)).toBe(false);
    expect(isOpen({ ...EVERYTHING, hiddenClasses: new Set(["tree"]) })).toBe(false);
  });

  it("knows when nothing can pass", () => {
    expect(isClosed({ ...EVERYTHING, hiddenClasses: new Set(CLASSES) }, CLASSES)).toBe(true);
    expect(
      isClosed({ ...EVERYTHING, hiddenStates: new Set(["proposed", "accepted", "rejected"] as const) }, CLASSES),
    ).toBe(true);
    expect(isClosed(EVERYTHING, [])).toBe(false);
  });

  it("puts in what was out, and takes out what was in", () => {
    const set = new Set(["a"]);
    expect([...toggled(set, "b")]).toEqual(["a", "b"]);
    expect([...toggled(set, "a")]).toEqual([]);
    expect([...set]).toEqual(["a"]);
  });
});

describe("scores", () => {
  const counts = {
    proposed: [0, 3, 1, 0],
    accepted: [1, 0, 0, 0],
    rejected: [0, 0, 0, 2],
    unscored: { proposed: 0, accepted: 5, rejected: 0 },
  };

  it("are counted by whether they are decided", () => {
    expect(bars(counts)).toEqual([
      { open: 0, decided: 1 },
      { open: 3, decided: 0 },
      { open: 1, decided: 0 },
      { open: 0, decided: 2 },
    ]);
    expect(total(counts)).toBe(12);
  });

  it("are told in words", () => {
    expect(median([0, 3, 1, 0])).toBe(0.375);
    expect(median([0, 0])).toBeNull();
    expect(inWords(counts)).toBe("Scores: 4 proposed, half of them above 0.38; 3 decided, half of them above 0.88.");
  });
});
