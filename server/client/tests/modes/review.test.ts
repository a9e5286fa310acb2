// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import { ReviewMode } from "../../src/modes/review";
import { awaits } from "../../src/model/view/review";
import { TEXTS } from "../../src/texts";
import { sample } from "../samples";
import { fakeDesk } from "./fake_desk";

vi.mock("../../src/api");
const items = ["a", "b"].map((uid) => ({ uid, class: "tree", score: 0.5, bbox: [0, 0, 10, 10] as const }));

describe("review", () => {
  it("goes from proposal to proposal until all are decided", async () => {
    vi.mocked(api.queue).mockImplementation((_, __, ___, kind) => Promise.resolve(kind === "unsure" ? [] : items));
    const { desk, context } = fakeDesk(sample({ uid: "a" }), sample({ uid: "b" }));
    desk.mode.set("review");
    const open = new Set(["a", "b"]);
    context.isOpen = (uid) => open.has(uid);
    const mode = new ReviewMode(desk);
    mode.enter();
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("a"));
    open.delete("a");
    mode.decided();
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("b"));
    mode.previous();
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("a"));
    open.delete("b");
    mode.decided();
    expect([desk.selection.empty, desk.notice.value]).toEqual([true, ""]);
    await vi.waitFor(() => expect(context.nextScene.finished).toHaveBeenCalledOnce());
    context.filtering.open = false;
    mode.decided();
    expect(desk.notice.value).toBe(TEXTS.modes.reviewFinished);
    mode.exit();
    expect(desk.review.value).toBeNull();
  });

  it("remembers what is skipped, and loads the tiles of the next two", async () => {
    vi.mocked(api.queue).mockResolvedValue(["a", "b", "c"].map((uid) => ({ ...items[0]!, uid })));
    const { desk, context } = fakeDesk(...["a", "b", "c"].map((uid) => sample({ uid })));
    desk.mode.set("review");
    const mode = new ReviewMode(desk);
    mode.enter();
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("a"));
    expect(context.map.ahead).toHaveBeenLastCalledWith([items[0]!.bbox, items[0]!.bbox]);
    mode.next();
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("b"));
    expect(desk.queue.skipped.value).toEqual(["a"]);
    mode.filtered();
    await vi.waitFor(() => expect(desk.review.value?.items.map(({ uid }) => uid)).toEqual(["b", "c", "a"]));
  });

  it("goes through unsure ones in a queue of their own, whether or not their mark goes", async () => {
    const said = { unsure: true, note: "", confidence: "" } as const;
    vi.mocked(api.queue).mockResolvedValue(items);
    const { desk, context } = fakeDesk(sample({ uid: "a", said }), sample({ uid: "b", said, state: "accepted" }));
    context.isOpen = (uid) => awaits(desk.review.value, uid, desk.workspace.labels.get(uid));
    desk.mode.set("review");
    desk.queue.kind.set("unsure");
    const mode = new ReviewMode(desk);
    mode.enter();
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("a"));
    expect(api.queue).toHaveBeenLastCalledWith(1, "", "surest", "unsure");
    // What something else settles decides nothing here.
    mode.decided();
    expect(desk.selection.single?.uid).toBe("a");
    mode.decided(true);
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("b"));
    mode.decided(true);
    expect(desk.notice.value).toBe(TEXTS.modes.unsureFinished);
    mode.exit();
    expect(desk.queue.kind.value).toBe("proposals");
  });

  it("says what is unsure where only that is left", async () => {
    vi.mocked(api.queue).mockImplementation((_, __, ___, kind) => Promise.resolve(kind === "unsure" ? items : []));
    const { desk, context } = fakeDesk(sample({ uid: "a" }), sample({ uid: "b", state: "accepted" }));
    desk.mode.set("review");
    new ReviewMode(desk).enter();
    await vi.waitFor(() => expect(desk.notice.value).toBe(TEXTS.modes.unsureLeft(1)));
    expect(context.nextScene.finished).not.toHaveBeenCalled();
  });

  it("returns to selecting where the queue cannot be fetched", async () => {
    vi.mocked(api.queue).mockRejectedValue(new Error("down"));
    const { desk } = fakeDesk();
    desk.mode.set("review");
    new ReviewMode(desk).enter();
    await vi.waitFor(() => expect(desk.mode.value).toBe("select"));
    expect(desk.notice.value).toBe(TEXTS.modes.queueFailed);
  });

  it("drops the answer about a queue that another filter has replaced", async () => {
    let late: (items: Awaited<ReturnType<typeof api.queue>>) => void = () => undefined;
    vi.mocked(api.queue).mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
    vi.mocked(api.queue).mockResolvedValueOnce([items[1]!]);
    const { desk } = fakeDesk(sample({ uid: "a" }), sample({ uid: "b" }));
    desk.mode.set("review");
    const mode = new ReviewMode(desk);
    mode.enter();
    mode.filtered();
    await vi.waitFor(() => expect(desk.selection.single?.uid).toBe("b"));
    late([items[0]!]);
    await Promise.resolve();
    expect(desk.review.value?.items).toEqual([items[1]]);
  });

  it("that was left takes no answer, and a failure ends no drawing", async () => {
    for (const answer of [() => Promise.resolve(items), () => Promise.reject(new Error("down"))]) {
      const { desk } = fakeDesk(sample({ uid: "a" }));
      let go: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (go = resolve));
      vi.mocked(api.queue).mockImplementationOnce(() => held.then(answer));
      desk.mode.set("review");
      const mode = new ReviewMode(desk);
      mode.enter();
      mode.exit();
      desk.mode.set("draw");
      go();
      await new Promise((done) => setTimeout(done));
      expect([desk.mode.value, desk.review.value, desk.notice.value]).toEqual(["draw", null, ""]);
    }
  });
});
