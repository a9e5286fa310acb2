// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../../src/api";
import { Pairs } from "../../src/desk/pairs";
import { areApart } from "../../src/model/labels/pairs";
import { ReviewMode } from "../../src/modes/review";
import { TEXTS } from "../../src/texts";
import { fakeDesk } from "../modes/fake_desk";
import { sample, square } from "../samples";

vi.mock("../../src/api");

const bbox = [0, 0, 30, 30] as const;
const item = (uid: string, other: string) => ({
  uid,
  other,
  class: "tree",
  score: 0.9,
  bbox,
  overlap: 0.6,
  inside: 0.8,
});

beforeEach(() => sessionStorage.clear());

/** Three squares over each other in review, and two pairs of them. */
async function reviewed() {
  const features = ["a", "b", "c"].map((uid, i) => sample({ uid, geometry: square(2 * i, 0, 20) }));
  vi.mocked(api.queue).mockResolvedValue([item("a", "b"), item("b", "c")]);
  const { desk, context } = fakeDesk(...features);
  const { labels } = desk.workspace;
  const isProposed = (uid: string): boolean => !labels.get(uid)!.deleted && labels.get(uid)!.state === "proposed";
  context.isOpen = (uid: string, other?: string | null) =>
    isProposed(uid) && (!other || (isProposed(other) && !areApart(labels.get(uid), labels.get(other))));
  desk.queue.order.set("overlaps");
  desk.mode.set("review");
  const mode = new ReviewMode(desk);
  const pairs = new Pairs(desk, () => mode.decided(true));
  mode.enter();
  await vi.waitFor(() => expect(pairs.atHand.value?.map(({ uid }) => uid)).toEqual(["a", "b"]));
  const isAtHand = (...uids: string[]): Promise<void> =>
    vi.waitFor(() => expect(pairs.atHand.value?.map(({ uid }) => uid)).toEqual(uids));
  return { desk, pairs, labels, isAtHand, mode };
}

describe("pairs of proposals that overlap", () => {
  it("are both selected; keeping one rejects the other, which undo takes back", async () => {
    const { desk, pairs, labels, isAtHand, mode } = await reviewed();
    expect(desk.selection.features.map(({ uid }) => uid)).toEqual(["a", "b"]);
    pairs.keep(0);
    expect([labels.get("a")!.state, labels.get("b")!.state]).toEqual(["proposed", "rejected"]);
    // b is in the other pair, too.
    await vi.waitFor(() => expect(desk.notice.value).toBe(TEXTS.pairs.none));
    desk.workspace.undo();
    expect(labels.get("b")!.state).toBe("proposed");
    mode.next();
    await isAtHand("b", "c");
  });

  it("are both kept in one step, and do not come again", async () => {
    const { desk, pairs, labels, isAtHand } = await reviewed();
    pairs.keepBoth();
    await isAtHand("b", "c");
    expect(labels.get("a")!.attributes).toEqual({ distinct_from: "b" });
    expect(labels.get("a")!.state).toBe("proposed");
    pairs.keepBoth();
    await vi.waitFor(() => expect(desk.notice.value).toBe(TEXTS.pairs.none));
    expect(desk.workspace.history.value.past.map(({ label }) => label)).toEqual(Array(2).fill(TEXTS.steps.bothKept));
    desk.workspace.undo();
    expect(labels.get("b")!.attributes).toEqual({});
  });

  it("become one accepted object of the larger one's identity", async () => {
    const { desk, pairs, labels } = await reviewed();
    pairs.merge();
    const left = [...labels].filter(({ deleted }) => !deleted);
    expect(left.map(({ uid, state }) => [uid, state])).toEqual([["a", "accepted"], ["c", "proposed"]]); // prettier-ignore
    expect(desk.workspace.history.value.past.length).toBe(1);
  });
});
