import { describe, expect, it } from "vitest";

import type { Coordinate } from "../../../src/model/ground/lonlat_expansion";
import type { Format } from "../../../src/model/ground/coordinates";
import { FORMATS, formatsOf, say } from "../../../src/model/ground/coordinates";
import { lookUp } from "../../../src/model/ground/lookup";
import type { Ground } from "../../../src/model/ground/scene_grid";
import { SceneGrid } from "../../../src/model/ground/scene_grid";
import { measure, formatArea, formatLength } from "../../../src/model/ground/ruler";
import grounds from "../../grounds.json";

interface Sample extends Ground {
  readonly name: string;
  readonly pixels: Coordinate[];
  readonly lonlat: Coordinate[];
  readonly utm: [number, string, number, number][];
}

/** `tests/tiling/test_chart.py` checks these against PROJ. */
const GROUNDS = grounds as unknown as Sample[];
const TOWN = GROUNDS.find(({ name }) => name === "UTM")!;
const bare: Ground = {
  width: 100,
  height: 80,
  crs: null,
  units: "pixels",
  transform: [1, 0, 0, 0, -1, 0],
  chart: null,
  gsd_m: null,
};

/** Metres between two positions in degrees. */
function apart([lon, lat]: Coordinate, [otherLon, otherLat]: Coordinate): number {
  const turn = ((((otherLon - lon + 540) % 360) + 360) % 360) - 180;
  return 111_320 * Math.hypot(turn * Math.cos((lat * Math.PI) / 180), otherLat - lat);
}

describe.each(GROUNDS)("places of a scene: $name", (ground) => {
  const grid = new SceneGrid(ground);

  it("has PROJ's longitudes and latitudes within a centimetre, and back", () => {
    ground.pixels.forEach((pixel, i) => {
      const world = grid.toWorld(pixel);
      expect(grid.toPixel(world)[0]).toBeCloseTo(pixel[0], 6);
      expect(apart(grid.toLonLat(world)!, ground.lonlat[i]!)).toBeLessThan(0.01);
      const back = grid.toPixel(grid.ofLonLat(ground.lonlat[i]!)!);
      expect(Math.hypot(back[0] - pixel[0], back[1] - pixel[1]) * ground.gsd_m!).toBeLessThan(0.02);
    });
  });

  it("reads what it says in every format", () => {
    for (const [i, pixel] of ground.pixels.entries()) {
      const world = grid.toWorld(pixel);
      const beyond = Math.abs(ground.lonlat[i]![1]) > 80;
      for (const format of formatsOf(grid)) {
        const words = say(grid, format, world);
        if (beyond && words === null && (format === "utm" || format === "mgrs")) continue;
        const answer = lookUp(grid, words!);
        expect("world" in answer, `${words}: ${JSON.stringify(answer)}`).toBe(true);
        const back = grid.toPixel((answer as { world: Coordinate }).world);
        const slack = format === "mgrs" ? 1 / ground.gsd_m! : 0;
        expect(Math.hypot(back[0] - pixel[0], back[1] - pixel[1]), words!).toBeLessThan(0.8 + slack);
      }
    }
  });

  it("says UTM as PROJ does", () => {
    ground.utm.forEach(([zone, hemisphere, easting, northing], i) => {
      const [, lat] = ground.lonlat[i]!;
      if (lat < -80 || lat > 72) return; // Svalbard has zones of its own
      const words = say(grid, "utm", grid.toWorld(ground.pixels[i]!))!.split(" ");
      expect(words[0]).toBe(`${zone}${hemisphere}`);
      expect(Number(words[1])).toBeCloseTo(easting, 1);
      expect(Number(words[2])).toBeCloseTo(northing, 1);
    });
  });
});

