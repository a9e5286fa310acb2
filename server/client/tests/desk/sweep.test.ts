// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import { Seen } from "../../src/desk/seen";
import { Sweep } from "../../src/desk/sweep";
import { SeenOutbox } from "../../src/model/labels/seen_outbox";
import { TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";

vi.mock("../../src/api");

/** A sweep of 1000 × 1000 pixels by a screen of 500 × 500, whose imagery is there at once. */
async function sweepOf() {
  const { desk, context, olMap } = fakeDesk();
  let size = [500, 500];
  const { view } = context.map;
  Object.assign(context.scene, { width: 1000, height: 1000 });
  Object.assign(olMap, { getSize: () => size, getLayers: () => ({ forEach: vi.fn(), on: vi.fn() }) });
  Object.assign(context.map, {
    toRaster: ([x, y]: number[]) => [x, 1000 - y!],
    showAt: () => undefined,
    scale: 1,
  });
  Object.defineProperty(context.map, "view", {
    get: () => view,
    set: ({ x, y }: { x: number; y: number }) => Object.assign(view, { x, y }),
  });
  Object.defineProperty(context.map, "extent", {
    get: () => [view.x - size[0]! / 2, view.y - size[1]! / 2, view.x + size[0]! / 2, view.y + size[1]! / 2],
  });
  vi.mocked(api.seen).mockResolvedValue({
    cell_px: 16,
    rows: 63,
    cols: 63,
    valid: [0, 63 * 63],
    seen: [],
    mine: [],
    share: 0,
  });
  const add = vi.fn();
  const outbox = Object.assign(new SeenOutbox(localStorage, "p", () => Promise.resolve("saved")), { add });
  const seen = new Seen(desk, { outbox, project: "p", author: () => "ana", readOnly: false }, () => false);
  olMap.fire("rendercomplete", [0, 0]);
  const sweep = new Sweep(desk, seen);
  await sweep.toggle();
  const resize = (to: number[]): void => {
    size = to;
    olMap.fire("change:size", [0, 0]);
  };
  return { desk, olMap, seen, sweep, view, add, resize, at: () => sweep.state.value!.at };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const look = (ms = 700): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe("a sweep", () => {
  it("goes on once the screen has been seen for half a second, and records it", async () => {
    const { sweep, seen, add, at } = await sweepOf();
    expect(sweep.state.value).toMatchObject({ at: 0, done: 0, waits: false });
    expect(sweep.state.value!.plan.screens).toHaveLength(9);
    sweep.next();
    expect([sweep.state.value!.waits, at()]).toEqual([true, 0]);
    await look();
    expect([sweep.state.value!.waits, at(), sweep.state.value!.done]).toEqual([false, 1, 1]);
    expect(add).toHaveBeenCalledWith(1, "ana", expect.arrayContaining([0]));
    await look();
    sweep.next();
    expect(at()).toBe(2);
    sweep.back();
    expect(at()).toBe(1);
    sweep.next();
    expect(at()).toBe(2);
    seen.close();
  });

  it("waits for the imagery, and counts nothing while it is not there", async () => {
    const { sweep, olMap, at, seen } = await sweepOf();
    olMap.fire("loadstart", [0, 0]);
    sweep.next();
    await look(3000);
    expect([at(), sweep.state.value!.waits]).toEqual([0, true]);
    olMap.fire("rendercomplete", [0, 0]);
    await look();
    expect(at()).toBe(1);
    seen.close();
  });

  it("comes back to where one was", async () => {
    const { sweep, view, at, seen } = await sweepOf();
    await look();
    const { x, y } = view;
    Object.assign(view, { x: x + 200 });
    sweep.next();
    expect([view.x, view.y, at()]).toEqual([x, y, 0]);
    sweep.next();
    expect(at()).toBe(1);
    seen.close();
  });

  it("keeps what was seen when the window is resized", async () => {
    const { sweep, resize, at, seen } = await sweepOf();
    await look();
    sweep.next();
    await look();
    resize([300, 300]);
    const { plan, done } = sweep.state.value!;
    expect(plan.screens).toHaveLength(16);
    expect(done).toBeGreaterThan(1);
    expect(plan.isDone(at())).toBe(true);
    seen.close();
  });

  it("ends with a word when all has been seen", async () => {
    const { sweep, desk, seen } = await sweepOf();
    for (let n = 0; n < 9; n++) {
      await look();
      sweep.next();
    }
    expect(sweep.state.value!.done).toBe(9);
    expect(desk.notice.value).toBe(TEXTS.sweep.allSeen(9));
    await sweep.nearest();
    expect(desk.notice.value).toBe(TEXTS.sweep.allSeen(9));
    await sweep.toggle();
    expect(sweep.on).toBe(false);
    seen.close();
  });

  it("says why it cannot begin", async () => {
    const { sweep, desk, seen } = await sweepOf();
    sweep.end();
    vi.mocked(api.seen).mockRejectedValue(new Error("no answer"));
    await sweep.toggle();
    expect([sweep.on, desk.notice.value]).toEqual([false, TEXTS.sweep.failed("no answer")]);
    seen.close();
  });
});
