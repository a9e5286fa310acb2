// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import type { Question } from "../../src/desk/history";
import { Past } from "../../src/desk/past";
import { TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";
import { sample, square } from "../samples";

vi.mock("../../src/api");

beforeEach(() => sessionStorage.clear());

function deskWithPast() {
  const uid = "a".repeat(32);
  const older = sample({ uid, revision: 1 });
  const now = sample({ uid, revision: 3, state: "accepted", geometry: square(5, 5) });
  const versions = [
    { revision: 1, author: "m", time: "", feature: older },
    { revision: 2, author: "ben", time: "", feature: sample({ uid, revision: 2, state: "accepted" }) },
    { revision: 3, author: "ana", time: "", feature: now },
  ];
  vi.mocked(api.versions).mockResolvedValue({ feature: now, versions });
  const { desk, edit, context } = fakeDesk(now);
  desk.classes.set([
    {
      key: "tree",
      name: "Tree",
      color: "#000000",
      hotkey: null,
      shape: "free",
      geometry: "polygon",
      parent: null,
      attributes: [],
    },
  ]);
  Object.assign(edit, { showConflicts: vi.fn() });
  const ask = vi.fn<(question: Question) => void>();
  const past = new Past(desk, () => "ana", ask);
  return { desk, past, ask, versions, now, context };
}

describe("revisions", () => {
  it("are of the selected object, and the key hides them again", async () => {
    const { desk, past, now } = deskWithPast();
    await past.toggleVersions();
    expect([past.shown.value, desk.notice.value]).toEqual([null, TEXTS.past.needsOne]);
    desk.selection.set([now]);
    await past.toggleVersions();
    expect(past.shown.value).toMatchObject({ of: "object", feature: { uid: now.uid } });
    await past.toggleVersions();
    expect(past.shown.value).toBeNull();
  });

  it("are gone back to in one step, which undo takes back", () => {
    const { desk, past, ask, versions, now } = deskWithPast();
    past.revert(versions, versions[1]!);
    expect(ask).not.toHaveBeenCalled();
    expect(desk.workspace.labels.get(now.uid)!.geometry).toEqual(square());
    expect(desk.notice.value).toBe(TEXTS.past.isReverted(2));
    desk.workspace.undo();
    expect(desk.workspace.labels.get(now.uid)!.geometry).toEqual(square(5, 5));
  });

  it("ask first where that undoes somebody else's work, and change nothing that has changed meanwhile", () => {
    const { desk, past, ask, versions, now } = deskWithPast();
    past.revert(versions, versions[0]!);
    expect(ask.mock.calls[0]![0].other.revision).toBe(2);
    expect(desk.workspace.labels.get(now.uid)!.state).toBe("accepted");
    ask.mock.calls[0]![0].proceed();
    expect(desk.workspace.labels.get(now.uid)!.state).toBe("proposed");
    desk.workspace.undo();
    past.revert(versions, versions[0]!);
    desk.workspace.labels.learn([{ ...now, revision: 4 }]);
    ask.mock.calls[1]![0].proceed();
    expect(desk.notice.value).toBe(TEXTS.desk.stepGone);
  });
});

describe("last steps", () => {
  it("are those of the person; one that deleted brings its objects back", async () => {
    const { desk, past, now, context } = deskWithPast();
    const step = {
      changeset: 7, time: "", comment: null, counts: { deleted: 1 }, bbox: [0, 0, 9, 9] as const,
      uids: [now.uid], deleted: [now.uid],
    }; // prettier-ignore
    vi.mocked(api.steps).mockResolvedValue([step]);
    await past.toggleSteps();
    expect(vi.mocked(api.steps).mock.calls[0]).toEqual([1, "ana"]);
    expect(past.shown.value).toEqual({ of: "steps", steps: [step] });
    const gone = { ...now, deleted: true, author: "ana" };
    context.fetch.mockResolvedValue(gone);
    desk.workspace.labels.learn([{ ...gone, revision: 4 }]);
    await past.bringBack(step);
    expect(desk.workspace.labels.get(now.uid)!.deleted).toBe(false);
    expect(desk.selection.features.map(({ uid }) => uid)).toEqual([now.uid]);
  });
});
