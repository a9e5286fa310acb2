// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import { listOrder, rememberListOrder, Stream } from "../../src/desk/stream";
import { accept, invert } from "../../src/model/labels/change";
import type { SceneSummaryReply } from "../../src/model/wire";
import { TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";
import { sample } from "../samples";

vi.mock("../../src/api");

const summary = (id: number, proposed: number): SceneSummaryReply =>
  ({ id, name: `Scene ${id}`, counts: { proposed, accepted: 0, rejected: 0 } }) as SceneSummaryReply;

/** The stream of scene 1, whose only proposal is accepted by `decide`; the server counts `others` in the scenes after it. */
function streamOf(...others: number[]) {
  const feature = sample({ uid: "a" });
  const { desk, context } = fakeDesk(feature);
  Object.assign(context.scene, { counts: { proposed: 1, accepted: 0, rejected: 0 } });
  const stream = new Stream(desk);
  const here = (): number => Math.max(0, desk.visit.counts.value.proposed);
  vi.mocked(api.scenes).mockImplementation(() =>
    Promise.resolve([summary(1, here()), ...others.map((count, i) => summary(i + 2, count))]),
  );
  const step = accept([feature])!;
  const decide = (): void => desk.visit.took(step);
  return { desk, context, stream, decide, undo: () => desk.visit.took(invert(step)) };
}

const told = (stream: Stream) => vi.waitFor(() => expect(stream.end.value?.next).not.toBe("asked"));

beforeEach(() => localStorage.clear());

describe("the end of a scene", () => {
  it("says what was decided and names the next scene, which Enter opens once", async () => {
    const { stream, decide } = streamOf(0, 63);
    expect(stream.end.value).toBeNull();
    decide();
    expect([stream.end.value!.next, stream.finish()]).toEqual(["asked", false]);
    await told(stream);
    expect(stream.end.value).toMatchObject({
      done: { accepted: 1, rejected: 0, drawn: 0 },
      next: { scene: { id: 3, counts: { proposed: 63 } }, wrapped: false },
    });
    expect([stream.finish(), stream.wanted.value, stream.finish()]).toEqual([true, { scene: 3 }, false]);
  });

  it("names no scene where none is left, and Enter is for others", async () => {
    const { stream, decide } = streamOf(0, 0);
    decide();
    await told(stream);
    expect([stream.end.value!.next, stream.finish(), stream.wanted.value]).toEqual([null, false, null]);
  });

  it("leaves Enter to what is being drawn, and is closed by another tool, Esc and undo", async () => {
    const { desk, context, stream, decide, undo } = streamOf(5);
    decide();
    await told(stream);
    context.busy = true;
    expect(stream.finish()).toBe(false);
    stream.proceed();
    expect([desk.notice.value, stream.wanted.value]).toEqual([TEXTS.desk.unfinished, null]);
    context.busy = false;
    undo();
    expect(stream.end.value).toBeNull();
    decide();
    expect([stream.dismiss(), stream.dismiss()]).toEqual([true, false]);
    await stream.finished();
    expect(stream.end.value).not.toBeNull();
    desk.mode.set("draw");
    expect(stream.end.value).toBeNull();
  });

  it("offers the scene again where proposals came meanwhile, unless edits still wait", async () => {
    const { desk, context, stream, decide } = streamOf(0);
    vi.mocked(api.scenes).mockResolvedValue([summary(1, 3)]);
    decide();
    await told(stream);
    expect(stream.end.value!.next).toMatchObject({ scene: { id: 1 } });
    stream.dismiss();
    Object.assign(context.workspace, { saved: () => Promise.resolve(false) });
    await stream.finished();
    expect(stream.end.value!.next).toBeNull();
    expect(desk.notice.value).toBe("");
  });

  it("says that the server does not answer", async () => {
    const { desk, stream, decide } = streamOf(5);
    vi.mocked(api.scenes).mockRejectedValue(new Error("down"));
    decide();
    await told(stream);
    expect([stream.end.value!.next, stream.finish()]).toEqual(["failed", false]);
    await stream.go(1);
    expect([desk.notice.value, stream.wanted.value]).toEqual([TEXTS.stream.failed, null]);
  });
});

describe("the next and the previous unfinished scene", () => {
  it("are opened, round the end with a word", async () => {
    const { desk, stream } = streamOf(0, 4, 7);
    await stream.go(1);
    expect([stream.wanted.value, desk.notice.value]).toEqual([{ scene: 3 }, ""]);
    await stream.go(-1);
    expect([stream.wanted.value, desk.notice.value]).toEqual([{ scene: 4 }, TEXTS.stream.fromTheEnd]);
  });

  it("are not opened where there is none, or something was begun meanwhile", async () => {
    const { desk, context, stream, decide } = streamOf(0);
    await stream.go(1);
    expect(desk.notice.value).toBe(TEXTS.stream.onlyThis);
    decide();
    await stream.go(-1);
    expect(desk.notice.value).toBe(TEXTS.stream.nothingLeft);
    vi.mocked(api.scenes).mockResolvedValue([summary(2, 4)]);
    const going = stream.go(1);
    context.busy = true;
    await going;
    expect([desk.notice.value, stream.wanted.value]).toEqual([TEXTS.desk.unfinished, null]);
  });

  it("are not opened after the scene was left", async () => {
    const { stream } = streamOf(4);
    const going = stream.go(1);
    stream.close();
    await going;
    expect(stream.wanted.value).toBeNull();
  });

  it("follow the order that the list was given", () => {
    expect(listOrder()).toBe("added");
    rememberListOrder("newest");
    expect(listOrder()).toBe("newest");
    localStorage.setItem("geoengine/scene-order", "toString");
    expect(listOrder()).toBe("added");
  });
});
