import { describe, expect, it } from "vitest";

import type { Feature } from "../../../src/model/feature";
import { cornersOf, gripAt, insertCorner, moveCorners, remaining, removeCorners, sameEdges, shared, toggled } from "../../../src/model/labels/picks";
import { sample, square } from "../../samples";

const a = sample({ uid: "a" });
const b = sample({ uid: "b", geometry: square(10, 0) });
const pick = (index: number, uid = "a", ring = 0) => ({ uid, ring, index });
const holed: Feature = sample({
  uid: "h", geometry: { type: "Polygon", coordinates: [square(0, 0, 30).coordinates[0]!, square(5, 5, 5).coordinates[0]!] },
});

describe("picks", () => {
  it("are the corners of all rings, the first not twice", () => {
    expect(cornersOf([a, holed])).toHaveLength(4 + 8);
    expect(toggled(toggled([], pick(1)), pick(1))).toEqual([]);
  });

  it("move, the closing position with the first", () => {
    const [[, outline]] = moveCorners([a, b], [pick(0), pick(1)], 1, -2) as [[Feature, Feature["geometry"]]];
    expect(outline.coordinates[0]).toEqual([[1, -2], [11, -2], [10, 10], [0, 10], [1, -2]]);
  });

  it("leave nothing behind when they are moved there and back", () => {
    const there = moveCorners([a, b], [pick(2), pick(3, "b")], 7, 8).map(([f, geometry]) => ({ ...f, geometry }));
    const back = moveCorners(there, [pick(2), pick(3, "b")], -7, -8).map(([, geometry]) => geometry);
    expect(back).toEqual([a.geometry, b.geometry]);
  });

  it("are taken away while three remain; a hole goes with its third", () => {
    expect(removeCorners([a], [pick(0)])![0]![1].coordinates[0]).toEqual([[10, 0], [10, 10], [0, 10], [10, 0]]);
    expect(removeCorners([a], [pick(0), pick(1)])).toBeNull();
    expect(removeCorners([holed], [pick(0, "h", 1), pick(1, "h", 1)])![0]![1].coordinates).toHaveLength(1);
  });

  it("are forgotten where they no longer are", () => {
    expect(remaining([pick(3), pick(4), pick(0, "gone")], [a])).toEqual([pick(3)]);
  });

  it("find what neighbours share: corners, and edges run either way", () => {
    expect(shared([a], [pick(1), pick(0)], [b])).toEqual([pick(0, "b")]);
    expect(sameEdges(a, pick(1), [a, b])).toEqual([pick(3, "b")]);
    expect(sameEdges(a, pick(0), [b])).toEqual([]);
  });
});

describe("grips", () => {
  it("are corners before edges, and nothing out of reach", () => {
    expect(gripAt([a, b], [9, 1], 2)).toMatchObject({ kind: "corner", at: [10, 0] });
    expect(gripAt([a], [5, 1], 2)).toMatchObject({ kind: "edge", pick: pick(0), at: [5, 0] });
    expect(gripAt([a], [5, 5], 2)).toBeNull();
  });

  it("become corners", () => {
    expect(insertCorner(a.geometry, 0, 3, [0, 4]).coordinates[0]).toEqual([[0, 0], [10, 0], [10, 10], [0, 10], [0, 4], [0, 0]]);
  });
});
