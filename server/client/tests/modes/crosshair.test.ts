// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { Crosshair } from "../../src/modes/crosshair";
import { fakeDesk } from "./fake_desk";

describe("crosshair", () => {
  it("begins in the middle of the view, follows the keys, and stays on the raster", () => {
    const { desk, context } = fakeDesk();
    const cross = new Crosshair(desk.map);
    expect(cross.at).toBeNull();
    expect(cross.move(10, 0, 1)).toEqual([510, 500]);
    expect(context.map.follow).toHaveBeenCalledWith([510, 500]);
    cross.point([2000, 5]);
    expect(cross.at).toEqual([1000, 5]);
    expect(cross.move(-1, 0, 1)).toEqual([999, 5]);
  });

  it("moves a screen pixel at least where the view is far away", () => {
    const { desk, context } = fakeDesk();
    context.map.resolution = 4;
    expect(new Crosshair(desk.map).move(1, -1, 1)).toEqual([504, 496]);
  });
});
