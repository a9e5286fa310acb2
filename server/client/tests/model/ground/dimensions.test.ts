import { describe, expect, it } from "vitest";

import type { Polygon, Position } from "../../../src/model/feature";
import { areaOf, dimensionsOf } from "../../../src/model/ground/dimensions";
import { SceneGrid, type Ground } from "../../../src/model/ground/scene_grid";
import grounds from "../../grounds.json";

const utm = new SceneGrid(grounds.find(({ name }) => name === "UTM") as unknown as Ground);
const pixels = new SceneGrid({
  width: 1000,
  height: 1000,
  crs: null,
  units: "pixels",
  transform: [1, 0, 0, 0, -1, 0],
  chart: null,
  gsd_m: null,
});

/** A box of so many units around a position, its length turned clockwise from up by an angle in degrees. */
function box([x, y]: Position, length: number, width: number, angle: number): Polygon {
  const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
  const at = (along: number, across: number): Position => [
    x! + along * sin + across * cos,
    y! + along * cos - across * sin,
  ];
  const [l, w] = [length / 2, width / 2];
  return { type: "Polygon", coordinates: [[at(-l, -w), at(-l, w), at(l, w), at(l, -w), at(-l, -w)]] };
}

describe("dimensions", () => {
  it("are those on the ellipsoid, with a bearing from true north", () => {
    const at: Position = [310_000, 3_040_000];
    const found = dimensionsOf(utm, box(at, 40, 12, 30))!;
    // The scale of the projection 190 km beside its meridian; metres on the map are longer than those on the ground.
    const scale = 0.9996 * (1 + 190_000 ** 2 / (2 * 6_371_000 ** 2));
    expect(found.length).toBeCloseTo(40 / scale, 2);
    expect(found.width).toBeCloseTo(12 / scale, 2);
    expect(found.area).toBeCloseTo(480 / scale ** 2, 1);
    const { north } = utm.compass(at)!;
    expect(found.bearing).toBeCloseTo(30 - north, 1);
    expect([found.unit, found.place.map(Math.round)]).toEqual(["m", at]);
    expect(dimensionsOf(utm, box(at, 40, 12, 170))!.bearing).toBeCloseTo(170 - north, 1);
    expect(dimensionsOf(utm, box(at, 20, 20, 30))!.bearing).toBeNull();
  });

  it("are in pixels where the scene is not on the Earth, without its holes", () => {
    const outline = box([500, -500], 40, 12, 0);
    const hole = box([500, -500], 10, 10, 0).coordinates[0]!;
    const found = dimensionsOf(pixels, { ...outline, coordinates: [...outline.coordinates, hole] })!;
    expect([found.length, found.width, found.area, found.bearing, found.unit]).toEqual([40, 12, 380, null, "px"]);
    expect(areaOf(pixels, outline)).toEqual({ area: 480, unit: "px" });
    expect(dimensionsOf(pixels, { type: "Polygon", coordinates: [[[0, 0], [1, 1], [2, 2], [0, 0]]] })).toBeNull(); // prettier-ignore
  });
});
