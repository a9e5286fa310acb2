// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import type { Pin } from "../../src/api";
import { Pins } from "../../src/desk/pins";
import { TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";

vi.mock("../../src/api", async (original) => ({
  HttpError: (await original<typeof api>()).HttpError,
  pins: vi.fn(),
  putPin: vi.fn(),
}));

const PIN: Pin = {
  uid: "pin-00000001",
  x: 100,
  y: 200,
  text: "A road?",
  state: "open",
  revision: 1,
  author: "ana",
  time: "2026-01-01T00:00:00Z",
  asked_by: "ana",
  asked_at: "2026-01-01T00:00:00Z",
};
const open: Pins[] = [];

async function pinsOf(...there: Pin[]) {
  vi.mocked(api.pins).mockResolvedValue(there);
  const { desk, context } = fakeDesk();
  const pins = new Pins(desk, { project: "p", author: () => "ana" }, 500);
  open.push(pins);
  await vi.waitFor(() => expect(pins.all.value).toEqual(there));
  return { pins, desk, context };
}

const conflict = (theirs: Pin): Error => new api.HttpError(409, "changed meanwhile", { pin: theirs });

beforeEach(() => {
  vi.clearAllMocks();
  sessionStorage.clear();
});

afterEach(() => open.splice(0).forEach((pins) => pins.close()));

describe("a question", () => {
  it("is saved at its place, by whom it is", async () => {
    const { pins, desk } = await pinsOf();
    pins.ask([300, 400]);
    vi.mocked(api.putPin).mockResolvedValue(PIN);
    await pins.save("  A\nroad? ");
    const [scene, body] = vi.mocked(api.putPin).mock.calls[0]!;
    expect([scene, body]).toMatchObject([1, { x: 300, y: 400, text: "A road?", state: "open", revision: 0 }]);
    expect(body).toMatchObject({ project: "p", author: "ana" });
    expect([pins.all.value, pins.writing.value, desk.notice.value]).toEqual([[PIN], null, TEXTS.pins.saved]);
    expect(sessionStorage.length).toBe(0);
  });

  it("stays with what is typed where saving fails, and is the same pin the next time", async () => {
    const { pins } = await pinsOf();
    pins.ask([300, 400]);
    vi.mocked(api.putPin).mockRejectedValueOnce(new Error("no answer"));
    await pins.save("A road?");
    expect([pins.isWriting, pins.failure.value]).toEqual([true, TEXTS.pins.failed(TEXTS.pins.noAnswer)]);
    vi.mocked(api.putPin).mockResolvedValue(PIN);
    await pins.save("A road?");
    const [first, second] = vi.mocked(api.putPin).mock.calls.map(([, body]) => body);
    expect(second).toEqual(first);
    expect(pins.isWriting).toBe(false);
  });

  it("is kept when the scene is left, and moves with another click", async () => {
    const { pins } = await pinsOf();
    pins.ask([300, 400]);
    pins.typed("A ro");
    pins.ask([310, 410]);
    pins.close();
    const { pins: again } = await pinsOf();
    expect(again.writing.value).toMatchObject({ x: 310, y: 410, text: "A ro", revision: 0 });
    again.giveUp();
    const { pins: third } = await pinsOf();
    expect(third.writing.value).toBeNull();
  });

  it("is about a place on the scene, and not empty or too long", async () => {
    const { pins, desk } = await pinsOf();
    pins.ask([-50, 400]);
    expect([pins.isWriting, desk.notice.value]).toEqual([false, TEXTS.pins.outside]);
    pins.ask([300, 400]);
    await pins.save("  ");
    expect(pins.failure.value).toBe(TEXTS.pins.blank);
    await pins.save("x".repeat(501));
    expect(api.putPin).not.toHaveBeenCalled();
  });

  it("that somebody else has changed is not overwritten unread", async () => {
    const { pins } = await pinsOf(PIN);
    pins.goTo(PIN);
    pins.edit();
    const theirs: Pin = { ...PIN, text: "A wall?", state: "removed", revision: 3, author: "ben" };
    vi.mocked(api.putPin).mockRejectedValueOnce(conflict(theirs));
    await pins.save("A path?");
    expect([pins.isWriting, pins.failure.value]).toEqual([true, TEXTS.pins.changed(theirs)]);
    expect(pins.all.value).toEqual([]);
    vi.mocked(api.putPin).mockResolvedValue({ ...PIN, text: "A path?", revision: 4 });
    await pins.save("A path?");
    expect(vi.mocked(api.putPin).mock.calls[1]![1]).toMatchObject({ revision: 3, state: "open", text: "A path?" });
  });
});

describe("a pin", () => {
  it("is resolved, removed and brought back from its card", async () => {
    const { pins, desk } = await pinsOf(PIN);
    pins.goTo(PIN);
    vi.mocked(api.putPin).mockImplementation((_, body) =>
      Promise.resolve({ ...PIN, state: body.state ?? "open", revision: body.revision! + 1 }),
    );
    await pins.turn("resolved");
    expect([pins.chosen.value?.state, pins.listed, desk.notice.value]).toEqual([
      "resolved",
      [],
      TEXTS.pins.turned.resolved,
    ]);
    await pins.turn("removed");
    expect([pins.chosen.value?.revision, pins.all.value]).toEqual([3, []]);
    await pins.turn("open");
    expect([pins.chosen.value?.revision, pins.all.value.length]).toEqual([4, 1]);
    expect([pins.dismiss(), pins.dismiss()]).toEqual([true, false]);
  });

  it("says where somebody else was faster, and what else went wrong", async () => {
    const { pins, desk } = await pinsOf(PIN);
    pins.goTo(PIN);
    const theirs: Pin = { ...PIN, state: "resolved", revision: 2, author: "ben" };
    vi.mocked(api.putPin).mockRejectedValueOnce(conflict(theirs));
    await pins.turn("removed");
    expect([pins.chosen.value, desk.notice.value]).toEqual([theirs, TEXTS.pins.changed(theirs)]);
    vi.mocked(api.putPin).mockRejectedValueOnce(new Error("no answer"));
    await pins.turn("open");
    expect([pins.chosen.value, desk.notice.value]).toEqual([theirs, TEXTS.pins.failed(TEXTS.pins.noAnswer)]);
  });

  it("is chosen where its marker is seen, and gone through while it is open", async () => {
    const other = { ...PIN, uid: "pin-00000002", x: 500, state: "resolved" as const };
    const { pins, desk, context } = await pinsOf(PIN, other);
    expect([pins.chooseAt([101, 215]), pins.chosen.value]).toEqual([true, PIN]);
    expect([pins.chooseAt([501, 215]), pins.chosen.value]).toEqual([false, null]);
    pins.shown = false;
    expect(pins.chooseAt([101, 215])).toBe(false);
    await pins.next();
    expect([pins.chosen.value, context.map.view]).toEqual([PIN, { x: 100, y: 200, resolution: 1 }]);
    pins.all.set([other]);
    await pins.next();
    expect(desk.notice.value).toBe(TEXTS.pins.noneOpen);
  });
});

it("says why the questions are not there", async () => {
  vi.mocked(api.pins).mockRejectedValue(new Error("no answer"));
  const pins = new Pins(fakeDesk().desk, { project: "p", author: () => "ana" }, 500);
  open.push(pins);
  await vi.waitFor(() => expect(pins.missing.value).toBe(TEXTS.pins.noAnswer));
});
