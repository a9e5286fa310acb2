import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Polygon, Position } from "../../../src/model/feature";
import { area, extentOf } from "../../../src/model/shapes/geometry";
import {
  dragged,
  frameOf,
  isWithin,
  outlineOfFrame,
  positionIn,
  SCALES,
  widened,
} from "../../../src/model/labels/frame";
import { rotate } from "../../../src/model/shapes/transform";
import { square } from "../../samples";

const box: Polygon = {
  type: "Polygon",
  coordinates: [
    [
      [0, 0],
      [40, 0],
      [40, 20],
      [0, 20],
      [0, 0],
    ],
  ],
};
const frame = frameOf([box]);
const free = { keep: false, fromMiddle: false };
const drag = (u: -1 | 0 | 1, v: -1 | 0 | 1, dx: number, dy: number, held = free): readonly number[] =>
  extentOf(dragged(frame, { kind: "scale", u, v }, [0, 0], [dx, dy], held)([box])[0]!).map(
    (x) => Math.round(x * 1e6) / 1e6,
  );

describe("frame", () => {
  it("lies along one outline, along the axes around several", () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (angle) => {
        const [turned] = rotate([box], [5, 5], angle) as [Polygon];
        const around = frameOf([turned]);
        expect(around.width * around.height).toBeCloseTo(800, 6);
        expect(Math.abs(around.angle)).toBeLessThanOrEqual(Math.PI / 4 + 1e-9);
        expect(isWithin(widened(around, 1e-6, 0), turned.coordinates[0]![1]!)).toBe(true);
      }),
      { seed: 6 },
    );
    expect(frameOf([square(0, 0, 10), square(20, 5, 10)])).toEqual({
      middle: [15, 7.5],
      angle: 0,
      width: 30,
      height: 15,
    });
    expect(area(outlineOfFrame(widened(frame, 5, 60)))).toBe(60 * 60);
    expect(positionIn(frame, 0, 1, 7)).toEqual([20, 27]);
    expect(SCALES).toHaveLength(8);
  });

  it("scales from the opposite side, from the middle, and in proportion", () => {
    expect(drag(1, 1, 40, 10)).toEqual([0, 0, 80, 30]);
    expect(drag(-1, 0, -10, 99)).toEqual([-10, 0, 40, 20]);
    expect(drag(1, 0, 10, 0, { keep: false, fromMiddle: true })).toEqual([-10, 0, 50, 20]);
    expect(drag(1, 1, 40, 20, { keep: true, fromMiddle: false })).toEqual([0, 0, 80, 40]);
    expect(drag(0, 1, 5, 20, { keep: true, fromMiddle: true })).toEqual([-40, -20, 80, 40]);
    // Never to nothing and never inside out.
    expect(drag(1, 0, -500, 0)).toEqual([0, 0, 0.8, 20]);
  });

  it("turns freely or by 15°, moves freely or along one direction", () => {
    const [x, y] = frame.middle as [number, number];
    const at = (angle: number): Position => [x + Math.cos(angle), y + Math.sin(angle)];
    const [turned] = dragged(frame, { kind: "rotate" }, at(0.1), at(0.1 + 0.5), { ...free, keep: true })([box]);
    expect(frameOf([turned!]).angle).toBeCloseTo(Math.PI / 6, 9);
    const [loose] = dragged(frame, { kind: "rotate" }, at(3), at(3.3), free)([box]);
    expect(frameOf([loose!]).angle).toBeCloseTo(0.3, 9);
    const moved = (keep: boolean): readonly number[] =>
      extentOf(dragged(frame, { kind: "move" }, [1, 1], [8, 3], { ...free, keep })([box])[0]!);
    expect(moved(false)).toEqual([7, 2, 47, 22]);
    expect(moved(true)).toEqual([7, 0, 47, 20]);
  });
});
