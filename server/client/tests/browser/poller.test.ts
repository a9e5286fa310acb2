// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Poller } from "../../src/browser/poller";

let hidden = false;
Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });

function setHidden(value: boolean): void {
  hidden = value;
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("a poller", () => {
  let poller: Poller;
  beforeEach(() => {
    vi.useFakeTimers();
    hidden = false;
  });
  afterEach(() => {
    poller.close();
    vi.useRealTimers();
  });

  it("asks at once and then after the pause that the answer sets", async () => {
    const ask = vi.fn().mockResolvedValueOnce(1000).mockResolvedValue(5000);
    poller = new Poller(ask as () => Promise<number>);
    expect(ask).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(ask).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(4999);
    expect(ask).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it("asks nothing out of sight, and once however often the page comes and goes", async () => {
    const ask = vi.fn().mockResolvedValue(60_000);
    poller = new Poller(ask as () => Promise<number>);
    await vi.advanceTimersByTimeAsync(10);
    setHidden(true);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(ask).toHaveBeenCalledTimes(1);
    for (let i = 0; i < 20; i++) {
      setHidden(i % 2 === 0);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("asks again after an answer that was awaited, never two at once", async () => {
    let answer: (pause: number) => void = () => undefined;
    const ask = vi.fn(() => new Promise<number>((resolve) => (answer = resolve)));
    poller = new Poller(ask);
    void poller.now();
    setHidden(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(ask).toHaveBeenCalledTimes(1);
    answer(60_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("ends", async () => {
    const ask = vi.fn().mockResolvedValue(10);
    poller = new Poller(ask as () => Promise<number>);
    poller.close();
    await vi.advanceTimersByTimeAsync(1000);
    setHidden(false);
    await poller.now();
    expect(ask).toHaveBeenCalledTimes(1);
  });
});
