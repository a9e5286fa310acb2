import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { backoff } from "../../../src/model/labels/backoff";
import { accept, draw, reclassify, remove, reshape } from "../../../src/model/labels/change";
import { withClasses } from "../../../src/model/labels/edit";
import { identifier, sequential } from "../../../src/model/labels/identifier";
import type { Entry, Outcome } from "../../../src/model/labels/outbox";
import { Outbox } from "../../../src/model/labels/outbox";
import { LocalStore } from "../../../src/model/labels/local_store";
import { Workspace } from "../../../src/model/labels/workspace";
import { FakeServer, MemoryStore, sample, settle, square } from "../../samples";

const UID = sample().uid;

/** Node's, that runs the tests. */
declare const process: { once(event: "unhandledRejection", listener: () => void): void };

function open(
  server: FakeServer,
  storage = new MemoryStore(),
): { outbox: Outbox; desk: Workspace; storage: MemoryStore } {
  const outbox = new Outbox(storage, server.send);
  const desk = new Workspace(1, outbox, () => "ana");
  desk.labels.learn([...server.features.values()]);
  return { outbox, desk, storage };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("outbox", () => {
  it("saves edits of one feature in order, each on the revision the last one made", async () => {
    const server = new FakeServer(sample());
    const { outbox, desk, storage } = open(server);
    desk.commit(accept([desk.labels.get(UID)!])!);
    desk.commit(reclassify([desk.labels.get(UID)!], "building")!);
    desk.commit(reshape([[desk.labels.get(UID)!, square(2)]])!);
    expect(outbox.status.value).toBe("saving");
    expect(storage.items.size).toBe(3);
    await settle();
    expect(server.sent.map((e) => e.edits[0]!.base)).toEqual([1, 2, 3]);
    expect(outbox.status.value).toBe("saved");
    expect(storage.items.size).toBe(0);
    expect(desk.labels.get(UID)).toMatchObject({
      revision: 4,
      classKey: "building",
      state: "accepted",
      geometry: square(2),
    });
  });

  it("keeps edits while the server is down and sends the same token until it answers", async () => {
    const server = new FakeServer(sample());
    server.down = true;
    const { outbox, desk } = open(server);
    desk.commit(accept([desk.labels.get(UID)!])!);
    await settle();
    expect(outbox.status.value).toBe("offline");
    server.down = false;
    await vi.advanceTimersByTimeAsync(backoff(1));
    expect(outbox.status.value).toBe("saved");
    expect(server.features.get(UID)!.state).toBe("accepted");
  });

  it("goes on saving after what hears of a save has failed", async () => {
    const server = new FakeServer(sample());
    const { outbox, desk } = open(server);
    const heard = vi.fn();
    process.once("unhandledRejection", heard);
    const off = outbox.onSaved(() => {
      throw new Error("a fault of the page");
    });
    desk.commit(accept([desk.labels.get(UID)!])!);
    await vi.waitFor(() => {
      expect(heard).toHaveBeenCalled();
    });
    off();
    desk.commit(reclassify([desk.labels.get(UID)!], "building")!);
    await settle();
    expect(server.features.get(UID)).toMatchObject({ state: "accepted", classKey: "building" });
    expect(outbox.status.value).toBe("saved");
  });

  it("tells of what somebody else has changed before undo overwrites it", async () => {
    const server = new FakeServer(sample());
    const { desk } = open(server);
    desk.commit(reshape([[desk.labels.get(UID)!, square(2)]])!);
    desk.commit(reclassify([desk.labels.get(UID)!], "building")!);
    await settle();
    expect(desk.changedByOther("undo")).toBeNull();
    const theirs = sample({ ...desk.labels.get(UID)!, revision: 9, geometry: square(5), author: "bob" });
    desk.labels.learn([theirs]);
    expect(desk.changedByOther("undo")).toBeNull();
    desk.undo();
    expect(desk.changedByOther("undo")).toMatchObject({ geometry: square(5) });
    desk.drop(desk.next("undo")!);
    expect(desk.undo()).toBeNull();
  });

  it("keeps edits for their own project where another is served", async () => {
    const server = new FakeServer(sample());
    let elsewhere = true;
    const send = (entry: Entry): Promise<Outcome> =>
      elsewhere ? Promise.resolve({ kind: "elsewhere", message: "another" }) : server.send(entry);
    const outbox = new Outbox(new MemoryStore(), send);
    const desk = new Workspace(1, outbox, () => "ana");
    desk.labels.learn([...server.features.values()]);
    desk.commit(accept([desk.labels.get(UID)!])!);
    await settle();
    expect(outbox.status.value).toBe("elsewhere");
    expect(outbox.problems.value).toEqual([]);
    elsewhere = false;
    await vi.advanceTimersByTimeAsync(backoff(1));
    expect(outbox.status.value).toBe("saved");
  });

  it("lets other edits pass where the server fails at one, and tries that again", async () => {
    const others = [1, 2, 3, 4, 5, 6].map((n) => sample({ uid: `other-${n}` }));
    const server = new FakeServer(sample(), ...others);
    server.fails.add(UID);
    const { outbox, desk } = open(server);
    desk.commit(accept([desk.labels.get(UID)!])!);
    desk.commit(reclassify([desk.labels.get(UID)!], "building")!);
    desk.commit(accept([desk.labels.get("other-1")!])!);
    await settle();
    expect(outbox.status.value).toBe("failing");
    expect(outbox.waiting.value).toBe(2);
    expect(server.features.get("other-1")!.state).toBe("accepted");
    server.fails.clear();
    await vi.advanceTimersByTimeAsync(backoff(1));
    expect(outbox.status.value).toBe("saved");
    expect(server.features.get(UID)).toMatchObject({ state: "accepted", classKey: "building", revision: 3 });
    // A server that fails at everything is not asked about everything.
    for (const { uid } of others) server.fails.add(uid);
    server.sent.length = 0;
    server.down = true;
    for (const { uid } of others) desk.commit(reclassify([desk.labels.get(uid)!], "building")!);
    await settle();
    expect(outbox.status.value).toBe("offline");
    server.down = false;
    outbox.retry();
    await settle();
    expect(server.sent).toHaveLength(5);
    expect(outbox.status.value).toBe("failing");
  });

  it("sends what was refused again as it was amended, and with another token", async () => {
    const server = new FakeServer();
    const refusing = async (entry: Entry): Promise<Outcome> =>
      entry.edits.some(({ edit }) => edit.op === "create" && edit.class === "gone")
        ? { kind: "refused", message: "no such class", reason: "unknown-class" }
        : server.send(entry);
    const outbox = new Outbox(new MemoryStore(), refusing);
    const desk = new Workspace(1, outbox, () => "ana");
    desk.commit(draw([{ uid: "drawn-too-late", classKey: "gone", geometry: square(5) }])!);
    await settle();
    const [problem] = outbox.problems.value;
    expect(problem!.reason).toBe("unknown-class");
    outbox.keepMine(problem!, (edit) => withClasses(edit, new Map([["gone", "tree"]])));
    await settle();
    expect(server.features.get("drawn-too-late")!.classKey).toBe("tree");
    expect(server.sent[0]!.token).not.toBe(problem!.entry.token);
    expect(desk.labels.get("drawn-too-late")!.classKey).toBe("tree");
    expect(outbox.status.value).toBe("saved");
  });

  it("applies an edit once when the answer to it was lost", async () => {
    const server = new FakeServer(sample());
    server.loseAnswer = true;
    const { outbox, desk } = open(server);
    desk.commit(accept([desk.labels.get(UID)!])!);
    await settle();
    await vi.advanceTimersByTimeAsync(backoff(1));
    expect(server.sent.map((e) => e.token)).toEqual([server.sent[0]!.token, server.sent[0]!.token]);
    expect(server.features.get(UID)!.revision).toBe(2);
    expect(outbox.status.value).toBe("saved");
  });

  it("survives a reload: the edits are shown again and sent", async () => {
    const server = new FakeServer(sample());
    server.down = true;
    const first = open(server);
    first.desk.commit(accept([first.desk.labels.get(UID)!])!);
    first.desk.commit(draw([{ uid: "drawn-while-offline", classKey: "tree", geometry: square(50) }])!);
    first.desk.commit(reclassify([first.desk.labels.get("drawn-while-offline")!], "building")!);
    await settle();
    const again = open(server, first.storage);
    expect(again.desk.labels.get(UID)!.state).toBe("accepted");
    expect(again.desk.labels.get("drawn-while-offline")!.classKey).toBe("building");
    server.down = false;
    again.outbox.retry();
    await settle();
    expect(server.features.get(UID)!.state).toBe("accepted");
    expect(server.features.get("drawn-while-offline")).toMatchObject({ classKey: "building", revision: 2 });
    expect(again.outbox.status.value).toBe("saved");
  });

  it("asks on a conflict, lets other features pass, and keeps mine on top of theirs", async () => {
    const server = new FakeServer(sample(), sample({ uid: "other" }));
    const { outbox, desk } = open(server);
    server.features.set(UID, sample({ revision: 5, classKey: "building", author: "bob" }));
    desk.commit(reshape([[desk.labels.get(UID)!, square(3)]])!);
    desk.commit(accept([desk.labels.get("other")!])!);
    await settle();
    expect(outbox.status.value).toBe("attention");
    expect(server.features.get("other")!.state).toBe("accepted");
    const [problem] = outbox.problems.value;
    expect(problem!.theirs[0]!.author).toBe("bob");
    outbox.keepMine(problem!);
    await settle();
    expect(server.features.get(UID)).toMatchObject({ revision: 6, classKey: "building", geometry: square(3) });
    expect(desk.labels.get(UID)).toMatchObject({ revision: 6, classKey: "building", geometry: square(3) });
    expect(outbox.status.value).toBe("saved");
  });

  it("takes theirs and forgets mine, undo included", async () => {
    const server = new FakeServer(sample());
    const { outbox, desk } = open(server);
    const theirs = sample({ revision: 5, deleted: true });
    server.features.set(UID, theirs);
    desk.commit(reshape([[desk.labels.get(UID)!, square(3)]])!);
    desk.commit(reclassify([desk.labels.get(UID)!], "building")!);
    await settle();
    desk.takeTheirs(outbox.problems.value[0]!, [theirs]);
    expect(desk.labels.get(UID)).toEqual(theirs);
    expect([...desk.labels]).toEqual([]);
    expect(desk.undo()).toBeNull();
    expect(outbox.status.value).toBe("saved");
  });

  it("restores a feature that somebody deleted, if the analyst keeps theirs", async () => {
    const server = new FakeServer(sample());
    const { outbox, desk } = open(server);
    server.features.set(UID, sample({ revision: 2, deleted: true }));
    desk.commit(reshape([[desk.labels.get(UID)!, square(3)]])!);
    await settle();
    outbox.keepMine(outbox.problems.value[0]!);
    await settle();
    expect(server.features.get(UID)).toMatchObject({ deleted: false, geometry: square(3) });
  });

  it("undoes and redoes across saves, creation included", async () => {
    const server = new FakeServer(sample());
    const { desk } = open(server);
    desk.commit(accept([desk.labels.get(UID)!])!);
    desk.commit(draw([{ uid: "drawn", classKey: "tree", geometry: square(50) }])!);
    await settle();
    desk.undo();
    desk.undo();
    await settle();
    expect(server.features.get("drawn")!.deleted).toBe(true);
    expect(server.features.get(UID)).toMatchObject({ state: "proposed", revision: 3 });
    desk.redo();
    desk.redo();
    expect(desk.redo()).toBeNull();
    await settle();
    expect(server.features.get("drawn")).toMatchObject({ deleted: false, revision: 3 });
    expect(server.features.get(UID)!.state).toBe("accepted");
  });

  it("sends a step whole, and a step of stuck features waits with them", async () => {
    const server = new FakeServer(sample(), sample({ uid: "b" }), sample({ uid: "c" }));
    const { outbox, desk } = open(server);
    const both = (...uids: string[]) => uids.map((uid) => desk.labels.get(uid)!);
    server.features.set(UID, sample({ revision: 5, author: "bob", state: "rejected" }));
    desk.commit(accept(both(UID, "b"))!);
    desk.commit(reclassify(both("b", "c"), "building")!);
    await settle();
    expect(server.features.get("b")).toMatchObject({ revision: 1, classKey: "tree" });
    expect(server.features.get("c")!.revision).toBe(1);
    expect(outbox.problems.value).toHaveLength(1);
    outbox.keepMine(outbox.problems.value[0]!);
    await settle();
    expect(server.features.get(UID)).toMatchObject({ revision: 6, state: "accepted" });
    expect(server.features.get("b")).toMatchObject({ revision: 3, classKey: "building", state: "accepted" });
    expect(server.features.get("c")).toMatchObject({ revision: 2, classKey: "building" });
    expect(outbox.status.value).toBe("saved");
  });

  it("gives up a step with all that builds on it", async () => {
    const server = new FakeServer(sample(), sample({ uid: "b" }), sample({ uid: "c" }), sample({ uid: "d" }));
    const { outbox, desk, storage } = open(server);
    const some = (...uids: string[]) => uids.map((uid) => desk.labels.get(uid)!);
    const theirs = sample({ revision: 5, author: "bob" });
    server.features.set(UID, theirs);
    desk.commit(remove(some(UID, "b"))!);
    desk.undo();
    desk.commit(reclassify(some("b", "c"), "building")!);
    desk.commit(accept(some("d"))!);
    await settle();
    expect(server.features.get("d")!.state).toBe("accepted");
    const [problem] = outbox.problems.value;
    expect(outbox.blockedBy(problem!)).toEqual(new Set([UID, "b", "c"]));
    desk.takeTheirs(problem!, [theirs, sample({ uid: "b" }), sample({ uid: "c" })]);
    expect(storage.items.size).toBe(0);
    expect(outbox.status.value).toBe("saved");
    expect(desk.labels.get(UID)).toEqual(theirs);
    expect(desk.labels.get("c")!.classKey).toBe("tree");
    expect(desk.undo()!.changes.map((c) => c.uid)).toEqual(["d"]);
  });

  it("waits longer and longer, but never long", () => {
    expect([1, 2, 3, 9].map(backoff)).toEqual([500, 1000, 2000, 10_000]);
  });
});

describe("storage", () => {
  class MemoryStorage implements Storage {
    readonly #items = new Map<string, string>();
    [name: string]: unknown;
    get length(): number {
      return this.#items.size;
    }
    key(i: number): string | null {
      return [...this.#items.keys()][i] ?? null;
    }
    getItem(key: string): string | null {
      return this.#items.get(key) ?? null;
    }
    setItem(key: string, value: string): void {
      this.#items.set(key, value);
    }
    removeItem(key: string): void {
      this.#items.delete(key);
    }
    clear(): void {
      this.#items.clear();
    }
  }

  const entry = (id: string) => ({
    id,
    token: identifier(),
    sceneId: 1,
    author: "ana",
    edits: [{ base: 1, edit: { op: "delete" as const, uid: UID } }],
  });

  it("gives entries back in order, per project, and says when it is full", () => {
    const storage = new MemoryStorage();
    const [one, two] = [new LocalStore(storage, "one", "Town"), new LocalStore(storage, "two", "Town")];
    const entries = [entry(sequential()), entry(sequential()), entry(sequential())];
    one.put(entries[2]!);
    one.put(entries[0]!);
    two.put(entries[1]!);
    expect(one.load()).toEqual([entries[0], entries[2]]);
    one.remove(entries[0]!.id);
    expect(one.load()).toEqual([entries[2]]);
    storage.setItem = () => {
      throw new Error("quota");
    };
    one.put(entries[0]!);
    expect(one.trouble.value.unstored).toEqual([entries[0]]);
    delete (storage as Partial<MemoryStorage>)["setItem"];
    one.remove(entries[2]!.id);
    expect(one.trouble.value.unstored).toEqual([]);
    expect(one.load()).toEqual([entries[0]]);
  });

  it("sets aside what is no edit of the project, and gives the rest", () => {
    const storage = new MemoryStorage();
    const good = entry("7");
    const put = (id: string, value: unknown): void =>
      storage.setItem(`geoengine/outbox/one/${id}`, typeof value === "string" ? value : JSON.stringify(value));
    put("1", "null");
    put("2", "{broken");
    put("3", { ...entry("3"), edits: [] });
    put("4", { ...entry("4"), edits: [{ base: 1, edit: { op: "update", uid: UID, geometry: { type: "Polygon" } } }] });
    put("5", entry("another id"));
    put("6", "[]");
    put("7", good);
    storage.setItem("geoengine/outbox/Town/1", JSON.stringify(entry("1")));
    storage.setItem("geoengine/outbox/two/1", JSON.stringify(entry("1")));
    const store = new LocalStore(storage, "one", "Town");
    expect(store.load()).toEqual([good]);
    expect(store.trouble.value.setAside.map(({ key }) => key.slice(17))).toEqual([
      "Town/1",
      ...["1", "2", "3", "4", "5", "6"].map((id) => `one/${id}`),
    ]);
    store.forgetSetAside();
    expect(storage.length).toBe(2);
  });

  it("opens where the storage fails at everything", () => {
    const broken = new Proxy({} as Storage, {
      get: () => {
        throw new Error("blocked");
      },
    });
    const store = new LocalStore(broken, "one", "Town");
    expect(store.load()).toEqual([]);
    store.put(entry("1"));
    store.remove("2");
    expect(store.trouble.value.unstored).toHaveLength(1);
  });

  it("keeps the order of edits when the clock is set back", () => {
    vi.setSystemTime(2_000_000);
    const first = sequential();
    vi.setSystemTime(1_000_000);
    const second = sequential(first);
    expect(second > first).toBe(true);
    expect(sequential("000009999999999-00000005-abcdef01") > "000009999999999-00000005-abcdef01").toBe(true);
  });

  it("reads what earlier pages put there", () => {
    const storage = new MemoryStorage();
    const { edits, ...rest } = entry("1");
    storage.setItem("geoengine/outbox/one/1", JSON.stringify({ ...rest, ...edits[0] }));
    expect(new LocalStore(storage, "one", "Town").load()).toEqual(
      [entry("1")].map((e) => ({ ...e, token: rest.token })),
    );
  });

  it("makes identifiers that the server takes", () => {
    expect(identifier()).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(new Set(Array.from({ length: 100 }, identifier)).size).toBe(100);
  });
});
