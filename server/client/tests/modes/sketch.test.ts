// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";

import { SketchMode } from "../../src/modes/sketch";
import { SKETCHES } from "../../src/modes/sketches";
import { TEXTS } from "../../src/texts";
import { sample, square } from "../samples";
import { drag, fakeDesk } from "./fake_desk";

beforeEach(() => sessionStorage.clear());

describe("sketch", () => {
  it("draws a polygon by clicks and ends at its first vertex", () => {
    const { desk, olMap, commit } = fakeDesk();
    new SketchMode(desk, SKETCHES.draw).enter();
    for (const at of [
      [100, 100],
      [200, 100],
      [200, 200],
      [101, 101],
    ] as const)
      olMap.fire("click", at);
    const [change] = commit.mock.calls[0]![0]!.changes;
    expect(change!.after).toMatchObject({ classKey: "tree", state: "accepted" });
    expect(change!.after!.geometry.coordinates[0]).toHaveLength(4);
  });

  it("steps back and forward in the drawing, and leaves redo of the history alone while anything is drawn", () => {
    const { desk, olMap, commit } = fakeDesk();
    const mode = new SketchMode(desk, SKETCHES.draw);
    mode.enter();
    expect(mode.stepForward()).toBe(false);
    for (const [x, y] of [
      [100, 100],
      [200, 100],
      [200, 200],
      [100, 200],
    ] as const)
      olMap.fire("click", [x, y]);
    expect([mode.stepBack(), mode.stepForward(), mode.stepForward()]).toEqual([true, true, true]);
    mode.finish();
    expect(commit.mock.calls[0]![0]!.changes[0]!.after!.geometry.coordinates[0]).toHaveLength(5);
  });

  it("keeps an unfinished drawing for its tool, until Esc", () => {
    const { desk, olMap, commit } = fakeDesk();
    const mode = new SketchMode(desk, SKETCHES.draw);
    mode.enter();
    for (const [x, y] of [
      [100, 100],
      [200, 100],
      [200, 200],
    ] as const)
      olMap.fire("click", [x, y]);
    mode.exit();
    expect(desk.notice.value).toBe(TEXTS.modes.sketchSuspended);
    mode.enter();
    mode.finish();
    expect(commit).toHaveBeenCalledOnce();
    olMap.fire("click", [300, 300]);
    mode.escape();
    mode.exit();
    mode.enter();
    expect(mode.busy).toBe(false);
  });

  it("goes on with what was drawn before a reload", () => {
    const { desk, olMap } = fakeDesk();
    new SketchMode(desk, SKETCHES.draw).enter();
    for (const x of [100, 200]) olMap.fire("click", [x, 100]);
    const again = fakeDesk();
    const mode = new SketchMode(again.desk, SKETCHES.draw);
    mode.enter();
    again.olMap.fire("click", [200, 200]);
    mode.finish();
    expect(again.commit.mock.calls[0]![0]!.changes[0]!.after!.geometry.coordinates[0]).toHaveLength(4);
    // What is finished is not kept.
    expect(new SketchMode(fakeDesk().desk, SKETCHES.draw).busy).toBe(false);
  });

  it("takes four clicks for an object of 8 by 8 screen pixels", () => {
    const { desk, olMap, commit } = fakeDesk();
    const mode = new SketchMode(desk, SKETCHES.draw);
    mode.enter();
    for (const [x, y] of [
      [100, 100],
      [108, 100],
      [108, 108],
      [100, 108],
    ] as const)
      olMap.fire("click", [x, y]);
    mode.finish();
    expect(commit.mock.calls[0]![0]!.changes[0]!.after!.geometry.coordinates[0]).toHaveLength(5);
  });

  it("sets one vertex by a click with Shift, and nothing by a trace of no length", () => {
    const neighbour = sample({ geometry: square(400, 400, 100) });
    const { desk, olMap, commit } = fakeDesk(neighbour);
    const on = { feature: neighbour, ring: 0, index: 0 };
    const at = { position: [400, 400], on };
    desk.snapper.edge = () => at;
    desk.snapper.at = (pointer) => (Math.hypot(pointer[0]! - 400, pointer[1]! - 400) < 8 ? at : { position: pointer });
    const mode = new SketchMode(desk, SKETCHES.draw);
    mode.enter();
    for (const [x, y] of [
      [100, 100],
      [200, 100],
    ] as const)
      olMap.fire("click", [x, y]);
    drag(olMap.interactions[0]!, [[405, 405]], { shiftKey: true });
    olMap.fire("click", [405, 405], { shiftKey: true });
    olMap.fire("pointermove", [402, 402], { ctrlKey: true });
    olMap.fire("click", [402, 402], { ctrlKey: true });
    mode.stepBack();
    mode.stepForward();
    mode.finish();
    expect(commit.mock.calls[0]![0]!.changes[0]!.after!.geometry.coordinates[0]).toHaveLength(4);
  });

  it("lets go of a rectangle when a second finger touches", () => {
    const { desk, olMap, commit } = fakeDesk();
    const mode = new SketchMode(desk, SKETCHES.rectangle);
    mode.enter();
    const span = olMap.interactions[0]!;
    const send = (type: string, x: number, pointers: number): unknown =>
      span.handleEvent!({
        type,
        coordinate: [x, x],
        pixel: [x, x],
        activePointers: Array.from({ length: pointers }),
        originalEvent: { button: 0, buttons: 1, preventDefault: () => undefined },
      });
    send("pointerdown", 100, 1);
    send("pointerdrag", 150, 1);
    expect(mode.busy).toBe(true);
    send("pointerdown", 400, 2);
    send("pointerdrag", 300, 2);
    send("pointerup", 300, 0);
    expect([mode.busy, commit.mock.calls.length]).toEqual([false, 0]);
  });

  it("cuts a hole into the smallest object around it, and says where nothing is drawn", () => {
    const sizes = [500, 200, 400].map((side, i) => sample({ uid: `object-${i}`, geometry: square(100, 100, side) }));
    const { desk, olMap, commit, context } = fakeDesk(...sizes);
    const mode = new SketchMode(desk, SKETCHES.hole);
    mode.enter();
    const pierce = (): void => {
      for (const [x, y] of [
        [150, 150],
        [180, 150],
        [180, 180],
      ] as const)
        olMap.fire("click", [x, y]);
      mode.finish();
    };
    pierce();
    expect(commit.mock.calls[0]![0]!.changes.map((c) => c.uid)).toEqual(["object-1"]);
    desk.selection.set([]);
    Object.assign(context.sight, { near: () => [], undrawn: TEXTS.desk.hidden });
    pierce();
    expect([commit.mock.calls.length, desk.notice.value]).toEqual([1, TEXTS.desk.hidden]);
  });

  it("refuses a bow tie, and repairs it on demand", () => {
    const { desk, olMap, commit } = fakeDesk();
    const mode = new SketchMode(desk, SKETCHES.draw);
    mode.enter();
    for (const at of [
      [100, 100],
      [200, 200],
      [200, 100],
      [100, 200],
    ] as const)
      olMap.fire("click", at);
    mode.finish();
    expect([commit.mock.calls.length, desk.notice.value]).toEqual([
      0,
      TEXTS.modes.refusedDrawing(TEXTS.shapes.crosses),
    ]);
    expect(mode.repair()).toBe(true);
    expect(commit.mock.calls[0]![0]!.changes).toHaveLength(2);
  });

  it("draws a rectangle by a drag, freehand with Shift, and steps back by a vertex", () => {
    const { desk, olMap, commit } = fakeDesk();
    new SketchMode(desk, SKETCHES.rectangle).enter();
    drag(olMap.interactions[0]!, [
      [100, 100],
      [150, 130],
    ]);
    expect(commit.mock.calls[0]![0]!.changes[0]!.after!.geometry.coordinates[0]).toHaveLength(5);
    const free = new SketchMode(desk, SKETCHES.draw);
    free.enter();
    drag(
      olMap.interactions[1]!,
      [
        [300, 300],
        [400, 300],
        [400, 400],
        [300, 400],
      ],
      { shiftKey: true },
    );
    expect(commit).toHaveBeenCalledTimes(2);
    olMap.fire("click", [10, 10]);
    expect([free.stepBack(), free.stepBack(), free.escape()]).toEqual([true, false, false]);
  });

  it("splits the selected object by a line, and says where the line crosses nothing", () => {
    const { desk, olMap, commit } = fakeDesk(sample({ uid: "a", geometry: square(100, 100, 40) }));
    desk.select("a");
    const mode = new SketchMode(desk, SKETCHES.split);
    mode.enter();
    for (const at of [
      [120, 50],
      [120, 200],
    ] as const)
      olMap.fire("click", at);
    mode.finish();
    expect(commit.mock.calls[0]![0]!.changes).toHaveLength(2);
    expect(desk.selection.features).toHaveLength(2);
    desk.selection.set([]);
    for (const at of [
      [600, 50],
      [600, 90],
    ] as const)
      olMap.fire("click", at);
    mode.finish();
    expect(desk.notice.value).toBe(TEXTS.modes.lineCrossesNothing);
  });

  it("cuts a hole into the object around it", () => {
    const { desk, olMap, commit } = fakeDesk(sample({ uid: "a", geometry: square(100, 100, 40) }));
    const mode = new SketchMode(desk, SKETCHES.hole);
    mode.enter();
    for (const at of [
      [110, 110],
      [130, 110],
      [120, 130],
    ] as const)
      olMap.fire("click", at);
    mode.finish();
    expect(commit.mock.calls[0]![0]!.changes[0]!.after!.geometry.coordinates).toHaveLength(2);
  });
});
