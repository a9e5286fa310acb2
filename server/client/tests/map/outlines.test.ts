import { describe, expect, it } from "vitest";

import { beside, pixelRing } from "../../src/map/outlines";

const SQUARE = [10, 10, 30, 10, 30, 30, 10, 30];
const REVERSED = [10, 10, 10, 30, 30, 30, 30, 10];
const rounded = (ring: readonly number[]): number[] => ring.map((v) => Math.round(v * 1e6) / 1e6);

describe("the line beside an outline", () => {
  it("runs outside of it, whichever way it goes", () => {
    expect(rounded(beside(SQUARE, 2))).toEqual([8, 8, 32, 8, 32, 32, 8, 32]);
    expect(rounded(beside(REVERSED, 2))).toEqual([8, 8, 8, 32, 32, 32, 32, 8]);
  });

  it("runs inside of a hole, which is outside of the object", () => {
    expect(rounded(beside(SQUARE, 2, true))).toEqual([12, 12, 28, 12, 28, 28, 12, 28]);
    expect(rounded(beside(REVERSED, 2, true))).toEqual([12, 12, 12, 28, 28, 28, 28, 12]);
  });

  it("does not reach far out at a spike, nor at a line back and forth", () => {
    const far = beside([0, 0, 100, 1, 0, 2], 2);
    expect(Math.max(...far)).toBeLessThan(105);
    expect(beside([0, 0, 100, 0, 0, 0, 50, 0], 2).every(Number.isFinite)).toBe(true);
    expect(beside([5, 5, 5, 5], 2)).toEqual([5, 5, 5, 5]);
  });
});

describe("an outline in pixels", () => {
  it("leaves out corners that cannot be told from the one before", () => {
    const ring = [[0, 0], [0.2, 0], [0.4, 0], [5, 0], [5, 5], [0, 0]]; // prettier-ignore
    expect(pixelRing(ring as never, ([x, y]) => [2 * x!, 2 * y!], 0.9)).toEqual([0, 0, 10, 0, 10, 10]);
  });
});
