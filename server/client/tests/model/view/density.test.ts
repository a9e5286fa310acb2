import { describe, expect, it } from "vitest";

import { alike, confusable } from "../../../src/model/view/color_vision";
import type { Density } from "../../../src/model/view/density";
import {
  answersFor,
  cellAt,
  cellExtent,
  cellSide,
  cellsIn,
  countIn,
  short,
  widened,
} from "../../../src/model/view/density";
import type { Extent } from "../../../src/model/feature";
import { seeded } from "../../seeded";

const SCENE: Extent = [0, 0, 1000, 1000];
const density: Density = {
  cell: 100,
  origin: [0, 1000],
  changeset: 1,
  cells: [
    [0, 0, 5, 2, 1],
    [3, 4, 70, 0, 0],
    [9, 9, 1, 0, 0],
  ],
};

describe("density", () => {
  it("puts cells right and down of the origin", () => {
    expect(cellExtent(density, density.cells[1]!)).toEqual([300, 500, 400, 600]);
  });

  it("counts the cells that a view touches", () => {
    expect(countIn(density, SCENE)).toBe(79);
    expect(countIn(density, [0, 900, 100, 1000])).toBe(8);
    expect(cellsIn(density, [100, 0, 300, 900])).toEqual([]);
    expect([cellAt(density, [350, 510]), cellAt(density, [250, 510])]).toEqual([density.cells[1], undefined]);
  });

  it("has cells of 64 to 128 screen pixels that stay the same while the zoom changes a little", () => {
    const random = seeded(2);
    for (let i = 0; i < 200; i++) {
      const resolution = 2 ** (random() * 14 - 8);
      const pixels = cellSide([8, 4, 2, 1], resolution) / resolution;
      expect(pixels).toBeGreaterThan(63.99);
      expect(pixels).toBeLessThan(128.01);
    }
    expect(cellSide([8, 4, 2, 1], 4)).toBe(256);
    expect(cellSide([8, 4, 2, 1], 3.1)).toBe(256);
  });

  it("answers for views inside what was asked, as far as there is a scene", () => {
    const asked = widened([400, 400, 600, 500], 0.25, SCENE);
    expect(asked).toEqual([350, 375, 650, 525]);
    expect(answersFor(asked, [360, 380, 560, 480], SCENE)).toBe(true);
    expect(answersFor(asked, [300, 380, 560, 480], SCENE)).toBe(false);
    expect(answersFor(SCENE, [-500, -500, 5000, 5000], SCENE)).toBe(true);
  });

  it("writes numbers that fit", () => {
    expect([0, 999, 1000, 9949, 83112, 999_499, 1_000_000, 12_300_000].map(short)).toEqual([
      "0",
      "999",
      "1.0k",
      "9.9k",
      "83k",
      "999k",
      "1.0M",
      "12M",
    ]);
  });
});

describe("colour vision", () => {
  it("finds pairs that red-green blind people take for one", () => {
    expect(alike("#7f7f00", "#7f7f01")).toBe(true);
    expect(alike("#00a000", "#b07000")).toBe(true);
    expect(alike("#000000", "#ffffff")).toBe(false);
  });

  it("has nothing against the colours that classes are given", () => {
    const palette = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#dddddd"];
    expect(confusable(palette.map((color) => ({ color })))).toBeNull();
    expect(confusable([{ color: "#e69f00" }, { color: "#0072b2" }, { color: "#e69f00" }])).toHaveLength(2);
  });
});
