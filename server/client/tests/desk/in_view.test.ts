// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";

import { AllInView } from "../../src/desk/in_view";
import { Signal } from "../../src/model/labels/signal";
import { Visit } from "../../src/model/labels/visit";
import type { Feature } from "../../src/model/feature";
import { passes, EVERYTHING } from "../../src/model/view/filter";
import { fakeDesk } from "../modes/fake_desk";
import { sample } from "../samples";

const EXTENT = [0, 0, 1000, 1000] as const;
const UIDS = ["object-0", "object-1", "object-2"];

afterEach(() => void vi.unstubAllGlobals());

/** A desk whose server answers in turn; what it was asked is recorded. */
function deskOf(complete: boolean, ...answers: (object | number)[]) {
  const features = UIDS.slice(0, 2).map((uid) => sample({ uid }));
  const { desk, context, olMap } = fakeDesk(...features);
  const asked: { path: string; body: Record<string, unknown> | null }[] = [];
  vi.stubGlobal("fetch", (path: string, { body }: RequestInit) => {
    asked.push({ path, body: body ? (JSON.parse(body as string) as Record<string, unknown>) : null });
    const answer = answers.shift() ?? {};
    return typeof answer === "number"
      ? Promise.resolve(new Response(JSON.stringify({ detail: "refused" }), { status: answer }))
      : Promise.resolve(new Response(JSON.stringify(answer)));
  });
  const bulk = {
    ...context.bulk,
    counts: null as object | null,
    drawnWithin: () => [...desk.workspace.labels].filter((f) => !desk.selection.has(f.uid)),
  };
  const filter = new Signal(EVERYTHING);
  Object.assign(context, {
    bulk,
    visit: new Visit({ proposed: 9, accepted: 0, rejected: 0 }),
    filtering: { filter, query: () => "", passes: (f: Feature) => passes(filter.value, f) },
    decisions: { confirm: vi.fn((_: number, __: unknown, proceed: () => void) => proceed()) },
  });
  Object.assign(context.map, { extent: EXTENT });
  const loader = { isComplete: complete, renew: vi.fn(() => []) };
  const requeue = vi.fn();
  const inView = new AllInView(desk, loader, { project: "p", author: () => "ana" }, requeue);
  return { desk, inView, asked, loader, requeue, bulk, olMap, filter };
}

const found = (uids: string[], proposed: number) => ({ uids, proposed, accepted: 3, rejected: 0, changeset: 7 });
const reply = { changeset: 8, replayed: false, decided: 9, newer: 2, left: 3 };

describe("all in view", () => {
  it("is what is drawn where all of it is loaded, and nobody is asked", async () => {
    const { desk, inView, asked } = deskOf(true);
    await inView.select();
    expect([desk.selection.features.map((f) => f.uid), asked]).toEqual([UIDS.slice(0, 2), []]);
  });

  it("is what the server says where it is not, with what waits to be saved", async () => {
    const { desk, inView, asked } = deskOf(false, found(["object-0"], 1));
    await inView.select();
    expect(asked[0]!.path).toBe("/api/scenes/1/uids?bbox=0,0,1000,1000&limit=5000");
    expect(desk.selection.features.map((f) => f.uid)).toEqual(UIDS.slice(0, 2));
  });

  it("is found, and not selected, where it is shown as counts; another view, selection or filter drops it", async () => {
    const { desk, inView, bulk, olMap, filter } = deskOf(false, ...Array.from({ length: 3 }, () => found([], 9)));
    bulk.counts = {};
    await inView.select();
    expect([inView.found.value!.counts, desk.selection.empty]).toEqual([
      { proposed: 9, accepted: 3, rejected: 0 },
      true,
    ]);
    olMap.fire("moveend", [0, 0]);
    expect(inView.found.value).not.toBeNull();
    desk.select("object-0");
    expect(inView.found.value).toBeNull();
    desk.select(null);
    await inView.select();
    filter.set({ ...EVERYTHING, minScore: 0.5 });
    expect(inView.found.value).toBeNull();
    const late = inView.select();
    inView.clear();
    await late;
    expect(inView.found.value).toBeNull();
  });

  it("is selected by nobody where the server does not answer", async () => {
    const { desk, inView } = deskOf(false, 500);
    await inView.select();
    expect(desk.notice.value).toContain("did not answer");
  });
});

describe("a decision of the server", () => {
  it("is one step, which undo takes back and redo makes again", async () => {
    const { desk, inView, asked, loader, requeue, bulk } = deskOf(
      false,
      found([], 9),
      reply,
      { ...reply, changeset: 9 },
      { ...reply, changeset: 10 },
    );
    bulk.counts = {};
    await inView.select();
    inView.decide("accepted", inView.found.value!);
    await vi.waitFor(() => expect(desk.workspace.history.value.past).toHaveLength(1));
    expect(asked[1]!.path).toBe("/api/scenes/1/decisions?bbox=0,0,1000,1000");
    expect(asked[1]!.body).toMatchObject({ state: "accepted", seen: 7, project: "p", author: "ana" });
    expect(desk.notice.value).toBe(
      "9 proposals accepted; 3 decided before left alone. 2 that came or changed meanwhile were left alone.",
    );
    expect(desk.visit.counts.value).toEqual({ proposed: 0, accepted: 9, rejected: 0 });
    expect([inView.found.value, loader.renew.mock.calls, requeue.mock.calls.length]).toEqual([null, [[EXTENT]], 1]);
    const step = desk.workspace.next("undo")!;
    await inView.takeBack("undo", step, step.bulk!);
    expect(asked[2]!.path).toBe("/api/scenes/1/decisions/8/undo");
    expect([desk.visit.counts.value.proposed, desk.workspace.next("undo")]).toEqual([9, null]);
    const again = desk.workspace.next("redo")!;
    await inView.takeBack("redo", again, again.bulk!);
    expect(asked[3]!.path).toBe("/api/scenes/1/decisions/9/undo");
    expect([desk.visit.counts.value.proposed, desk.workspace.next("undo")!.bulk!.changeset]).toEqual([0, 10]);
  });

  it("is sent again with the same token where it fails, and says what a refusal says", async () => {
    vi.useFakeTimers();
    const { desk, inView, asked } = deskOf(false, 503, 503, 422);
    inView.decide("rejected", {
      extent: EXTENT,
      query: "",
      counts: { proposed: 1, accepted: 0, rejected: 0 },
      changeset: 7,
    });
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    expect(new Set(asked.map(({ body }) => body!["token"])).size).toBe(1);
    expect([asked.length, desk.notice.value, desk.workspace.history.value.past]).toEqual([3, "refused", []]);
  });

  it("is of proposals alone", () => {
    const { desk, inView, asked } = deskOf(false);
    inView.decide("accepted", {
      extent: EXTENT,
      query: "",
      counts: { proposed: 0, accepted: 4, rejected: 0 },
      changeset: 7,
    });
    expect([desk.notice.value, asked]).toEqual(["There is no open proposal in view.", []]);
  });
});
