/** Edits on their way to the server: kept on this computer first, sent in order, retried with the same token. */

import { backoff } from "./backoff";
import type { Edit } from "./edit";
import { rebased } from "./edit";
import type { Feature } from "./feature";
import { identifier, sequential } from "./identifier";
import { Signal } from "./signal";

export interface Entry {
  /** Sorts in the order of the edits. */
  readonly id: string;
  /** Makes the server answer a second sending like the first. */
  readonly token: string;
  readonly sceneId: number;
  readonly author: string;
  readonly edit: Edit;
  /** The revision the edit stands on; null while it waits for an earlier edit of the same feature. */
  readonly base: number | null;
}

export type Outcome =
  | { kind: "saved"; features: Feature[] }
  | { kind: "conflict"; theirs: Feature; message: string }
  | { kind: "refused"; message: string }
  | { kind: "unreachable"; message: string };

/** An edit that only the analyst can help on its way. */
export interface Problem {
  readonly entry: Entry;
  readonly theirs: Feature | null;
  readonly message: string;
}

export type SaveStatus = "saved" | "saving" | "offline" | "attention";

/** Where entries survive a reload, in order. */
export interface Shelf {
  load(): Entry[];
  put(entry: Entry): void;
  remove(id: string): void;
}

export class Outbox {
  readonly status = new Signal<SaveStatus>("saved");
  /** How many edits the server has not taken yet. */
  readonly waiting = new Signal(0);
  readonly problems = new Signal<readonly Problem[]>([]);
  readonly #onSaved = new Set<(entry: Entry, features: Feature[]) => void>();
  #entries: Entry[];
  #sending = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly shelf: Shelf,
    private readonly send: (entry: Entry) => Promise<Outcome>,
  ) {
    this.#entries = shelf.load();
    this.#settle();
    void this.#pump();
  }

  pending(uid: string): Entry[] {
    return this.#entries.filter((e) => e.edit.uid === uid);
  }

  pendingIn(sceneId: number): Entry[] {
    return this.#entries.filter((e) => e.sceneId === sceneId);
  }

  onSaved(listener: (entry: Entry, features: Feature[]) => void): () => void {
    this.#onSaved.add(listener);
    return () => this.#onSaved.delete(listener);
  }

  /** Takes an edit on; it is on the shelf when this returns. `revision` is what the server last told of the feature. */
  add(sceneId: number, author: string, edit: Edit, revision: number): void {
    const follows = this.#entries.some((e) => e.edit.uid === edit.uid);
    const base = follows ? null : revision;
    const entry: Entry = { id: sequential(), token: identifier(), sceneId, author, edit, base };
    this.#entries.push(entry);
    this.shelf.put(entry);
    this.#settle();
    this.retry();
  }

  /** Tries again at once rather than when the wait is over. */
  retry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#pump();
  }

  /** Sends the analyst's edit again, on top of the version that stood in its way. */
  keepMine({ entry, theirs }: Problem): void {
    const edit = theirs ? rebased(entry.edit, theirs) : entry.edit;
    if (edit) this.#replace({ ...entry, edit, token: identifier(), base: theirs?.revision ?? entry.base });
    else this.#finish(entry, theirs ? [theirs] : []);
    this.#solved(entry);
  }

  /** Gives up every waiting edit of the feature that `problem` is about. */
  discard({ entry }: Problem): void {
    for (const e of this.pending(entry.edit.uid)) this.shelf.remove(e.id);
    this.#entries = this.#entries.filter((e) => e.edit.uid !== entry.edit.uid);
    this.#solved(entry);
  }

  #solved(entry: Entry): void {
    this.problems.set(this.problems.value.filter((p) => p.entry.edit.uid !== entry.edit.uid));
    this.#settle();
    this.retry();
  }

  async #pump(): Promise<void> {
    if (this.#sending || this.#timer !== undefined) return;
    this.#sending = true;
    for (let entry = this.#next(); entry; entry = this.#next()) {
      const outcome = await this.send(entry);
      if (!this.#entries.includes(entry)) continue;
      if (outcome.kind === "unreachable") {
        this.#failures += 1;
        break;
      }
      this.#failures = 0;
      if (outcome.kind === "saved") this.#finish(entry, outcome.features);
      else {
        const theirs = outcome.kind === "conflict" ? outcome.theirs : null;
        this.problems.set([...this.problems.value, { entry, theirs, message: outcome.message }]);
      }
      this.#settle();
    }
    this.#sending = false;
    this.#settle();
    if (this.#failures) this.#timer = setTimeout(() => this.retry(), backoff(this.#failures));
  }

  #next(): Entry | undefined {
    const stuck = new Set(this.problems.value.map((p) => p.entry.edit.uid));
    return this.#entries.find((e) => !stuck.has(e.edit.uid));
  }

  #replace(entry: Entry): void {
    this.#entries = this.#entries.map((e) => (e.id === entry.id ? entry : e));
    this.shelf.put(entry);
  }

  #finish(done: Entry, features: Feature[]): void {
    this.#entries = this.#entries.filter((e) => e !== done);
    const revision = features.find((f) => f.uid === done.edit.uid)?.revision;
    const heir = this.#entries.find((e) => e.edit.uid === done.edit.uid);
    if (heir && revision !== undefined) this.#replace({ ...heir, base: revision });
    // Last, so that a crash in between leaves the finished entry to be answered from its token again.
    this.shelf.remove(done.id);
    for (const listener of this.#onSaved) listener(done, features);
  }

  #settle(): void {
    this.waiting.set(this.#entries.length);
    if (this.problems.value.length) this.status.set("attention");
    else if (!this.#entries.length) this.status.set("saved");
    else this.status.set(this.#failures ? "offline" : "saving");
  }
}
