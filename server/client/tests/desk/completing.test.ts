// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import { Completing } from "../../src/desk/completing";
import type { Seen } from "../../src/desk/seen";
import { SeenOutbox } from "../../src/model/labels/seen_outbox";
import type { CompletionReply } from "../../src/model/wire";
import { TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";

vi.mock("../../src/api", async (original) => ({
  HttpError: (await original<typeof api>()).HttpError,
  complete: vi.fn(),
  completions: vi.fn(),
}));

const WORD: CompletionReply = {
  complete: true,
  author: "ana",
  time: "2026-01-01T00:00:00Z",
  share: 1,
  missing: [],
  area: null,
};

function completingOf() {
  const { desk, context } = fakeDesk();
  Object.assign(context.scene, { complete: null, complete_areas: [] });
  const saved = vi.fn(() => Promise.resolve(true));
  const outbox = new SeenOutbox(localStorage, "p", () => Promise.resolve("saved"));
  const searcher = { outbox, project: "p", author: () => "ana", readOnly: false };
  return { desk, context, saved, completing: new Completing(desk, searcher, { saved } as unknown as Seen) };
}

beforeEach(() => vi.clearAllMocks());

describe("marking a scene complete", () => {
  it("sends what was seen first, and keeps what the server said", async () => {
    const { completing, saved, desk } = completingOf();
    const told = { complete: WORD, areas: [], share: 1, min_seen: 0.95, history: [WORD] };
    vi.mocked(api.complete).mockResolvedValue(told);
    await completing.say(true);
    expect(saved).toHaveBeenCalledBefore(vi.mocked(api.complete));
    expect(api.complete).toHaveBeenCalledWith(1, { project: "p", author: "ana", complete: true, area: null });
    expect(completing.state.value).toEqual({ complete: WORD, areas: [], refused: null, asks: false });
    expect([completing.history.value, desk.notice.value]).toEqual([[WORD], TEXTS.complete.done]);
  });

  it("says why it cannot be yet, and what else went wrong", async () => {
    const { completing, desk } = completingOf();
    vi.mocked(api.complete).mockRejectedValue(new api.HttpError(409, "40 % seen, expected 95 %"));
    await completing.say(true);
    expect(completing.state.value).toEqual({
      complete: null,
      areas: [],
      refused: "40 % seen, expected 95 %",
      asks: false,
    });
    vi.mocked(api.complete).mockRejectedValue(new Error("no answer"));
    await completing.say(true);
    expect(completing.state.value.refused).toBeNull();
    expect(desk.notice.value).toBe(TEXTS.complete.failed("no answer"));
  });

  it("is of an area while a gesture ends, and says what came of it", async () => {
    const { completing, context, desk } = completingOf();
    context.busy = true;
    const area = { ...WORD, area: [16, 32, 48, 64] as const };
    vi.mocked(api.complete).mockResolvedValue({
      complete: null,
      areas: [area],
      share: 0.5,
      min_seen: 0.95,
      history: [area],
    });
    await completing.sayOf([20, 40, 40, 60], true);
    expect(vi.mocked(api.complete).mock.calls[0]![1].area).toEqual([20, 40, 40, 60]);
    expect([completing.state.value.areas, desk.notice.value]).toEqual([[area], TEXTS.completeArea.done]);
    vi.mocked(api.complete).mockRejectedValue(new api.HttpError(409, "40 % seen, expected 95 %"));
    await completing.sayOf([20, 40, 40, 60], true);
    expect([completing.state.value.areas, desk.notice.value]).toEqual([[area], "40 % seen, expected 95 %"]);
  });

  it("waits for what is being drawn", async () => {
    const { completing, context, desk } = completingOf();
    context.busy = true;
    await completing.say(true);
    expect([vi.mocked(api.complete).mock.calls.length, desk.notice.value]).toEqual([0, TEXTS.desk.unfinished]);
  });
});
