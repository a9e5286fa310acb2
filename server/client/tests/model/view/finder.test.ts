import { describe, expect, it } from "vitest";

import { lonLatsOf } from "../../../src/model/ground/lookup";
import type { Entry } from "../../../src/model/view/finder";
import { entriesLike, fewOfEach, scenesAt } from "../../../src/model/view/finder";
import { sceneSummary } from "../../samples";

const entry = (label: string, detail = ""): Entry => ({
  kind: "command",
  label,
  detail,
  key: null,
  run: () => undefined,
});

describe("what Ctrl+K finds", () => {
  const entries = [entry("Fit", "Zoom to the whole scene"), entry("Zoom in"), entry("Town 7"), entry("Accept")];
  const labels = (text: string): string[] => entriesLike(text, entries).map(({ label }) => label);

  it("is all without letters, else the best first, and what is said about it last", () => {
    expect(labels(" ")).toEqual(["Fit", "Zoom in", "Town 7", "Accept"]);
    expect(labels("zoom")).toEqual(["Zoom in", "Fit"]);
    expect(labels("t7")).toEqual(["Town 7"]);
    expect(labels("acpt")).toEqual(["Accept"]);
    expect(labels("quite another")).toEqual([]);
  });

  it("is a few of each kind before a letter is typed", () => {
    const scenes = ["Town", "Wood", "Port"].map((label): Entry => ({ ...entry(label), kind: "scene" }));
    const shown = fewOfEach([...entries, ...scenes], 2).map(({ label }) => label);
    expect(shown).toEqual(["Fit", "Zoom in", "Town", "Wood"]);
  });

  it("are the scenes that hold a position, however it is written", () => {
    const ring: [number, number][] = [
      [85, 27],
      [86, 27],
      [86, 28],
      [85, 28],
      [85, 27],
    ];
    const scenes = [sceneSummary(1, "Here", { footprint: [ring] }), sceneSummary(2, "Nowhere")];
    const found = (text: string): number[] => scenesAt(lonLatsOf(text), scenes).map(({ id }) => id);
    const written = ["85.31, 27.7", "27.7 85.31", "27°42′N 85°18′E", "45R UL 34000 65000", "45N 334000 3065000"];
    expect(written.map(found)).toEqual([[1], [1], [1], [1], [1]]);
    expect(["12 13", "Here", "col 5 row 6", ""].map(found)).toEqual([[], [], [], []]);
  });
});
