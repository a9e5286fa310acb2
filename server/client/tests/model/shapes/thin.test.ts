import { describe, expect, it } from "vitest";

import { multiPolygon } from "../../../src/model/geojson";
import { entryOf } from "../../../src/model/labels/waiting_edits";
import { insertVertex, moveVertices, removeVertices, targetAt, verticesOf } from "../../../src/model/labels/vertices";
import { check } from "../../../src/model/shapes/check";
import {
  area,
  extentOf,
  isHole,
  isNear,
  lineOf,
  outlineProblem,
  pointAt,
  sameGeometry,
  smallestFirst,
} from "../../../src/model/shapes/geometry";
import { caught } from "../../../src/model/shapes/lasso";
import { refuse } from "../../../src/model/shapes/result";
import { snap } from "../../../src/model/shapes/snap";
import { traceLine } from "../../../src/model/shapes/trace";
import { TEXTS } from "../../../src/texts";
import { sample, square } from "../../samples";
import { done } from "./arbitrary";

// prettier-ignore
const BENT = lineOf([[0, 0], [10, 0], [10, 10]]);
const POINT = pointAt([3, 4]);
const road = sample({ uid: "road", classKey: "road", geometry: BENT });
const pole = sample({ uid: "pole", classKey: "pole", geometry: POINT });
const vertex = (index: number, uid = "road") => ({ uid, ring: 0, index });

