// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { MeasureMode } from "../../src/modes/measure";
import { fakeDesk } from "./fake_desk";

describe("measure", () => {
  it("adds points by clicks, closes at the first one, and clears on Esc", () => {
    const { desk, olMap } = fakeDesk();
    const mode = new MeasureMode(desk);
    mode.enter();
    olMap.fire("click", [100, 100]);
    olMap.fire("click", [200, 100]);
    expect(desk.display.measured.value).toMatchObject({ length: 100, area: null, unit: "px" });
    olMap.fire("click", [200, 200]);
    olMap.fire("click", [101, 101]);
    expect(desk.display.measured.value?.area).toBe(5000);
    expect([mode.escape(), desk.display.measured.value, mode.escape()]).toEqual([true, null, false]);
  });

  it("removes the last point on a step back, and is measured by keys too", () => {
    const { desk, olMap } = fakeDesk();
    const mode = new MeasureMode(desk);
    mode.enter();
    mode.addPoint();
    mode.addPoint();
    mode.nudge(30, 40);
    mode.addPoint();
    expect(desk.display.measured.value?.length).toBeCloseTo(50);
    expect(mode.stepBack()).toBe(true);
    expect(desk.display.measured.value?.length).toBe(0);
    mode.exit();
    expect(olMap.listening).toBe(0);
  });
});
