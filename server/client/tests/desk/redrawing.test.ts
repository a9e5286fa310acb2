// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import type { Mode, ModeName } from "../../src/desk/mode";
import type { Position } from "../../src/model/feature";
import { ReviewMode } from "../../src/modes/review";
import { SketchMode } from "../../src/modes/sketch";
import { SKETCHES } from "../../src/modes/sketches";
import { TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";
import { sample, square } from "../samples";

vi.mock("../../src/api");

const CORNERS = [[100, 100], [200, 100], [200, 200], [100, 200]] as const; // prettier-ignore

beforeEach(() => sessionStorage.clear());

/** A desk whose modes are entered and left as those of the page are. */
function deskWithModes(...uids: string[]) {
  const made = fakeDesk(...uids.map((uid, i) => sample({ uid, geometry: square(400 + 50 * i, 400, 20), score: 0.5 })));
  const { desk, context } = made;
  const modes: Partial<Record<ModeName, Mode>> = {
    review: new ReviewMode(desk),
    draw: new SketchMode(desk, SKETCHES.draw),
    rectangle: new SketchMode(desk, SKETCHES.rectangle),
  };
  context.enter = vi.fn((name: ModeName) => {
    modes[desk.mode.value]?.exit();
    desk.mode.set(name);
    modes[name]?.enter();
  });
  const click = (...positions: Position[]): void => positions.forEach((at) => made.olMap.fire("click", at));
  return { ...made, modes, click };
}

describe("redrawing", () => {
  it("replaces the outline of the object at hand in one step, and goes on with the review where it was", async () => {
    const items = ["a", "b", "c"].map((uid) => ({ uid, class: "tree", score: 0.5, bbox: [0, 0, 1, 1] as const }));
    vi.mocked(api.queue).mockResolvedValue(items);
    const { desk, commit, modes, click } = deskWithModes("a", "b", "c");
    desk.enter("review");
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("a"));
    modes.review!.next!();
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("b"));
    const asked = vi.mocked(api.queue).mock.calls.length;
    desk.redrawing.begin();
    expect([desk.mode.value, desk.redrawing.target.value, desk.selection.empty]).toEqual(["draw", "b", true]);
    click(...CORNERS);
    modes.draw!.finish!();
    const [step] = commit.mock.calls[0]!;
    expect([commit.mock.calls.length, step!.label, step!.changes.length]).toEqual([1, TEXTS.steps.redrawn, 1]);
    expect(step!.changes[0]).toMatchObject({ uid: "b", after: { state: "accepted" } });
    expect([desk.mode.value, desk.selection.single?.uid, desk.review.value?.index]).toEqual(["review", "b", 1]);
    expect(vi.mocked(api.queue).mock.calls.length).toBe(asked);
    expect(desk.redrawing.target.value).toBeNull();
    modes.review!.decided!();
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("c"));
  });

  it("goes with any tool that draws, and back without a change by Esc", () => {
    const { desk, commit, modes, click } = deskWithModes("a");
    desk.select("a");
    desk.redrawing.begin();
    desk.enter("rectangle");
    click([100, 100]);
    expect([modes.rectangle!.escape(), desk.mode.value]).toEqual([true, "rectangle"]);
    expect([modes.rectangle!.escape(), desk.mode.value, desk.selection.single?.uid]).toEqual([true, "select", "a"]);
    expect(commit).not.toHaveBeenCalled();
    desk.redrawing.begin();
    desk.enter("rectangle");
    click([100, 100], [150, 160]);
    expect(commit.mock.calls[0]![0]!.changes.map((c) => c.uid)).toEqual(["a"]);
    expect([desk.mode.value, desk.selection.single?.uid]).toEqual(["select", "a"]);
    // The next one drawn is a new object.
    desk.enter("rectangle");
    click([200, 200], [250, 260]);
    expect(commit.mock.calls[1]![0]!.changes[0]!.before).toBeNull();
  });

  it("is still of that object after another tool, and after a reload", () => {
    const { desk, modes, click, commit } = deskWithModes("a");
    desk.select("a");
    desk.redrawing.begin();
    click(...CORNERS);
    desk.enter("select");
    expect(desk.redrawing.target.value).toBeNull();
    desk.enter("draw");
    expect(desk.redrawing.target.value).toBe("a");
    const again = deskWithModes("a");
    again.desk.enter("draw");
    again.modes.draw!.finish!();
    expect(again.commit.mock.calls[0]![0]!.changes.map((c) => c.uid)).toEqual(["a"]);
    modes.draw!.escape();
    expect(commit).not.toHaveBeenCalled();
  });

  it("begins with one object, and not over another drawing", () => {
    const { desk, click } = deskWithModes("a", "b");
    desk.redrawing.begin();
    expect(desk.notice.value).toBe(TEXTS.redrawing.needsOne);
    desk.enter("draw");
    click([100, 100]);
    desk.enter("select");
    desk.select("a");
    desk.redrawing.begin();
    expect([desk.notice.value, desk.mode.value]).toEqual([TEXTS.redrawing.drawingWaits, "select"]);
  });

  it("says so where the object has been deleted meanwhile, and draws a new one on demand", () => {
    const { desk, modes, click, commit } = deskWithModes("a");
    desk.select("a");
    desk.redrawing.begin();
    click(...CORNERS);
    desk.workspace.labels.learn([{ ...sample({ uid: "a" }), deleted: true, revision: 9 }]);
    modes.draw!.finish!();
    expect([desk.notice.value, commit.mock.calls.length]).toEqual([TEXTS.redrawing.deleted, 0]);
    modes.draw!.finish!();
    expect(commit.mock.calls[0]![0]!.changes[0]!.before).toBeNull();
  });
});
