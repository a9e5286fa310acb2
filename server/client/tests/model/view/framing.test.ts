import { describe, expect, it } from "vitest";

import { framed, framingScale } from "../../../src/model/view/framing";
import { isWholeScale } from "../../../src/model/view/zoom";

const SCREEN = { width: 1000, height: 800, ratio: 1 };
const GROUND = { extent: [0, 0, 5000, 5000], native_resolution: 0.5 };

describe("framing", () => {
  it("gives an object about a fifth of the view, at a whole ratio of at most 4:1", () => {
    for (const pixels of [3, 20, 50, 77, 130, 400, 3000]) {
      const scale = framingScale(0.3, pixels / 1000);
      expect(isWholeScale(scale)).toBe(true);
      expect(scale).toBeLessThanOrEqual(4);
      if (scale < 4) expect(Math.abs(Math.log2((pixels / 1000) * scale) - Math.log2(1 / 5))).toBeLessThanOrEqual(0.5);
    }
  });

  it("keeps the zoom while the next object fits", () => {
    expect(framingScale(2, 0.06)).toBe(2);
    expect(framingScale(2, 0.25)).toBe(2);
    expect(framingScale(2, 0.4)).toBe(0.5);
    expect(framingScale(2, 0.01)).toBe(4);
    // Whoever went closer than 4:1 for something tiny stays there.
    expect(framingScale(8, 0.001)).toBe(8);
    expect(framingScale(2.86, 0.06)).toBe(4);
  });

  it("puts the object into the middle, but shows the scene rather than what is beyond", () => {
    expect(framed([2490, 2490, 2510, 2510], 1, SCREEN, GROUND)).toEqual({ x: 2500, y: 2500, resolution: 0.125 });
    const { x, y, resolution } = framed([2490, 4850, 2600, 4950], 1, SCREEN, GROUND);
    expect([x, resolution]).toEqual([2545, 0.5]);
    expect(y).toBe(5000 - (800 * 0.5) / 2);
  });

  it("keeps an object at the scene's edge clear of the cards in the corners", () => {
    const { x, y, resolution } = framed([0, 0, 100, 100], 1, SCREEN, GROUND);
    expect((0 - (x - 500 * resolution)) / resolution).toBeCloseTo(190);
    expect((0 - (y - 400 * resolution)) / resolution).toBeCloseTo(60);
  });

  it("shows a scene smaller than the view in the middle, and a point amid its ground", () => {
    const small = { extent: [0, 0, 100, 100], native_resolution: 0.5 };
    expect(framed([40, 45, 50, 55], 1, SCREEN, small)).toMatchObject({ y: 50 });
    expect(framed([2500, 2500, 2500, 2500], 1, SCREEN, GROUND)).toEqual({ x: 2500, y: 2500, resolution: 0.5 });
    const scales = [1 / 4, 2, 8].map((now) => 0.5 / framed([2500, 2500, 2500, 2500], now, SCREEN, GROUND).resolution);
    expect(scales).toEqual([1, 2, 8]);
  });
});
