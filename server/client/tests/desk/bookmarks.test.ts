// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import { Bookmarks } from "../../src/desk/bookmarks";
import { EVERYTHING } from "../../src/model/view/filter";
import { fakeDesk } from "../modes/fake_desk";
import { sample } from "../samples";

vi.mock("../../src/api");

const kept: api.Bookmark = {
  order: "nearest",
  reviewing: true,
  filter: {
    hidden_classes: ["car", "gone"],
    hidden_states: ["rejected"],
    min_score: 0.5,
    max_score: 1,
    model: "",
    author: "",
    since: "",
    until: "",
    unsure: null,
    noted: null,
  },
  draw_class: "car",
  view: { x: 7, y: 8, resolution: 2 },
  feature: "b",
  skipped: ["a"],
};

function open(readOnly = false) {
  const made = fakeDesk(sample({ uid: "a", state: "proposed" }), sample({ uid: "b", state: "proposed" }));
  made.context.classes.set([{ key: "tree" }, { key: "car" }] as never);
  return { ...made, bookmarks: new Bookmarks(made.desk, { uuid: "p", read_only: readOnly }, () => "ana") };
}

describe("bookmarks", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.clearAllMocks();
  });

  it("send what has changed once it is calm, and on leaving", () => {
    const { desk, bookmarks } = open();
    vi.advanceTimersByTime(9000);
    expect(api.putBookmark).not.toHaveBeenCalled();
    desk.queue.order.set("size");
    desk.queue.skip("a");
    vi.advanceTimersByTime(1000);
    desk.drawClass.set("car");
    vi.advanceTimersByTime(2100);
    expect(vi.mocked(api.putBookmark).mock.calls).toEqual([
      [1, expect.objectContaining({ order: "size", draw_class: "car", skipped: ["a"], author: "ana", project: "p" })],
    ]);
    desk.queue.skip("b");
    bookmarks.close();
    expect(vi.mocked(api.putBookmark).mock.lastCall![1].skipped).toEqual(["a", "b"]);
    desk.queue.skip("a");
    vi.advanceTimersByTime(9000);
    expect(api.putBookmark).toHaveBeenCalledTimes(2);
  });

  it("bring back queue, filter, class and view, but no class that is gone", () => {
    const { desk, context, bookmarks } = open();
    bookmarks.restore(kept, true);
    expect([desk.queue.order.value, desk.queue.skipped.value, desk.queue.at]).toEqual(["nearest", ["a"], "b"]);
    expect([desk.drawClass.value, context.map.view]).toEqual(["car", kept.view]);
    bookmarks.goOn();
    expect(desk.mode.value).toBe("review");
    expect(context.filtering.filter.value).toEqual({
      ...EVERYTHING,
      hiddenClasses: new Set(["car"]),
      hiddenStates: new Set(["rejected"]),
      minScore: 0.5,
    });
    expect(desk.notice.value).not.toBe("");
  });

  it("go on with a review of proposals, not with one of what is unsure", () => {
    const { desk, bookmarks } = open();
    desk.queue.kind.set("unsure");
    desk.mode.set("review");
    vi.advanceTimersByTime(3000);
    desk.queue.kind.set("proposals");
    desk.queue.skip("a");
    bookmarks.close();
    expect(vi.mocked(api.putBookmark).mock.calls.map(([, { reviewing }]) => reviewing)).toEqual([false, true]);
  });

  it("leave the view to a link, and the class where it is gone", () => {
    const { desk, context, bookmarks } = open();
    const { view } = context.map;
    bookmarks.restore({ ...kept, draw_class: "gone" }, false);
    bookmarks.restore(null, true);
    expect([context.map.view, desk.drawClass.value]).toEqual([view, "tree"]);
  });

  it("are not sent to a project that cannot be written", () => {
    const { desk, bookmarks } = open(true);
    desk.queue.skip("a");
    bookmarks.close();
    expect(api.putBookmark).not.toHaveBeenCalled();
  });
});
