import { describe, expect, it } from "vitest";

import { multiPolygon } from "../../../src/model/geojson";
import {
  groupedAsOne,
  grown,
  merged,
  separated,
  simplified,
  withoutPartAt,
} from "../../../src/model/labels/operations";
import { area, lineOf, polygonsOf } from "../../../src/model/shapes/geometry";
import { eachPart, geometryProblem, grouped, pierced, separate, withoutPart } from "../../../src/model/shapes/parts";
import { ok, refuse } from "../../../src/model/shapes/result";
import { TEXTS } from "../../../src/texts";
import { sample, square } from "../../samples";
import { done } from "./arbitrary";

const [a, b, c] = [square(0, 0, 10), square(20, 0, 20), square(100, 0, 10)];
const both = multiPolygon([a.coordinates, b.coordinates]);
const base = sample({ uid: "base", geometry: both });

describe("parts", () => {
  it("are one object where they lie apart, or touch at a corner", () => {
    expect(done(grouped([both, c]))).toEqual(multiPolygon([a, b, c].map(({ coordinates }) => coordinates)));
    expect(geometryProblem(both)).toBeNull();
    expect(geometryProblem(multiPolygon([a.coordinates, square(10, 10).coordinates]))).toBeNull();
    // An island in a hole is a part too.
    const yard = {
      ...square(0, 0, 50),
      coordinates: [square(0, 0, 50).coordinates[0]!, square(10, 10, 30).coordinates[0]!],
    };
    expect(geometryProblem(multiPolygon([yard.coordinates, square(20, 20, 5).coordinates]))).toBeNull();
    for (const other of [square(5, 5), square(10, 0), square(2, 2, 2)])
      expect(grouped([a, other])).toEqual(refuse(TEXTS.shapes.partsOverlap));
    expect(geometryProblem(multiPolygon([a.coordinates, square(5, 5).coordinates]))).toBe(TEXTS.shapes.partsOverlap);
  });

  it("are told apart by the thousand", () => {
    const islands = Array.from({ length: 2000 }, (_, n) => square(20 * (n % 50), 20 * Math.floor(n / 50)).coordinates);
    const coast = [square(-10, -10, 2000).coordinates[0]!, square(-5, -5, 1500).coordinates[0]!];
    expect(geometryProblem(multiPolygon([coast, ...islands]))).toBeNull();
    expect(geometryProblem(multiPolygon([...islands, square(3, 3, 2).coordinates]))).toBe(TEXTS.shapes.partsOverlap);
  });

  it("come apart again, the largest first", () => {
    expect(done(separate(both))).toEqual([b, a]);
    expect(separate(lineOf([[0, 0], [1, 1]]))).toEqual(refuse(TEXTS.shapes.onePart)); // prettier-ignore
    expect(separate(a)).toEqual(refuse(TEXTS.shapes.onePart));
  });

  it("are removed one by one; the last is an outline", () => {
    expect(withoutPart(both, [5, 5])).toEqual(ok(b));
    expect(withoutPart(both, [15, 5])).toEqual(refuse(TEXTS.shapes.noPartHere));
    expect(withoutPart(a, [5, 5])).toEqual(refuse(TEXTS.shapes.noPartHere));
  });

  it("are changed each, all or none", () => {
    const shrunk = done(eachPart(both, ({ coordinates: [outline] }) => ok(square(outline![0]![0], 0, 5))));
    expect(polygonsOf(shrunk).map(area)).toEqual([25, 25]);
    expect(eachPart(both, (part) => (part.coordinates === b.coordinates ? ok(part) : refuse("no")))).toEqual(
      refuse("no"),
    );
  });

  it("take holes", () => {
    const made = done(pierced(both, [[25, 5], [30, 5], [30, 10], [25, 10]])); // prettier-ignore
    expect([made.type, made.coordinates.length, area(made)]).toEqual(["MultiPolygon", 3, 500 - 25]);
    expect("problem" in pierced(both, [[50, 5], [60, 5], [60, 10]])).toBe(true); // prettier-ignore
  });
});

describe("operations on objects of several parts", () => {
  const far = sample({ uid: "far", geometry: c });

  it("group under the largest, and separate again", () => {
    const { reshaped, removed, added } = done(groupedAsOne([far, base]));
    expect([reshaped[0]![0], removed, added]).toEqual([base, [far], []]);
    const whole = { ...base, geometry: reshaped[0]![1] };
    const apart = done(separated([whole]));
    expect([apart.reshaped[0]![1], apart.added.length]).toEqual([b, 2]);
    expect(groupedAsOne([base])).toEqual(refuse(TEXTS.operations.groupNeedsTwo));
  });

  it("keep the parts that are there", () => {
    expect(done(simplified([base], 1)).reshaped[0]![1]).toEqual(both);
    const [[, more]] = done(grown([base], 1, 0.1)).reshaped as [[unknown, typeof both]];
    expect([more.type, more.coordinates.length]).toEqual(["MultiPolygon", 2]);
    expect(done(withoutPartAt([base, far], [5, 5])).reshaped).toEqual([[base, b]]);
  });

  it("merge into one outline where all hang together", () => {
    const bridge = sample({ uid: "bridge", geometry: square(5, 2, 16) });
    expect(done(merged([base, bridge])).reshaped[0]![1].type).toBe("Polygon");
  });
});
