import { describe, expect, it } from "vitest";

import { fromGeoJson, type GeoJson, multiPolygon, partsOf, toGeoJson } from "../../src/model/geojson";
import { toWire } from "../../src/model/labels/edit";
import { lineOf, pointAt } from "../../src/model/shapes/geometry";
import { square } from "../samples";

const holed = [square(0, 0, 30).coordinates[0]!, square(5, 5, 5).coordinates[0]!];
const far = square(100, 0).coordinates;

describe("GeoJSON", () => {
  it("comes and goes the same", () => {
    const all: GeoJson[] = [
      square(),
      { type: "MultiPolygon", coordinates: [holed, far] },
      { type: "LineString", coordinates: [[0, 0], [5, 5]] }, // prettier-ignore
      { type: "Point", coordinates: [3, 4] },
    ];
    for (const one of all) expect(toGeoJson(fromGeoJson(one))).toEqual(one);
  });

  it("is a flat list of rings on the desk", () => {
    expect(fromGeoJson({ type: "Point", coordinates: [3, 4] })).toEqual(pointAt([3, 4]));
    expect(multiPolygon([holed, far])).toEqual({
      type: "MultiPolygon",
      coordinates: [...holed, ...far],
      parts: [0, 2],
    });
    expect(partsOf(multiPolygon([holed, far]))).toEqual([holed, far]);
    expect(partsOf(square())).toEqual([square().coordinates]);
  });

  it("is what edits are sent with", () => {
    const uid = "a".repeat(32);
    const line = lineOf([[0, 0], [5, 5]]); // prettier-ignore
    expect(toWire({ op: "update", uid, geometry: line, class: "road" })).toEqual({
      op: "update",
      uid,
      class: "road",
      geometry: { type: "LineString", coordinates: [[0, 0], [5, 5]] }, // prettier-ignore
    });
    expect(toWire({ op: "delete", uid })).toEqual({ op: "delete", uid });
  });
});
