import { describe, expect, it } from "vitest";

import { boxed, clicked, NOTHING, shownOutline, turned, withoutLast } from "../../../src/model/view/outlining";

const outline = (quality: number) => ({ geometry: { type: "Polygon" as const, coordinates: [] }, quality });

describe("pointing", () => {
  it("starts anew with a plain click, and goes on with the others", () => {
    const first = { ...NOTHING, prompt: clicked(NOTHING, [1, 2], "new")! };
    expect(first.prompt).toEqual({ points: [[1, 2]], negative: [], box: null });
    const more = { ...first, prompt: clicked(first, [3, 4], "more")! };
    const less = { ...more, prompt: clicked(more, [5, 6], "less")! };
    expect(less.prompt).toEqual({
      points: [
        [1, 2],
        [3, 4],
      ],
      negative: [[5, 6]],
      box: null,
    });
    expect(clicked(less, [7, 8], "new")).toEqual({ points: [[7, 8]], negative: [], box: null });
    expect(withoutLast(less)).toEqual(more.prompt);
    expect(withoutLast(more)).toEqual(first.prompt);
    expect(withoutLast(first)).toBeNull();
  });

  it("takes nothing away from nothing", () => {
    expect(clicked(NOTHING, [1, 2], "less")).toBeNull();
    const box = { ...NOTHING, prompt: boxed([0, 0, 4, 4]) };
    expect(clicked(box, [1, 2], "less")?.negative).toEqual([[1, 2]]);
    expect(withoutLast({ ...box, prompt: { ...box.prompt, points: [[1, 1]] } })).toEqual(box.prompt);
  });

  it("goes round the proposals", () => {
    const state = { ...NOTHING, outlines: [outline(0.9), outline(0.5)] };
    expect(shownOutline(turned(state))?.quality).toBe(0.5);
    expect(shownOutline(turned(turned(state)))?.quality).toBe(0.9);
    expect(shownOutline(turned(NOTHING))).toBeNull();
  });
});
