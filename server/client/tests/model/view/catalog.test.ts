import { describe, expect, it } from "vitest";

import { drawn, find, inOrder, boxAround, unfinished } from "../../../src/model/view/catalog";
import type { SceneSummaryReply as SceneSummary } from "../../../src/model/wire";

function scene(id: number, name: string, more: Partial<SceneSummary> = {}): SceneSummary {
  return {
    id,
    key: `scene-${id}`,
    name,
    width: 100,
    height: 100,
    gsd_m: 0.5,
    crs: "EPSG:32645",
    bands: 3,
    dtype: "uint8",
    acquired_at: null,
    sensor: null,
    marking: null,
    created_at: "2026-01-01T00:00:00Z",
    counts: { proposed: 0, accepted: 0, rejected: 0 },
    complete: null,
    footprint: null,
    thumbnail: "",
    changed: null,
    ...more,
  };
}

const box = (west: number, south: number, side: number): [number, number][] => [
  [west, south],
  [west + side, south],
  [west + side, south + side],
  [west, south + side],
  [west, south],
];

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
});

describe("the next unfinished scene", () => {
  const counted = (...proposed: number[]): SceneSummary[] =>
    proposed.map((count, i) => scene(i + 1, `S${9 - i}`, { counts: { proposed: count, accepted: 0, rejected: 0 } }));
  const after = (counts: number[], from: [id: number, proposed: number], way: 1 | -1, order: "added" | "open") => {
    const found = unfinished(counted(...counts), order, { id: from[0], proposed: from[1] }, way);
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

describe("the footprints", () => {
  it("lie on one sheet, with their relative places", () => {
    const [here, there] = [[box(10, 59, 1)], [box(14, 61, 1)]];
    const sheet = boxAround([here, null, there], 1.5)!;
    expect(sheet.west).toBeLessThan(10);
    expect(sheet.west + sheet.width).toBeGreaterThan(15);
    expect(sheet.north - sheet.height).toBeLessThan(59);
    // A degree of longitude is half a degree of latitude at 60° north.
    expect(sheet.width / sheet.height).toBeCloseTo(1.5 / Math.cos((60.5 * Math.PI) / 180), 6);
    const numbers = (path: string): number[] => path.match(/[\d.]+/g)!.map(Number);
    const [a, b] = [numbers(drawn(here, sheet, 150, 100, 1)), numbers(drawn(there, sheet, 150, 100, 1))];
    expect(b[0]!).toBeGreaterThan(a[0]!);
    expect(b[1]!).toBeLessThan(a[1]!);
  });

  it("are dots where they are small, and nothing where there are none", () => {
    const far = boxAround([[box(0, 0, 0.01)], [box(100, 40, 0.01)]], 1.5)!;
    expect(drawn([box(0, 0, 0.01)], far, 108, 72, 5)).toMatch(
      /^M[\d.]+ [\d.]+L[\d.]+ [\d.]+L[\d.]+ [\d.]+L[\d.]+ [\d.]+Z$/,
    );
    expect(boxAround([null], 1.5)).toBeNull();
  });
});
