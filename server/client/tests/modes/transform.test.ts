// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { TransformMode } from "../../src/modes/transform";
import { TEXTS } from "../../src/texts";
import { sample } from "../samples";
import { fakeDesk } from "./fake_desk";

describe("transform", () => {
  it("asks for an object, and lays the frame around what is clicked", () => {
    const { desk, olMap } = fakeDesk(sample({ uid: "a" }));
    const mode = new TransformMode(desk);
    mode.enter();
    expect(desk.notice.value).toBe(TEXTS.modes.selectToTransform);
    olMap.fire("click", [5, 5]);
    expect(desk.selection.single?.uid).toBe("a");
    expect(mode.escape()).toBe(false);
    mode.exit();
    expect([olMap.listening, olMap.layers.length, olMap.interactions.length]).toEqual([0, 0, 0]);
  });
});
