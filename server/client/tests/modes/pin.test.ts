// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";

import { PinMode } from "../../src/modes/pin";
import { fakeDesk } from "./fake_desk";

function entered() {
  const { desk, olMap, context } = fakeDesk();
  const mode = new PinMode(desk);
  mode.enter();
  return { mode, olMap, pins: context.pins };
}

describe("pin", () => {
  it("asks where one clicks, but opens the card of a pin that is there", () => {
    const { mode, olMap, pins } = entered();
    olMap.fire("click", [100, 200]);
    expect(pins.ask).toHaveBeenCalledWith([100, 200]);
    pins.chooseAt.mockReturnValue(true);
    olMap.fire("click", [300, 300]);
    expect(pins.ask).toHaveBeenCalledTimes(1);
    mode.exit();
    expect(olMap.listening).toBe(0);
  });

  it("moves what is being written, also onto another pin, and counts as unfinished", () => {
    const { mode, olMap, pins } = entered();
    Object.assign(pins, { isWriting: true, chooseAt: vi.fn(() => true) });
    olMap.fire("click", [100, 200]);
    expect(pins.ask).toHaveBeenCalledWith([100, 200]);
    expect([mode.busy, mode.escape()]).toEqual([true, false]);
  });

  it("asks at the cross that keys move, which begins in the middle of the view", () => {
    const { mode, pins } = entered();
    mode.addPoint();
    expect(pins.ask).not.toHaveBeenCalled();
    mode.nudge(20, -30);
    expect(mode.aimed).toBe(true);
    mode.addPoint();
    expect(pins.ask).toHaveBeenCalledWith([520, 470]);
    expect(mode.aimed).toBe(false);
  });
});
