import { describe, expect, it } from "vitest";

import { areaAround, ringOf } from "../../../src/model/ground/pixel_area";
import { SceneGrid } from "../../../src/model/ground/scene_grid";

const GROUND = { width: 100, height: 60, crs: null, units: "m", chart: null, gsd_m: null } as const;
const turned = new SceneGrid({ ...GROUND, transform: [0.6, 0.8, 1000, 0.8, -0.6, 2000] });

describe("an area of pixels", () => {
  it("holds the positions, in whole pixels of the scene", () => {
    const plain = new SceneGrid({ ...GROUND, transform: [2, 0, 1000, 0, -2, 2000] });
    expect(
      areaAround(plain, [
        [1005, 1995],
        [1011, 1980],
      ]),
    ).toEqual([2, 2, 6, 10]);
    expect(
      areaAround(plain, [
        [900, 2100],
        [9000, 0],
      ]),
    ).toEqual([0, 0, 100, 60]);
    expect(
      areaAround(plain, [
        [900, 2100],
        [990, 2010],
      ]),
    ).toBeNull();
  });

  it("comes back from its ring on a turned grid", () => {
    expect(
      areaAround(
        turned,
        ringOf(turned, [16, 32, 48, 60]).map(([x, y]) => [x!, y!]),
      ),
    ).toEqual([16, 32, 48, 60]);
  });
});
