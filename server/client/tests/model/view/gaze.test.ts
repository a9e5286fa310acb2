import { describe, expect, it } from "vitest";

import type { PixelBox } from "../../../src/model/ground/seen_ground";
import { Gaze, holds } from "../../../src/model/view/gaze";

const HERE: PixelBox = [0, 0, 100, 100];

describe("a gaze", () => {
  it("has seen what was on the screen for half a second", () => {
    const gaze = new Gaze();
    expect([0, 125, 250, 375].map((at) => gaze.look(at, HERE))).toEqual([null, null, null, null]);
    expect(gaze.look(500, HERE)).toEqual(HERE);
  });

  it("has seen of a moving view what stayed on the screen", () => {
    const gaze = new Gaze();
    const seen = Array.from({ length: 9 }, (_, i) => gaze.look(125 * i, [10 * i, 0, 10 * i + 100, 100]));
    expect(seen[4]).toEqual([40, 0, 100, 100]);
    expect(seen[8]).toEqual([80, 0, 140, 100]);
  });

  it("has seen nothing of a view that leaps, nor across a time in which nobody looked", () => {
    const gaze = new Gaze();
    gaze.look(0, HERE);
    expect(gaze.look(500, [200, 0, 300, 100])).toBeNull();
    expect(gaze.look(625, null)).toBeNull();
    expect(gaze.look(750, HERE)).toBeNull();
    expect(gaze.look(9000, HERE)).toBeNull();
    expect(gaze.look(8000, HERE)).toBeNull(); // a clock that is set back
    expect(gaze.look(8500, HERE)).toEqual(HERE);
  });

  it("tells what lies in what", () => {
    expect([holds(HERE, [1, 1, 99, 99]), holds(HERE, HERE), holds(HERE, [50, 50, 101, 60])]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
