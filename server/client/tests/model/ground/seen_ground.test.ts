import { describe, expect, it } from "vitest";

import { SeenGround } from "../../../src/model/ground/seen_ground";

/** 100 × 40 pixels: 7 columns of 16 px, the last one 4 px wide, and 3 rows; the last column has no valid pixel. */
const ground = (): SeenGround =>
  new SeenGround(
    { cell_px: 16, rows: 3, cols: 7, valid: [0, 6, 1, 6, 1, 6, 1], seen: [1, 1, 19], mine: [21] },
    100,
    40,
  );

describe("seen ground", () => {
  it("reads runs", () => {
    const cells = ground();
    expect(cells.validBounds()).toEqual({ left: 0, right: 6, top: 0, bottom: 3 });
    expect([cells.isUnseen(0, 1, "seen"), cells.isUnseen(0, 1, "mine"), cells.isUnseen(0, 6, "seen")]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("takes cells that lie wholly in a box, those that the border cuts too", () => {
    const cells = ground();
    expect(cells.within([1, 0, 33, 32])).toEqual({ left: 1, top: 0, right: 2, bottom: 2 });
    expect(cells.within([90, 20, 100, 40])).toEqual({ left: 6, top: 2, right: 7, bottom: 3 });
    expect([cells.add([1, 0, 33, 32]), cells.add([1, 0, 33, 32])]).toEqual([true, false]);
    expect(cells.hasUnseen([16, 0, 32, 32], "mine")).toBe(false);
    expect(cells.hasUnseen([0, 0, 32, 32], "mine")).toBe(true);
    cells.add([0, 0, 100, 40]);
    expect(cells.hasUnseen([0, 0, 100, 40], "seen")).toBe(false);
  });
});