describe("a place in words", () => {
  const grid = new SceneGrid(TOWN);
  const world = grid.toWorld([200, 100]);

  it("is said to a tenth of a pixel", () => {
    const said = Object.fromEntries(formatsOf(grid).map((format) => [format, say(grid, format, world)]));
    expect(said).toEqual({
      lonlat: "84.9753276°E 27.5586693°N",
      dms: "84°58′31.180″E 27°33′31.210″N",
      utm: "45N 300100.00 3049950.00",
      mgrs: "45R UL 00100 49950",
      crs: "EPSG:32645 300100.00, 3049950.00",
      pixel: "col 200 row 100",
    } satisfies Record<Format, string>);
    expect(Object.keys(said)).toEqual(Object.keys(FORMATS));
    expect(say(grid, "lonlat", [0, 0])).toBeNull();
  });

  it.each([
    "84.9753276, 27.5586693",
    "84.9753276 27.5586693",
    "27.5586693, 84.9753276",
    "27.5586693N 84.9753276E",
    "E84.9753276 N27.5586693",
    "84 58 31.180 E, 27 33 31.210 N",
    "27°33'31.210\"N 84°58'31.180\"E",
    "84°58′31.180″ 27°33′31.210″",
    "27 33.52016 N 84 58.51966 E",
    "45N 300100 3049950",
    "UTM 45 R 300100 mE 3049950 mN",
    "45RUL0010049950",
    "45r ul 00100 49950",
    "300100, 3049950",
    "EPSG:32645 300100 3049950",
    "200.0, 100.0",
    "px 200 100",
    "column 200, row 100",
  ])("is read from %s", (text) => {
    const answer = lookUp(grid, text) as { world: Coordinate };
    const [col, row] = grid.toPixel(answer.world);
    expect(Math.hypot(col - 200, row - 100)).toBeLessThan(1.5);
  });

  it.each([
    ["", "is not a place"],
    ["town hall", "is not a place"],
    ["27 N 28 N", "is not a place"],
    ["27 61 0 N 85 E", "is not a place"],
    ["12, 13, 14", "is not a place"],
    ["45Z 1 2", "is not a place"],
    ["61N 300100 3049950", "is not a place"],
    ["10.5 E 50.5 N", "lies outside this scene, read as longitude and latitude"],
    ["-5, 7000000", "lies outside this scene, read as EPSG:32645 or as column and row"],
    ["col 40001 row 3", "lies outside this scene, read as column and row"],
    ["31U DQ 48251 11932", "lies outside this scene, read as MGRS"],
  ])("%s gets one sentence", (text, words) => {
    const answer = lookUp(grid, text);
    expect(answer).toHaveProperty("problem", expect.stringContaining(words));
  });

  it("is a pixel in a scene without a CRS, and nothing else", () => {
    const plane = new SceneGrid(bare);
    expect(formatsOf(plane)).toEqual(["pixel"]);
    expect(lookUp(plane, "12, 30")).toEqual({ world: [12.5, -30.5], as: "column and row" });
    expect(lookUp(plane, "27.5 N 84.9 E")).toHaveProperty("problem", expect.stringContaining("no place on the Earth"));
  });

  it("agrees with a published MGRS reference", () => {
    // The Eiffel Tower is in 31U DQ 48251 11932.
    const paris: Ground = { ...GROUNDS.find(({ name }) => name === "the Earth in degrees")! };
    const answer = lookUp(new SceneGrid(paris), "31UDQ4825111932") as { world: Coordinate };
    expect(apart(answer.world, [2.2945, 48.8582])).toBeLessThan(1.5);
  });
});

describe("the compass", () => {
  it("knows the convergence of meridians and the ground under a pixel", () => {
    const utm = new SceneGrid(TOWN).compass([300_100, 3_049_950])!;
    // Grid north lies to the right of true north west of the central meridian.
    expect(utm.north).toBeCloseTo(0.936, 2);
    expect(utm.metres).toBeCloseTo(0.5 / 1.00009, 4);
    const web = GROUNDS.find(({ name }) => name === "Web Mercator")!;
    const mercator = new SceneGrid(web).compass(new SceneGrid(web).toWorld([5000, 4000]))!;
    expect(mercator.north).toBeCloseTo(0, 6);
    expect(mercator.metres / web.transform[0]).toBeCloseTo(web.gsd_m! / web.transform[0], 2);
    const pole = new SceneGrid(GROUNDS.find(({ name }) => name === "around the pole")!);
    expect(Math.abs(pole.compass([3e6, 0])!.north - 90)).toBeLessThan(1);
    expect(new SceneGrid(bare).compass([10, -10])).toBeNull();
  });
});

describe("the ruler", () => {
  it("measures on the ellipsoid", () => {
    const grid = new SceneGrid(TOWN);
    const corner = (col: number, row: number): Coordinate => grid.toWorld([col, row]);
    // 1000 x 600 m on the grid, whose scale is 1.00009 here.
    const around = measure(grid, [corner(0, 0), corner(2000, 0), corner(2000, 1200), corner(0, 1200)], true);
    expect(around.unit).toBe("m");
    expect(around.legs).toHaveLength(4);
    expect(around.legs[0]).toBeCloseTo(1000 / 1.000092, 1);
    expect(around.length / 3200).toBeCloseTo(1 / 1.00009, 4);
    expect(around.area! / 600_000).toBeCloseTo(1 / 1.00018, 4);
    const line = measure(grid, [corner(0, 0), corner(2000, 0)], false);
    expect([line.legs.length, line.area]).toEqual([1, null]);
    const backwards = measure(grid, [corner(0, 1200), corner(2000, 1200), corner(2000, 0), corner(0, 0)], true);
    expect(backwards.area).toBeCloseTo(around.area!, 3);
  });

  it("measures in pixels without a CRS", () => {
    const square = measure(
      new SceneGrid(bare),
      [
        [0, 0],
        [30, 0],
        [30, -40],
        [0, -40],
      ],
      true,
    );
    expect(square).toEqual({ legs: [30, 40, 30, 40], length: 140, area: 1200, unit: "px" });
  });

  it("says lengths and areas in units that fit", () => {
    expect([0.4567, 12.34, 999, 1234, 123456].map((m) => formatLength(m, "m"))).toEqual([
      "0.46 m",
      "12.3 m",
      "999.0 m",
      "1.23 km",
      "123.5 km",
    ]);
    expect([12.34, 9999, 12345, 5e6].map((m) => formatArea(m, "m"))).toEqual([
      "12.3 m²",
      "9,999 m²",
      "1.23 ha",
      "5.00 km²",
    ]);
    expect([formatLength(2000, "px"), formatArea(1200, "px")]).toEqual(["2,000 px", "1,200 px²"]);
  });
});
