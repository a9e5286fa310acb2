// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { SelectMode } from "../../src/modes/select";
import { sample, square } from "../samples";
import { fakeDesk } from "./fake_desk";

const [a, b] = [sample({ uid: "a" }), sample({ uid: "b", geometry: square(50, 0) })];

describe("select", () => {
  it("selects what is clicked, adds with Shift, and clears on empty ground", () => {
    const { desk, olMap } = fakeDesk(a, b);
    new SelectMode(desk).enter();
    olMap.fire("click", [5, 5]);
    expect(desk.selection.single?.uid).toBe("a");
    olMap.fire("click", [55, 5], { shiftKey: true });
    expect(desk.selection.features.map((f) => f.uid)).toEqual(["a", "b"]);
    olMap.fire("click", [55, 5], { shiftKey: true });
    expect(desk.selection.single?.uid).toBe("a");
    olMap.fire("click", [500, 500]);
    expect(desk.selection.empty).toBe(true);
  });

  it("gives up the vertices first, then the selection", () => {
    const { desk } = fakeDesk(a);
    const mode = new SelectMode(desk);
    mode.enter();
    desk.selection.set([a]);
    desk.selection.selectAllVertices();
    expect(desk.selection.vertices).toHaveLength(4);
    expect([mode.escape(), desk.selection.vertices.length, desk.selection.features.length]).toEqual([true, 0, 1]);
    expect([mode.escape(), desk.selection.empty, mode.escape()]).toEqual([true, true, false]);
  });

  it("leaves the map as it found it", () => {
    const { desk, olMap, edit } = fakeDesk(a);
    const mode = new SelectMode(desk);
    mode.enter();
    mode.exit();
    expect([olMap.listening, olMap.interactions.length, edit.editable]).toEqual([0, 0, false]);
  });
});
