// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";

import { Decisions } from "../../src/desk/decisions";
import { oneLine, Saying } from "../../src/desk/saying";
import type { Feature } from "../../src/model/feature";
import { fakeDesk } from "../modes/fake_desk";
import { sample } from "../samples";

function deskOf(...features: Feature[]) {
  const fake = fakeDesk(...features);
  const moved = vi.fn();
  const saying = new Saying(fake.desk, new Decisions(fake.desk, vi.fn()), moved, {
    confidence: false,
    limits: { note: 20 },
  });
  fake.desk.selection.set(features);
  const now = (): Feature[] => features.map((f) => fake.desk.workspace.labels.get(f.uid)!);
  const select = (): void => fake.desk.selection.set(now());
  return { ...fake, saying, moved, now, select };
}

const two = (): Feature[] => [sample({ uid: "object-0" }), sample({ uid: "object-1", state: "accepted" })];

describe("the mark of unsure objects", () => {
  it("is set on all that are selected, then taken from all", () => {
    const { saying, now, select, moved, desk } = deskOf(...two());
    saying.toggleUnsure();
    expect(now().map((f) => [f.state, f.said.unsure])).toEqual([
      ["proposed", true],
      ["accepted", true],
    ]);
    expect([moved.mock.calls.length, desk.notice.value]).toEqual([1, "2 objects marked as unsure."]);
    select();
    saying.toggleUnsure();
    expect(now().some((f) => f.said.unsure)).toBe(false);
    desk.workspace.undo();
    expect(now().every((f) => f.said.unsure)).toBe(true);
  });

  it("needs a selection", () => {
    const { saying, desk, commit } = deskOf();
    saying.toggleUnsure();
    saying.askNote();
    expect([commit.mock.calls.length, saying.noting.value, desk.notice.value]).toEqual([
      0,
      null,
      "Select an object first: click it.",
    ]);
  });
});

describe("a note", () => {
  it("is of the objects that it was begun for, whatever is selected when it is saved", () => {
    const { saying, now, desk } = deskOf(...two());
    saying.askNote();
    desk.selection.set([]);
    expect(saying.note("  <b>roof</b>\nflat ")).toBe(true);
    expect(now().map((f) => f.said.note)).toEqual(["<b>roof</b> flat", "<b>roof</b> flat"]);
    expect(saying.noting.value).toBeNull();
  });

  it("that is too long is refused, and the field stays open", () => {
    const { saying, now } = deskOf(...two());
    saying.askNote();
    expect(saying.note("x".repeat(21))).toBe(false);
    expect([saying.noting.value?.length, now()[0]!.said.note]).toEqual([2, ""]);
    // An emoji is one character, as the server counts.
    expect(saying.note("😀".repeat(20))).toBe(true);
    expect(now()[0]!.said.note).toBe("😀".repeat(20));
  });

  it("has no breaks and no control characters", () => {
    expect(oneLine("\ta\r\nb\u2028c\u0000 ")).toBe("a b c");
  });
});
