import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Hiding } from "../../src/desk/hiding";

describe("hiding", () => {
  const bulk = { shown: true };
  const edit = { shown: true };
  const pins = { shown: true };
  const hiding = new Hiding({ bulk, edit, pins } as never);
  const hold = (milliseconds: number): void => {
    hiding.press();
    vi.advanceTimersByTime(milliseconds);
    hiding.letGo();
  };
  const shown = (): readonly [boolean, boolean, boolean] => [bulk.shown, edit.shown, hiding.bare.value];

  beforeEach(() => {
    vi.useFakeTimers();
    bulk.shown = edit.shown = pins.shown = true;
  });

  afterEach(() => void vi.useRealTimers());

  it("hides all while the key is held, and leaves all as it was", () => {
    hiding.press();
    expect(shown()).toEqual([false, false, true]);
    vi.advanceTimersByTime(900);
    hiding.press();
    hiding.letGo();
    expect(shown()).toEqual([true, true, false]);
    bulk.shown = false;
    hold(900);
    expect(shown()).toEqual([false, true, false]);
  });

  it("hides or shows the objects after a tap", () => {
    hold(80);
    expect(shown()).toEqual([false, true, false]);
    hold(80);
    expect(shown()).toEqual([true, true, false]);
  });

  it("takes no notice of a key that was not pressed here", () => {
    hiding.letGo();
    expect(shown()).toEqual([true, true, false]);
  });
});
