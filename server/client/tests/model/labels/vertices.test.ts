import { describe, expect, it } from "vitest";

import type { Feature } from "../../../src/model/feature";
import {
  verticesOf,
  targetAt,
  insertVertex,
  moveVertices,
  remaining,
  removeVertices,
  sameEdges,
  shared,
  toggled,
} from "../../../src/model/labels/vertices";
import { refuse } from "../../../src/model/shapes/result";
import { TEXTS } from "../../../src/texts";
import { sample, square } from "../../samples";
import { done } from "../shapes/arbitrary";

const a = sample({ uid: "a" });
const b = sample({ uid: "b", geometry: square(10, 0) });
const vertex = (index: number, uid = "a", ring = 0) => ({ uid, ring, index });
const holed: Feature = sample({
  uid: "h",
  geometry: { type: "Polygon", coordinates: [square(0, 0, 30).coordinates[0]!, square(5, 5, 5).coordinates[0]!] },
});

const without = (...made: Parameters<typeof removeVertices>) => done(removeVertices(...made));

describe("picks", () => {
  it("are the corners of all rings, the first not twice", () => {
    expect(verticesOf([a, holed])).toHaveLength(4 + 8);
    expect(toggled(toggled([], vertex(1)), vertex(1))).toEqual([]);
  });

  it("move, the closing position with the first", () => {
    const [[, outline]] = moveVertices([a, b], [vertex(0), vertex(1)], 1, -2) as [[Feature, Feature["geometry"]]];
    expect(outline.coordinates[0]).toEqual([
      [1, -2],
      [11, -2],
      [10, 10],
      [0, 10],
      [1, -2],
    ]);
  });

  it("leave nothing behind when they are moved there and back", () => {
    const there = moveVertices([a, b], [vertex(2), vertex(3, "b")], 7, 8).map(([f, geometry]) => ({ ...f, geometry }));
    const back = moveVertices(there, [vertex(2), vertex(3, "b")], -7, -8).map(([, geometry]) => geometry);
    expect(back).toEqual([a.geometry, b.geometry]);
  });

  it("are taken away while three remain; a hole goes with its third", () => {
    expect(without([a], [vertex(0)])[0]![1].coordinates[0]).toEqual([
      [10, 0],
      [10, 10],
      [0, 10],
      [10, 0],
    ]);
    expect(removeVertices([a], [vertex(0), vertex(1)])).toEqual(refuse(TEXTS.desk.tooFewVertices));
    expect(without([holed], [vertex(0, "h", 1), vertex(1, "h", 1)])[0]![1].coordinates).toHaveLength(1);
  });

  it("are forgotten where they no longer are", () => {
    expect(remaining([vertex(3), vertex(0, "gone")], [a], [a])).toEqual([vertex(3)]);
    const now = { ...a, geometry: without([a], [vertex(1)])[0]![1] };
    expect(remaining([vertex(1), vertex(3)], [a], [now])).toEqual([vertex(2)]);
  });

  it("find what neighbours share: corners, and edges run either way", () => {
    expect(shared([a], [vertex(1), vertex(0)], [b])).toEqual([vertex(0, "b")]);
    expect(sameEdges(a, vertex(1), [a, b])).toEqual([vertex(3, "b")]);
    expect(sameEdges(a, vertex(0), [b])).toEqual([]);
  });
});

describe("vertices and edges", () => {
  it("are corners before edges, and nothing out of reach", () => {
    expect(targetAt([a, b], [9, 1], 2)).toMatchObject({ kind: "vertex", at: [10, 0] });
    expect(targetAt([a], [5, 1], 2)).toMatchObject({ kind: "edge", vertex: vertex(0), at: [5, 0] });
    expect(targetAt([a], [5, 5], 2)).toBeNull();
  });

  it("become corners", () => {
    expect(insertVertex(a.geometry, 0, 3, [0, 4]).coordinates[0]).toEqual([
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
      [0, 4],
      [0, 0],
    ]);
  });
});
