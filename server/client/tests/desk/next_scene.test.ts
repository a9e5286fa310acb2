// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import { listOrder, rememberListOrder, NextScene } from "../../src/desk/next_scene";
import { accept, invert } from "../../src/model/labels/change";
import type { SceneSummaryReply } from "../../src/model/wire";
import { TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";
import { sample } from "../samples";

vi.mock("../../src/api");

const summary = (id: number, proposed: number): SceneSummaryReply =>
  ({ id, name: `Scene ${id}`, counts: { proposed, accepted: 0, rejected: 0 } }) as SceneSummaryReply;

/** What follows scene 1, whose only proposal is accepted by `decide`; the server counts `others` in the scenes after it. */
function nextSceneOf(...others: number[]) {
  const feature = sample({ uid: "a" });
  const { desk, context } = fakeDesk(feature);
  Object.assign(context.scene, { counts: { proposed: 1, accepted: 0, rejected: 0 } });
  const nextScene = new NextScene(desk);
  const here = (): number => Math.max(0, desk.visit.counts.value.proposed);
  vi.mocked(api.scenes).mockImplementation(() =>
    Promise.resolve([summary(1, here()), ...others.map((count, i) => summary(i + 2, count))]),
  );
  const step = accept([feature])!;
  const decide = (): void => desk.visit.took(step);
  return { desk, context, nextScene, decide, undo: () => desk.visit.took(invert(step)) };
}

const told = (nextScene: NextScene) => vi.waitFor(() => expect(nextScene.end.value?.next).not.toBe("asked"));

beforeEach(() => localStorage.clear());

describe("the end of a scene", () => {
  it("says what was decided and names the next scene, which Enter opens once", async () => {
    const { nextScene, decide } = nextSceneOf(0, 63);
    expect(nextScene.end.value).toBeNull();
    decide();
    expect([nextScene.end.value!.next, nextScene.finish()]).toEqual(["asked", false]);
    await told(nextScene);
    expect(nextScene.end.value).toMatchObject({
      done: { accepted: 1, rejected: 0, drawn: 0 },
      next: { scene: { id: 3, counts: { proposed: 63 } }, wrapped: false },
    });
    expect([nextScene.finish(), nextScene.wanted.value, nextScene.finish()]).toEqual([true, { scene: 3 }, false]);
  });

  it("names no scene where none is left, and Enter is for others", async () => {
    const { nextScene, decide } = nextSceneOf(0, 0);
    decide();
    await told(nextScene);
    expect([nextScene.end.value!.next, nextScene.finish(), nextScene.wanted.value]).toEqual([null, false, null]);
  });

  it("leaves Enter to what is being drawn, and is closed by another tool, Esc and undo", async () => {
    const { desk, context, nextScene, decide, undo } = nextSceneOf(5);
    decide();
    await told(nextScene);
    context.busy = true;
    expect(nextScene.finish()).toBe(false);
    nextScene.proceed();
    expect([desk.notice.value, nextScene.wanted.value]).toEqual([TEXTS.desk.unfinished, null]);
    context.busy = false;
    undo();
    expect(nextScene.end.value).toBeNull();
    decide();
    expect([nextScene.dismiss(), nextScene.dismiss()]).toEqual([true, false]);
    await nextScene.finished();
    expect(nextScene.end.value).not.toBeNull();
    desk.mode.set("draw");
    expect(nextScene.end.value).toBeNull();
  });

  it("offers the scene again where proposals came meanwhile, unless edits still wait", async () => {
    const { desk, context, nextScene, decide } = nextSceneOf(0);
    vi.mocked(api.scenes).mockResolvedValue([summary(1, 3)]);
    decide();
    await told(nextScene);
    expect(nextScene.end.value!.next).toMatchObject({ scene: { id: 1 } });
    nextScene.dismiss();
    Object.assign(context.workspace, { saved: () => Promise.resolve(false) });
    await nextScene.finished();
    expect(nextScene.end.value!.next).toBeNull();
    expect(desk.notice.value).toBe("");
  });

  it("says that the server does not answer", async () => {
    const { desk, nextScene, decide } = nextSceneOf(5);
    vi.mocked(api.scenes).mockRejectedValue(new Error("down"));
    decide();
    await told(nextScene);
    expect([nextScene.end.value!.next, nextScene.finish()]).toEqual(["failed", false]);
    await nextScene.go(1);
    expect([desk.notice.value, nextScene.wanted.value]).toEqual([TEXTS.nextScene.failed, null]);
  });
});

describe("the next and the previous unfinished scene", () => {
  it("are opened, round the end with a word", async () => {
    const { desk, nextScene } = nextSceneOf(0, 4, 7);
    await nextScene.go(1);
    expect([nextScene.wanted.value, desk.notice.value]).toEqual([{ scene: 3 }, ""]);
    await nextScene.go(-1);
    expect([nextScene.wanted.value, desk.notice.value]).toEqual([{ scene: 4 }, TEXTS.nextScene.fromTheEnd]);
  });

  it("are not opened where there is none, or something was begun meanwhile", async () => {
    const { desk, context, nextScene, decide } = nextSceneOf(0);
    await nextScene.go(1);
    expect(desk.notice.value).toBe(TEXTS.nextScene.onlyThis);
    decide();
    await nextScene.go(-1);
    expect(desk.notice.value).toBe(TEXTS.nextScene.nothingLeft);
    vi.mocked(api.scenes).mockResolvedValue([summary(2, 4)]);
    const going = nextScene.go(1);
    context.busy = true;
    await going;
    expect([desk.notice.value, nextScene.wanted.value]).toEqual([TEXTS.desk.unfinished, null]);
  });

  it("are not opened after the scene was left", async () => {
    const { nextScene } = nextSceneOf(4);
    const going = nextScene.go(1);
    nextScene.close();
    await going;
    expect(nextScene.wanted.value).toBeNull();
  });

  it("follow the order that the list was given", () => {
    expect(listOrder()).toBe("added");
    rememberListOrder("newest");
    expect(listOrder()).toBe("newest");
    localStorage.setItem("geoengine/scene-order", "toString");
    expect(listOrder()).toBe("added");
  });
});
