import { describe, expect, it, vi } from "vitest";

import type { LabelClass } from "../../src/api";
import { Filtering } from "../../src/desk/filtering";
import { Signal } from "../../src/model/labels/signal";

describe("the filter of a scene", () => {
  it("redraws at each change, and asks the server where it comes to rest", () => {
    const [redraw, rested] = [vi.fn(), vi.fn()];
    const filtering = new Filtering(new Signal<readonly LabelClass[]>([]), redraw, rested);
    filtering.change({ minScore: 0.5 });
    expect([redraw.mock.calls.length, rested.mock.calls.length]).toEqual([1, 0]);
    filtering.toggleRejected();
    expect([redraw.mock.calls.length, rested.mock.calls.length]).toEqual([2, 1]);
    expect([...filtering.filter.value.hiddenStates]).toEqual(["rejected"]);
    expect([filtering.filter.value.minScore, filtering.hidesProposals]).toEqual([0.5, filtering.closed]);
    filtering.change({ hiddenStates: new Set(["proposed"]) });
    expect(filtering.hidesProposals).toBe(true);
  });
});
