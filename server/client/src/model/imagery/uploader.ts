/** Uploads, one after the other, in pieces; a lost connection is waited for, and the server says where to go on. */

import { TEXTS } from "../../texts";
import { backoff } from "../labels/backoff";
import type { ChosenFile, Note } from "./sets";

const LEAST_BYTES = 65_536;
const FIRST_BYTES = 1_048_576;
/** A piece that takes less is followed by a larger one, one that takes more by a smaller one: progress is to be seen. */
const QUICK_MS = 1000;
const SLOW_MS = 4000;
/** Longest time for a piece; after it the connection counts as lost. */
const PIECE_MS = 110_000;
const TOO_LARGE = 413;
const NO_ROOM = 507;

export type UploadState = "waiting" | "sending" | "paused" | "lost" | "failed" | "done";

/** A file of this computer. */
export interface Source extends ChosenFile {
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** The server, as uploads need it. */
export interface Sender {
  begin(
    token: string,
    files: readonly ChosenFile[],
  ): Promise<{ readonly files: readonly { readonly offset: number }[] }>;
  put(token: string, file: number, offset: number, piece: ArrayBuffer, signal: AbortSignal): Promise<number>;
  /** Return the number of the job that adds it. */
  finish(token: string, nodata: string | null): Promise<number>;
  cancel(token: string): Promise<unknown>;
  /** The status of the server's answer that an error stands for; null where there was none. */
  statusOf(error: unknown): number | null;
}

/** Where unfinished uploads are noted. */
export interface Notes {
  read(): readonly Note[];
  write(notes: readonly Note[]): void;
}

export class Upload {
  state: UploadState = "waiting";
  /** Bytes that are on the server. */
  sent = 0;
  /** Bytes a second, of the last pieces; null before the first. */
  speed: number | null = null;
  /** What went wrong. */
  why = "";
  job: number | null = null;

  constructor(
    readonly token: string,
    readonly files: readonly Source[],
    readonly nodata: string | null,
  ) {}

  get size(): number {
    return this.files.reduce((sum, { size }) => sum + size, 0);
  }

  get isUnfinished(): boolean {
    return this.state !== "done" && this.state !== "failed";
  }
}

export class Uploader {
  readonly uploads: Upload[] = [];
  #active: { readonly upload: Upload; readonly abort: AbortController } | null = null;
  #wake: (() => void) | null = null;
  #pieceBytes = FIRST_BYTES;

  /** `changed` is called after every change of an upload. */
  constructor(
    private readonly sender: Sender,
    private readonly notes: Notes,
    private readonly mostBytes: number,
    private readonly changed: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get isBusy(): boolean {
    return this.uploads.some(({ state }) => state === "waiting" || state === "sending" || state === "lost");
  }

  /** Add an upload; one of this token that failed makes room for it. */
  add(token: string, files: readonly Source[], nodata: string | null): void {
    const failed = this.uploads.findIndex((upload) => upload.token === token && !upload.isUnfinished);
    if (failed >= 0) this.uploads.splice(failed, 1);
    this.uploads.push(new Upload(token, files, nodata));
    const kept = this.notes.read().filter((note) => note.token !== token);
    const noted = files.map(({ name, size, lastModified }) => ({ name, size, lastModified }));
    this.notes.write([...kept, { token, files: noted, nodata }]);
    this.#next();
  }

  pause(upload: Upload): void {
    this.#halt(upload, "paused");
  }

  /** Go on with one that was paused, or that failed. */
  resume(upload: Upload): void {
    [upload.state, upload.why] = ["waiting", ""];
    this.#next();
  }

  /** Take an upload away, here and on the server. */
  async remove(upload: Upload): Promise<void> {
    this.#halt(upload, "paused");
    this.uploads.splice(this.uploads.indexOf(upload), 1);
    this.changed();
    if (upload.job === null) await this.forget(upload.token);
  }

  /** Remove what is on the server of an upload that this page does not send. */
  async forget(token: string): Promise<void> {
    this.#forgetNote(token);
    try {
      await this.sender.cancel(token);
    } catch {
      // It is gone already, or the server removes it in seven days.
    }
  }

  /** The connection is back, as far as the browser knows. */
  retry(): void {
    this.#wake?.();
  }

  #halt(upload: Upload, state: UploadState): void {
    upload.state = state;
    if (this.#active?.upload === upload) this.#active.abort.abort();
    this.#wake?.();
    this.changed();
  }

  #next(): void {
    this.changed();
    if (this.#active) return;
    const upload = this.uploads.find(({ state }) => state === "waiting");
    if (!upload) return;
    const abort = new AbortController();
    this.#active = { upload, abort };
    void this.#run(upload, abort.signal).finally(() => {
      this.#active = null;
      this.#next();
    });
  }

