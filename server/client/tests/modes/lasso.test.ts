// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { LassoMode } from "../../src/modes/lasso";
import { sample, square } from "../samples";
import { drag, fakeDesk } from "./fake_desk";

const [a, b] = [sample({ uid: "a" }), sample({ uid: "b", geometry: square(50, 0) })];
const RING = [
  [-5, -5],
  [40, -5],
  [40, 20],
  [-5, 20],
] as const;
const TOUCHING = [
  [-5, -5],
  [55, -5],
  [55, 20],
  [-5, 20],
] as const;

describe("lasso", () => {
  it("selects what lies inside; Alt also what it touches, Ctrl removes", () => {
    const { desk, olMap } = fakeDesk(a, b);
    const mode = new LassoMode(desk);
    mode.enter();
    const pointer = olMap.interactions[0]!;
    const selected = (): string[] => desk.selection.features.map((f) => f.uid);
    drag(pointer, TOUCHING);
    expect(selected()).toEqual(["a"]);
    expect(desk.notice.value).toBe("1 object selected.");
    drag(pointer, TOUCHING, { altKey: true });
    expect(selected()).toEqual(["a", "b"]);
    drag(pointer, RING, { ctrlKey: true });
    expect(selected()).toEqual(["b"]);
    drag(pointer, RING, { shiftKey: true });
    expect(selected()).toEqual(["b", "a"]);
    expect([mode.escape(), desk.selection.empty, mode.escape()]).toEqual([true, true, false]);
  });
});