describe("lines and points", () => {
  it("have an extent and no area, and come before outlines", () => {
    expect([extentOf(BENT), extentOf(POINT)]).toEqual([[0, 0, 10, 10], [3, 4, 3, 4]]); // prettier-ignore
    expect([area(BENT), area(POINT)]).toEqual([0, 0]);
    const tree = sample({ uid: "tree", geometry: square(0, 0, 0.1) });
    expect([tree, road, pole].sort(smallestFirst)).toEqual([pole, road, tree]);
  });

  it("are hit from a little away", () => {
    expect([isNear(BENT, [5, 2], 2), isNear(BENT, [5, 3], 2), isNear(BENT, [9, 5], 2)]).toEqual([true, false, true]);
    expect([isNear(POINT, [4, 5], 1.5), isNear(POINT, [5, 5], 1.5)]).toEqual([true, false]);
    expect([isNear(square(), [5, 5], 0), isNear(square(), [11, 5], 0), isNear(square(), [11, 5], 1)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("are alike only where type and places are", () => {
    expect(sameGeometry(BENT, lineOf([[0, 0], [10, 0], [10, 10]]))).toBe(true); // prettier-ignore
    expect(sameGeometry(BENT, { ...BENT, type: "Polygon" })).toBe(false);
    const two = [square().coordinates, square(20, 0).coordinates];
    expect(sameGeometry(multiPolygon(two), multiPolygon([two.flat()]))).toBe(false);
  });

  it("are sound where a line has a length; it may cross itself", () => {
    const crossing = lineOf([[0, 0], [10, 10], [10, 0], [0, 10]]); // prettier-ignore
    expect([outlineProblem(BENT), outlineProblem(POINT), outlineProblem(crossing)]).toEqual([null, null, null]);
    expect(outlineProblem(lineOf([[1, 1], [1, 1]]))).toBe(TEXTS.shapes.noLength); // prettier-ignore
    expect(outlineProblem(pointAt([NaN, 1]))).toBe(TEXTS.shapes.noPlace);
  });

  it("must meet the scene, which a polygon need only do in part", () => {
    const extent = [0, 0, 5, 5] as const;
    expect(check(BENT, { extent })).toMatchObject([{ kind: "outside", refused: false }]);
    expect(check(pointAt([9, 9]), { extent })).toMatchObject([{ kind: "outside", refused: true }]);
    expect(check(POINT, { extent })).toEqual([]);
  });

  it("are caught by a lasso", () => {
    const ring = [[-1, -1], [11, -1], [11, 11], [-1, 11]]; // prettier-ignore
    expect(caught(ring, [BENT, POINT, pointAt([20, 0])], "inside")).toEqual([0, 1]);
    const narrow = [[2, -1], [6, -1], [6, 6], [2, 6]]; // prettier-ignore
    expect(caught(narrow, [BENT, POINT], "inside")).toEqual([1]);
    expect(caught(narrow, [BENT, POINT], "touching")).toEqual([0, 1]);
  });

  it("draw the pointer to the end of a line and to a point", () => {
    expect(snap([10.5, 10.5], [BENT], 1)).toMatchObject({ kind: "vertex", position: [10, 10], index: 2 });
    expect(snap([4, 4], [POINT], 2)).toMatchObject({ kind: "vertex", position: [3, 4] });
    expect(snap([5, 0.5], [BENT], 1)).toMatchObject({ kind: "edge", position: [5, 0], index: 0 });
  });

  it("are followed from place to place", () => {
    const line = BENT.coordinates[0]!;
    const [from, to] = [{ index: 0, position: [2, 0] }, { index: 1, position: [10, 7] }]; // prettier-ignore
    expect(traceLine(line, from, to)).toEqual([[2, 0], [10, 0], [10, 7]]); // prettier-ignore
    expect(traceLine(line, to, from)).toEqual([[10, 7], [10, 0], [2, 0]]); // prettier-ignore
    expect(traceLine(line, from, { index: 2, position: [10, 10] })).toHaveLength(3);
  });
});

describe("vertices of a line", () => {
  it("are all its positions; a point has none to choose", () => {
    expect(verticesOf([road, pole]).map(({ at }) => at)).toEqual(BENT.coordinates[0]);
  });

  it("are taken by a press, the last one too, and so is a point", () => {
    expect(targetAt([road], [10.5, 10.5], 1)).toMatchObject({ kind: "vertex", vertex: vertex(2) });
    expect(targetAt([pole], [3, 5], 2)).toMatchObject({ kind: "vertex", vertex: vertex(0, "pole") });
    expect(targetAt([road], [5, 0.2], 1)).toMatchObject({ kind: "edge", at: [5, 0] });
  });

  it("move, come and go, and two remain", () => {
    const [[, moved]] = moveVertices([road], [vertex(2)], 1, 1) as [[unknown, typeof BENT]];
    expect(moved).toEqual(lineOf([[0, 0], [10, 0], [11, 11]])); // prettier-ignore
    expect(moveVertices([pole], [vertex(0, "pole")], 1, 1)[0]![1]).toEqual(pointAt([4, 5]));
    expect(insertVertex(BENT, 0, 1, [10, 5]).coordinates[0]).toHaveLength(4);
    expect(done(removeVertices([road], [vertex(1)]))[0]![1]).toEqual(lineOf([[0, 0], [10, 10]])); // prettier-ignore
    expect(removeVertices([road], [vertex(0), vertex(1)])).toEqual(refuse(TEXTS.desk.tooShortLine));
  });

  it("of a box are not taken away", () => {
    const box = sample({ uid: "box" });
    expect(removeVertices([box], [vertex(0, "box")], () => true)).toEqual(refuse(TEXTS.desk.boxHasFour));
    const [[, moved]] = moveVertices([box], [vertex(2, "box")], 2, 3, () => true) as [[unknown, typeof BENT]];
    expect(extentOf(moved)).toEqual([0, 0, 12, 13]);
  });

  it("of a part go with the part, of the last one they stay", () => {
    const both = multiPolygon([square().coordinates, square(20, 0).coordinates]);
    const base = sample({ uid: "base", geometry: both });
    const second = [0, 1].map((index) => ({ uid: "base", ring: 1, index }));
    expect(isHole(both, 1)).toBe(false);
    expect(done(removeVertices([base], second))[0]![1]).toEqual(square());
  });
});

describe("waiting edits", () => {
  const entry = (geometry: unknown): string =>
    JSON.stringify({
      id: "1",
      token: "t".repeat(32),
      sceneId: 1,
      author: "ana",
      edits: [{ edit: { op: "update", uid: "a".repeat(32), geometry }, base: 1 }],
    });

  it("are known with every type of geometry, and not with half of one", () => {
    const both = multiPolygon([square().coordinates, square(20, 0).coordinates]);
    for (const geometry of [square(), BENT, POINT, both]) expect(entryOf("1", entry(geometry))).not.toBeNull();
    const broken = [
      { type: "LineString", coordinates: [[[0, 0]]] },
      { type: "LineString", coordinates: [[0, 0], [1, 1]] }, // prettier-ignore
      { type: "Point", coordinates: [3, 4] },
      { type: "MultiPoint", coordinates: [[[3, 4]]] },
      { ...both, parts: [0, 5] },
      { ...both, parts: [1] },
    ];
    for (const geometry of broken) expect(entryOf("1", entry(geometry))).toBeNull();
  });
});
