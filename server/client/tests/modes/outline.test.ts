// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import { OutlineMode } from "../../src/modes/outline";
import type { OutlinesReply } from "../../src/model/wire";
import { TEXTS } from "../../src/texts";
import { square } from "../samples";
import { fakeDesk } from "./fake_desk";

vi.mock("../../src/api");
const answer = vi.mocked(api.outline);
const two = [square(0, 0), square(0, 0, 20)].map((geometry, i) => ({ geometry, quality: 1 - i / 10 }));
const found = (outlines: typeof two, note: string | null = null): OutlinesReply =>
  ({ outlines, note, method: "watershed-cut", elapsed_ms: 1 }) as unknown as OutlinesReply;

describe("outline", () => {
  beforeEach(() => void answer.mockReset());

  it("proposes outlines for a click; Tab turns to the next and Enter draws it", async () => {
    answer.mockResolvedValue(found(two));
    const { desk, olMap, commit } = fakeDesk();
    const mode = new OutlineMode(desk);
    mode.enter();
    olMap.fire("click", [5, 5]);
    await vi.waitFor(() => expect(desk.notice.value).toBe(TEXTS.modes.outlineFound(0, 2)));
    expect(answer).toHaveBeenCalledWith(1, { points: [[5, 5]], negative: [], box: null }, "tree");
    expect(mode.alternative()).toBe(true);
    mode.finish();
    expect(commit.mock.calls[0]![0]!.changes[0]!.after!.geometry).toEqual(square(0, 0, 20));
  });

  it("says that nothing was found, and needs an object before what is not part of it", async () => {
    answer.mockResolvedValue(found([]));
    const { desk, olMap } = fakeDesk();
    new OutlineMode(desk).enter();
    olMap.fire("click", [5, 5], { altKey: true });
    expect(desk.notice.value).toBe(TEXTS.modes.outlineFirst);
    olMap.fire("click", [5, 5]);
    await vi.waitFor(() => expect(desk.notice.value).toBe(TEXTS.modes.outlineNone));
  });

  it("says once how to get better outlines", async () => {
    answer.mockResolvedValue(found(two, "Better outlines need more."));
    const { desk, olMap } = fakeDesk();
    new OutlineMode(desk).enter();
    olMap.fire("click", [5, 5]);
    const first = `${TEXTS.modes.outlineFound(0, 2)} Better outlines need more.`;
    await vi.waitFor(() => expect(desk.notice.value).toBe(first));
    olMap.fire("click", [500, 500]);
    await vi.waitFor(() => expect(desk.notice.value).toBe(TEXTS.modes.outlineFound(0, 2)));
  });

  it("keeps an Enter that was pressed while the outline was computed", async () => {
    let reply: (answer: OutlinesReply) => void = () => undefined;
    answer.mockReturnValue(new Promise((resolve) => (reply = resolve)));
    const { desk, olMap, commit } = fakeDesk();
    const mode = new OutlineMode(desk);
    mode.enter();
    mode.finish();
    olMap.fire("click", [5, 5]);
    mode.finish();
    reply(found(two));
    await vi.waitFor(() => expect(commit).toHaveBeenCalledOnce());
    expect(commit.mock.calls[0]![0]!.changes[0]!.after!.geometry).toEqual(square(0, 0));
    // Another click, or Esc, takes it back.
    olMap.fire("click", [500, 500]);
    mode.finish();
    mode.escape();
    reply(found(two));
    await Promise.resolve();
    expect(commit).toHaveBeenCalledOnce();
  });

  it("ignores an answer that comes after Esc", async () => {
    let reply: (answer: OutlinesReply) => void = () => undefined;
    answer.mockReturnValue(new Promise((resolve) => (reply = resolve)));
    const { desk, olMap } = fakeDesk();
    const mode = new OutlineMode(desk);
    mode.enter();
    olMap.fire("click", [5, 5]);
    expect(mode.escape()).toBe(true);
    reply(found(two));
    await Promise.resolve();
    expect(mode.alternative()).toBe(false);
  });
});
