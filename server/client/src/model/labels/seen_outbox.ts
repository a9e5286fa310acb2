/** Seen ground on its way to the server: kept on this computer first, sent a while later, and again until it is saved. */

import type { PixelBox } from "../ground/seen_ground";
import { holds } from "../view/gaze";
import { backoff } from "./backoff";
import { sequential } from "./identifier";

const FOLDER = "geoengine/seen/";
/** Wait before what was seen is sent, so that several screens go together. */
const DELAY_MS = 2000;
/** Boxes of one request. */
const MOST = 1000;

/** Boxes of a scene that somebody has seen, in pixels of the scene. */
export interface SeenBatch {
  readonly id: string;
  readonly sceneId: number;
  readonly author: string;
  readonly windows: readonly PixelBox[];
}

/** `refused`: the server will never take it, as of a scene that is gone. */
export type SeenOutcome = "saved" | "refused" | "later";

export class SeenOutbox {
  readonly #prefix: string;
  readonly #batches = new Map<string, SeenBatch>();
  #sending: Promise<void> | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `project` is the identity of the project: what was seen of one is never sent to another. */
  constructor(
    private readonly storage: Storage,
    project: string,
    private readonly send: (batch: SeenBatch) => Promise<SeenOutcome>,
  ) {
    this.#prefix = `${FOLDER}${encodeURIComponent(project)}/`;
    this.#load();
    if (this.#batches.size) this.#later();
  }

  /** The boxes of a scene that an author saw and the server may not know of yet. */
  waiting(sceneId: number, author: string): PixelBox[] {
    return this.#all(sceneId, author).flatMap((batch) => batch.windows);
  }

  /** Take a box on; it is in local storage when this returns, where there is room. */
  add(sceneId: number, author: string, box: PixelBox): void {
    const last = this.#all(sceneId, author).at(-1);
    const open = last && last.windows.length < MOST ? last : null;
    const windows = [...(open?.windows ?? []).filter((known) => !holds(box, known)), box];
    this.#put({ id: open?.id ?? sequential(last?.id), sceneId, author, windows });
    if (!this.#sending) this.#later();
  }

  /** Send now what waits; resolves to whether nothing waits any more. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
    await this.#sending;
    if (this.#batches.size) this.#later();
    return this.#batches.size === 0;
  }

  async #sendAll(): Promise<void> {
    for (const batch of [...this.#batches.values()]) {
      const outcome = await this.send(batch).catch(() => "later" as const);
      if (outcome === "later") {
        this.#failures += 1;
        return;
      }
      this.#failures = 0;
      // What was seen while it was sent is in the same batch, and goes again with it.
      if (this.#batches.get(batch.id) === batch) this.#remove(batch.id);
    }
  }

  #all(sceneId: number, author: string): SeenBatch[] {
    return [...this.#batches.values()].filter((batch) => batch.sceneId === sceneId && batch.author === author);
  }

  #later(): void {
    this.#timer ??= setTimeout(() => void this.flush(), Math.max(DELAY_MS, this.#failures && backoff(this.#failures)));
  }

  #load(): void {
    try {
      const keys = Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? "");
      for (const key of keys.filter((each) => each.startsWith(this.#prefix)).sort()) {
        const batch = batchOf(key.slice(this.#prefix.length), this.storage.getItem(key));
        if (batch) this.#batches.set(batch.id, batch);
        else this.storage.removeItem(key);
      }
    } catch {
      return; // a storage that cannot be read has nothing to send
    }
  }

  #put(batch: SeenBatch): void {
    this.#batches.set(batch.id, batch);
    try {
      this.storage.setItem(this.#prefix + batch.id, JSON.stringify(batch));
    } catch {
      return; // it is sent from this page
    }
  }

  #remove(id: string): void {
    this.#batches.delete(id);
    try {
      this.storage.removeItem(this.#prefix + id);
    } catch {
      return; // it is sent again from there, which changes nothing
    }
  }
}

/** The batch that a text of the storage holds under `id`; null where it holds something else. */
function batchOf(id: string, text: string | null): SeenBatch | null {
  try {
    const { sceneId, author, windows } = JSON.parse(text ?? "null") as SeenBatch;
    const isBox = (box: unknown): boolean => Array.isArray(box) && box.length === 4 && box.every(Number.isInteger);
    const isWhole = Number.isInteger(sceneId) && typeof author === "string" && windows.length > 0;
    return isWhole && windows.every(isBox) ? { id, sceneId, author, windows } : null;
  } catch {
    return null;
  }
}
