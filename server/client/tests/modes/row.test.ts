// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";

import { RowMode } from "../../src/modes/row";
import { TEXTS } from "../../src/texts";
import { sample } from "../samples";
import { fakeDesk } from "./fake_desk";

describe("row", () => {
  it("places as many copies as the wheel says, at the end that was clicked", () => {
    const { desk, olMap, commit } = fakeDesk(sample({ uid: "a" }));
    desk.select("a");
    const mode = new RowMode(desk);
    mode.enter();
    const input = olMap.interactions[0] as { handleEvent: (event: unknown) => boolean };
    const wheel = { type: "wheel", originalEvent: { deltaY: 1, preventDefault: () => undefined } };
    expect(input.handleEvent(wheel)).toBe(false);
    input.handleEvent({ type: "click", coordinate: [105, 5], originalEvent: {} });
    expect(desk.notice.value).toBe(TEXTS.modes.rowCopies(2, true));
    mode.finish();
    const middles = commit.mock.calls[0]![0]!.changes.map(({ after }) => after!.geometry.coordinates[0]![0]![0]);
    expect(middles).toEqual([50, 100]);
    expect(desk.selection.features).toHaveLength(3);
    expect(desk.mode.value).toBe("select");
  });
});
