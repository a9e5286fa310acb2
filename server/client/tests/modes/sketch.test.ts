// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { SketchMode } from "../../src/modes/sketch";
import { SKETCHES } from "../../src/modes/sketches";
import { TEXTS } from "../../src/texts";
import { sample, square } from "../samples";
import { drag, fakeDesk } from "./fake_desk";

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
