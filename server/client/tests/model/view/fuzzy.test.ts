import { describe, expect, it } from "vitest";

import { bestFirst, FIT, fitOf } from "../../../src/model/view/fuzzy";

describe("a few letters", () => {
  it("fit a name by its beginning, its words, its initials, within, or in order", () => {
    const fits = ["zoom in", "zo", "in", "zi", "oom", "zmn", "x"].map((letters) => fitOf(letters, "Zoom in"));
    expect(fits).toEqual([FIT.whole, FIT.start, FIT.word, FIT.initials, FIT.within, FIT.inOrder, null]);
    expect(fitOf("town 12", "Old town, part 12")).toBe(FIT.within);
    expect(fitOf("munchen", "München")).toBe(FIT.whole);
  });

  it("put what they fit best first, else in the order given, and leave out the rest", () => {
    expect(bestFirst(["b2", "x", "a1", "c1"], (one) => (one === "x" ? null : Number(one[1])))).toEqual(["a1", "c1", "b2"]); // prettier-ignore
  });
});
