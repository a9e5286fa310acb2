import { describe, expect, it } from "vitest";

import { find, inOrder, reversed, unfinished } from "../../../src/model/view/catalog";
import type { SceneSummaryReply as SceneSummary } from "../../../src/model/wire";
import { sceneSummary as scene } from "../../samples";

describe("the list of scenes", () => {
  const scenes = [
    scene(1, "Town 10", { acquired_at: "2024-05-01T04:55:00Z", sensor: "WV03" }),
    scene(2, "town 9", { acquired_at: "2025-01-01", marking: "CUI" }),
    scene(3, "Harbour", { counts: { proposed: 4, accepted: 1, rejected: 0 }, crs: null }),
  ];
  const ids = (found: readonly SceneSummary[]): number[] => found.map(({ id }) => id);

  it("is searched by all that is known, each word anywhere", () => {
    expect(ids(find(scenes, ""))).toEqual([1, 2, 3]);
    expect(ids(find(scenes, " TOWN  wv "))).toEqual([1]);
    expect(ids(find(scenes, "2025-01 cui"))).toEqual([2]);
    expect(ids(find(scenes, "32645"))).toEqual([1, 2]);
    expect(ids(find(scenes, "null"))).toEqual([]);
  });

  it("is put in order, and left as it was", () => {
    expect(ids(inOrder(scenes, "name"))).toEqual([3, 2, 1]);
    expect(ids(inOrder(scenes, "newest"))).toEqual([2, 1, 3]);
    expect(ids(inOrder(scenes, "open"))).toEqual([3, 2, 1]);
    expect(ids(inOrder([...scenes].reverse(), "added"))).toEqual([1, 2, 3]);
    expect(ids(scenes)).toEqual([1, 2, 3]);
  });

  it("is put in order the other way round, scenes that lack what it is about last all the same", () => {
    expect(reversed(reversed("name"))).toBe("name");
    expect(ids(inOrder(scenes, "-name"))).toEqual([1, 2, 3]);
    expect(ids(inOrder(scenes, "-newest"))).toEqual([1, 2, 3]);
    const edited = scenes.map((one, i) => ({
      ...one,
      activity: { ...one.activity, edited_at: i ? `2026-03-0${i}T08:00:00.000Z` : null },
    }));
    expect(ids(inOrder(edited, "edited"))).toEqual([3, 2, 1]);
    expect(ids(inOrder(edited, "-edited"))).toEqual([2, 3, 1]);
  });
});

describe("the next unfinished scene", () => {
  const counted = (...proposed: number[]): SceneSummary[] =>
    proposed.map((count, i) => scene(i + 1, `S${9 - i}`, { counts: { proposed: count, accepted: 0, rejected: 0 } }));
  const after = (counts: number[], from: [id: number, proposed: number], way: 1 | -1, order: "added" | "open") => {
    const opened = scene(from[0], "", { counts: { proposed: from[1], accepted: 0, rejected: 0 } });
    const found = unfinished(counted(...counts), order, opened, way);
    return found && [found.scene.id, found.wrapped];
  };

  it("is the one after this in the list that has proposals, round the end once, and this one last", () => {
    expect(after([3, 0, 2, 0], [1, 3], 1, "added")).toEqual([3, false]);
    expect(after([3, 0, 2, 0], [3, 2], 1, "added")).toEqual([1, true]);
    expect(after([3, 0, 2, 0], [1, 3], -1, "added")).toEqual([3, true]);
    expect(after([3, 0, 2, 0], [4, 0], -1, "added")).toEqual([3, false]);
    expect(after([3, 0, 0], [1, 3], 1, "added")).toEqual([1, true]);
    expect(after([0, 0], [1, 5], 1, "added")).toBeNull();
    expect(after([0, 4], [7, 1], 1, "added")).toEqual([2, false]);
  });

  it("goes on from where this one stood when it was opened", () => {
    expect(after([0, 60, 40], [1, 50], 1, "open")).toEqual([3, false]);
    expect(after([0, 60, 40], [1, 50], -1, "open")).toEqual([2, false]);
    expect(after([0, 60, 0], [1, 50], 1, "open")).toEqual([2, true]);
  });
});