  async #run(upload: Upload, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const before = upload.sent;
      try {
        upload.state = "sending";
        await this.#send(upload, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const status = this.sender.statusOf(error);
        if (status === TOO_LARGE && this.#pieceBytes > LEAST_BYTES) {
          // A proxy before the server takes less.
          this.#pieceBytes = Math.max(LEAST_BYTES, this.#pieceBytes / 4);
          continue;
        }
        upload.why = isUnreadable(error) ? TEXTS.imagery.unreadable : (error as Error).message;
        if (isRefusal(status) || isUnreadable(error)) {
          upload.state = "failed";
          return;
        }
        upload.state = "lost";
        this.changed();
        failures = upload.sent > before ? 1 : failures + 1;
        await this.#wait(backoff(failures));
      }
    }
  }

  async #send(upload: Upload, signal: AbortSignal): Promise<void> {
    const { token, files } = upload;
    const begun = await this.sender.begin(token, files);
    const offsets = begun.files.map(({ offset }) => offset);
    const tell = (): void => {
      upload.sent = offsets.reduce((sum, offset) => sum + offset, 0);
      upload.why = "";
      this.changed();
    };
    tell();
    for (const [number, file] of files.entries()) {
      while (offsets[number]! < file.size) {
        if (signal.aborted) return;
        const from = offsets[number]!;
        const to = Math.min(file.size, from + this.#pieceBytes);
        const piece = await file.slice(from, to).arrayBuffer();
        const started = this.now();
        offsets[number] = await within(signal, (limit) => this.sender.put(token, number, from, piece, limit));
        this.#adapt(upload, to - from, this.now() - started);
        tell();
      }
    }
    upload.job = await this.sender.finish(token, upload.nodata);
    upload.state = "done";
    this.#forgetNote(token);
  }

  #adapt(upload: Upload, bytes: number, ms: number): void {
    const speed = (bytes * 1000) / Math.max(ms, 1);
    upload.speed = upload.speed === null ? speed : 0.7 * upload.speed + 0.3 * speed;
    if (ms > SLOW_MS) this.#pieceBytes = Math.max(LEAST_BYTES, this.#pieceBytes / 2);
    else if (ms < QUICK_MS && bytes === this.#pieceBytes)
      this.#pieceBytes = Math.min(this.mostBytes, this.#pieceBytes * 2);
  }

  async #wait(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.#wake = null;
  }

  #forgetNote(token: string): void {
    this.notes.write(this.notes.read().filter((note) => note.token !== token));
  }
}

/** Send a piece with a signal that ends it with `signal`, and after the longest time. */
async function within<T>(signal: AbortSignal, send: (limit: AbortSignal) => Promise<T>): Promise<T> {
  // Not AbortSignal.any: browsers of before 2024 lack it.
  const limit = new AbortController();
  const end = (): void => limit.abort();
  const timer = setTimeout(end, PIECE_MS);
  signal.addEventListener("abort", end);
  try {
    return await send(limit.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

/** True for an answer that will be the same next time. */
const isRefusal = (status: number | null): boolean =>
  status !== null && ((status >= 400 && status < 500 && status !== 408 && status !== 429) || status === NO_ROOM);

/** True where this computer cannot read the file any more. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === "NotReadableError" || error.name === "NotFoundError");
