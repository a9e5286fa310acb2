import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Note } from "../../../src/model/imagery/sets";
import { type Sender, type Source, Uploader } from "../../../src/model/imagery/uploader";

const KIB = 1024;

class Answer extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** A server that keeps what it is sent; `trouble` is thrown instead, once each. */
class FakeServer implements Sender {
  readonly there = new Map<string, number[]>();
  readonly pieces: number[] = [];
  readonly finished: string[] = [];
  readonly cancelled: string[] = [];
  trouble: (Error | null)[] = [];

  begin = (token: string, files: readonly unknown[]) => {
    const offsets = this.there.get(token) ?? files.map(() => 0);
    this.there.set(token, offsets);
    return Promise.resolve({ files: offsets.map((offset) => ({ offset })) });
  };

  put = (token: string, file: number, offset: number, piece: ArrayBuffer, signal: AbortSignal): Promise<number> => {
    const trouble = this.trouble.shift();
    if (trouble) return Promise.reject(trouble);
    if (signal.aborted) return Promise.reject(new Error("aborted"));
    this.pieces.push(piece.byteLength);
    const offsets = this.there.get(token)!;
    if (offset === offsets[file]) offsets[file] = offset + piece.byteLength;
    return Promise.resolve(offsets[file]!);
  };

  finish = (token: string, nodata: string | null) => {
    this.finished.push(`${token} ${nodata}`);
    return Promise.resolve(7);
  };

  cancel = (token: string) => Promise.resolve(this.cancelled.push(token));

  statusOf = (error: unknown) => (error instanceof Answer ? error.status : null);
}

const source = (name: string, size: number): Source => ({
  name,
  size,
  lastModified: 1,
  slice: (start, end) => ({ arrayBuffer: () => Promise.resolve(new ArrayBuffer(end - start)) }),
});

function made(): { server: FakeServer; uploader: Uploader; notes: () => readonly Note[] } {
  const server = new FakeServer();
  let notes: readonly Note[] = [];
  const kept = { read: () => notes, write: (news: readonly Note[]) => void (notes = news) };
  let clock = 0;
  const uploader = new Uploader(
    server,
    kept,
    8192 * KIB,
    () => undefined,
    () => (clock += 10),
  );
  return { server, uploader, notes: () => notes };
}

describe("an upload", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("goes in pieces that grow while they are quick, and is forgotten when it is done", async () => {
    const { server, uploader, notes } = made();
    uploader.add("one", [source("a.tif", 20_000 * KIB), source("a.tfw", 3)], "255");
    expect(notes().map(({ token, nodata }) => [token, nodata])).toEqual([["one", "255"]]);
    await vi.runAllTimersAsync();
    expect(server.pieces.map((bytes) => bytes / KIB)).toEqual([1024, 2048, 4096, 8192, 4640, 3 / KIB]);
    expect(server.finished).toEqual(["one 255"]);
    const [upload] = uploader.uploads;
    expect([upload!.state, upload!.sent, upload!.job]).toEqual(["done", 20_000 * KIB + 3, 7]);
    expect(notes()).toEqual([]);
  });

  it("waits for a lost connection, and goes on where the server is", async () => {
    const { server, uploader } = made();
    server.trouble = [null, new TypeError("Failed to fetch"), new TypeError("Failed to fetch")];
    uploader.add("one", [source("a.tif", 4000 * KIB)], null);
    await vi.advanceTimersByTimeAsync(100);
    expect([uploader.uploads[0]!.state, uploader.uploads[0]!.sent]).toEqual(["lost", 1024 * KIB]);
    expect(uploader.isBusy).toBe(true);
    await vi.runAllTimersAsync();
    expect(uploader.uploads[0]!.state).toBe("done");
    expect(server.pieces.reduce((sum, bytes) => sum + bytes)).toBe(4000 * KIB);
  });

  it("is tried again at once when the browser is online", async () => {
    const { server, uploader } = made();
    server.trouble = [new TypeError("Failed to fetch")];
    uploader.add("one", [source("a.tif", 10)], null);
    await vi.advanceTimersByTimeAsync(100);
    expect(uploader.uploads[0]!.state).toBe("lost");
    uploader.retry();
    await vi.advanceTimersByTimeAsync(1);
    expect(uploader.uploads[0]!.state).toBe("done");
  });

  it("takes smaller pieces where a proxy refuses them, and fails where the server refuses the file", async () => {
    const { server, uploader, notes } = made();
    server.trouble = [new Answer(413), new Answer(413), null, new Answer(422)];
    uploader.add("one", [source("a.tif", 4000 * KIB)], null);
    await vi.runAllTimersAsync();
    expect(server.pieces[0]).toBe(65_536);
    expect([uploader.uploads[0]!.state, uploader.uploads[0]!.why]).toEqual(["failed", "status 422"]);
    expect(notes()).toHaveLength(1);
    uploader.resume(uploader.uploads[0]!);
    await vi.runAllTimersAsync();
    expect(uploader.uploads[0]!.state).toBe("done");
  });

  it("fails where the disk is full or the file cannot be read, and the next one has its turn", async () => {
    const { server, uploader } = made();
    server.trouble = [new Answer(507), new DOMException("gone", "NotReadableError")];
    for (const token of ["one", "two", "three"]) uploader.add(token, [source(`${token}.tif`, 10)], null);
    await vi.runAllTimersAsync();
    expect(uploader.uploads.map(({ state }) => state)).toEqual(["failed", "failed", "done"]);
    expect(uploader.uploads[1]!.why).toContain("cannot be read on this computer");
  });

  it("is paused, resumed and removed", async () => {
    const { server, uploader, notes } = made();
    uploader.add("one", [source("a.tif", 10)], null);
    uploader.add("two", [source("b.tif", 10)], null);
    const [one, two] = uploader.uploads;
    uploader.pause(one!);
    await vi.runAllTimersAsync();
    expect([one!.state, two!.state]).toEqual(["paused", "done"]);
    expect(uploader.isBusy).toBe(false);
    uploader.resume(one!);
    await vi.runAllTimersAsync();
    expect(one!.state).toBe("done");
    uploader.add("three", [source("c.tif", 10)], null);
    await uploader.remove(uploader.uploads[2]!);
    await vi.runAllTimersAsync();
    expect(server.cancelled).toEqual(["three"]);
    expect(server.finished).toEqual(["two null", "one null"]);
    expect([uploader.uploads.length, notes().length]).toEqual([2, 0]);
    await uploader.remove(one!); // is done: the server keeps it
    expect(server.cancelled).toEqual(["three"]);
  });
});
