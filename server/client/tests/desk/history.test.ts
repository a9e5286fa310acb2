// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";

import type { DeskContext } from "../../src/desk/context";
import { History } from "../../src/desk/history";
import type { Mode } from "../../src/desk/mode";
import { accept, reject } from "../../src/model/labels/change";
import { Visit } from "../../src/model/labels/visit";
import { TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";
import { sample } from "../samples";

function historyOf(mode: Partial<Mode> = {}) {
  const feature = sample({ uid: "object-0", state: "proposed" });
  const { desk } = fakeDesk(feature);
  const visit = new Visit({ proposed: 0, accepted: 1, rejected: 0 });
  const { counts } = visit;
  const reveal = vi.fn();
  const whole = { ...desk, visit, map: { ...desk.map, reveal } } as unknown as DeskContext;
  desk.commit(accept([feature]));
  const state = (): string => desk.workspace.labels.get("object-0")!.state;
  return { history: new History(whole, () => mode as Mode), desk, counts, reveal, state };
}

describe("undo and redo", () => {
  it("count, say, select and show what the step left", () => {
    const { history, desk, counts, reveal, state } = historyOf();
    history.undo();
    expect([state(), counts.value.proposed, counts.value.accepted]).toEqual(["proposed", 1, 0]);
    expect(desk.selection.features.map((f) => f.uid)).toEqual(["object-0"]);
    expect(desk.notice.value).not.toBe("");
    history.redo();
    expect([state(), reveal.mock.calls.length]).toEqual(["accepted", 2]);
  });

  it("go back in a drawing first, and not into the history while the key is held", () => {
    const stepBack = vi.fn().mockReturnValueOnce(true).mockReturnValue(false);
    const { history, state } = historyOf({ stepBack });
    history.undo();
    history.undo(true);
    expect(state()).toBe("accepted");
    history.undo();
    expect(state()).toBe("proposed");
  });

  it("ask before they overwrite what somebody else has changed since", () => {
    const { history, desk, state } = historyOf();
    vi.spyOn(desk.workspace, "changedByOther").mockReturnValue(sample({ uid: "object-0" }));
    history.undo();
    expect(state()).toBe("accepted");
    history.question.value!.proceed();
    expect(state()).toBe("proposed");
  });

  it("drop or carry out the step that was asked about, and none that came after the question", () => {
    const { history, desk, state } = historyOf();
    const asked = desk.workspace.next("undo")!;
    vi.spyOn(desk.workspace, "changedByOther").mockReturnValueOnce(sample({ uid: "object-0" }));
    history.undo();
    const question = history.question.value!;
    desk.commit(reject([desk.workspace.labels.get("object-0")!]));
    const later = desk.workspace.next("undo")!;
    question.proceed();
    expect([state(), desk.notice.value]).toEqual(["rejected", TEXTS.desk.stepGone]);
    question.leave();
    expect(desk.workspace.history.value.past).toEqual([later]);
    expect(later).not.toBe(asked);
    history.undo();
    expect(state()).toBe("accepted");
    question.leave();
    expect(desk.workspace.next("redo")).toBe(later);
  });
});
