import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { itemAfterKey, rowsInSight } from "../../../src/model/view/window";

describe("rows in sight", () => {
  it("are all that can be seen, and few more, wherever the list is scrolled to", () => {
    const numbers = [fc.nat(5000), fc.integer({ min: 20, max: 200 }), fc.integer({ min: -500, max: 500_000 })] as const;
    fc.assert(
      fc.property(...numbers, fc.nat(2000), (count, height, top, sight) => {
        const { from, to } = rowsInSight(count, height, top, sight);
        expect(0 <= from && from <= to && to <= count).toBe(true);
        expect(to - from).toBeLessThanOrEqual(sight / height + 15);
        for (let row = 0; row < count; row++) {
          const seen = (row + 1) * height > top && row * height < top + sight;
          if (seen) expect(row >= from && row < to).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("are none of an empty list", () => {
    expect(rowsInSight(0, 90, 0, 700)).toEqual({ from: 0, to: 0 });
  });
});

describe("a key in a list", () => {
  it("leads to a row, and from the first one out of the list", () => {
    const to = (key: string, at: number): number | null => itemAfterKey(key, at, { count: 2000, columns: 1, page: 7 });
    expect([to("ArrowDown", -1), to("ArrowDown", 0), to("ArrowDown", 1999)]).toEqual([0, 1, 1999]);
    expect([to("ArrowUp", 5), to("ArrowUp", 0)]).toEqual([4, -1]);
    expect([to("Home", 900), to("End", 900)]).toEqual([0, 1999]);
    expect([to("PageDown", 900), to("PageDown", 1998), to("PageUp", 3)]).toEqual([907, 1999, 0]);
    expect(to("x", 3)).toBeNull();
  });

  it("leads up and down by lines, and left and right, where several stand side by side", () => {
    const to = (key: string, at: number): number | null => itemAfterKey(key, at, { count: 10, columns: 4, page: 2 });
    expect([to("ArrowDown", -1), to("ArrowDown", 1), to("ArrowDown", 7), to("ArrowDown", 9)]).toEqual([0, 5, 9, 9]);
    expect([to("ArrowUp", 9), to("ArrowUp", 3)]).toEqual([5, -1]);
    expect([to("ArrowRight", 3), to("ArrowRight", 9), to("ArrowLeft", 4), to("ArrowLeft", 0)]).toEqual([4, 9, 3, 0]);
    expect([to("PageDown", 1), to("PageUp", 9), to("End", 0), to("Home", 9)]).toEqual([9, 1, 9, 0]);
    expect(itemAfterKey("ArrowRight", 0, { count: 10, columns: 1, page: 2 })).toBeNull();
  });
});
