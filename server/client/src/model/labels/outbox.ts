/** Edits on their way to the server: kept on this computer first, sent in order, retried with the same token. */

import { backoff } from "./backoff";
import type { Edit } from "./edit";
import { rebased } from "./edit";
import type { Feature } from "../feature";
import { identifier, sequential } from "./identifier";
import type { Waiting } from "./labels";
import { Signal } from "./signal";

/** An edit and the revision it stands on; null while it waits for an earlier edit of the same feature. */
export interface Based {
  readonly edit: Edit;
  readonly base: number | null;
}

/** The edits of one step: the server takes them all or none. */
export interface Entry {
  /** Sorts in the order of the steps. */
  readonly id: string;
  /** Make the server answer a second sending like the first. */
  readonly token: string;
  readonly sceneId: number;
  readonly author: string;
  readonly edits: readonly Based[];
}

export type Outcome =
  | { kind: "saved"; features: Feature[] }
  | { kind: "conflict"; theirs: Feature[]; message: string }
  | { kind: "refused"; message: string; reason?: Reason }
  /** The server serves another project now; the entry waits for its own. */
  | { kind: "elsewhere"; message: string }
  /** No answer, or one that says to try again; `failed`: an answer that may concern this entry alone. */
  | { kind: "unreachable"; message: string; failed?: boolean };

/** An outcome that settles an entry, or asks the analyst to. */
type Answer = Extract<Outcome, { kind: "saved" | "conflict" | "refused" }>;

/** Problem that the page can help with: a class that the project no longer has. */
export type Reason = "unknown-class";

/** An entry that only the analyst can help on its way. */
export interface Problem {
  readonly entry: Entry;
  /** The versions that stand in the way; none where the server refused the edits themselves. */
  readonly theirs: readonly Feature[];
  readonly message: string;
  readonly reason?: Reason;
}

export type SaveStatus = "saved" | "saving" | "offline" | "failing" | "elsewhere" | "attention";

/** Storage in which entries survive a reload, in order. */
export interface EntryStore {
  load(): Entry[];
  put(entry: Entry): void;
  remove(id: string): void;
}

/** So many failures in a row are the server's, not the entries'. */
const MOST_FAILED = 5;

const touches = (entry: Entry, uids: ReadonlySet<string>): boolean => entry.edits.some((e) => uids.has(e.edit.uid));

const uidsOf = (entry: Entry): string[] => entry.edits.map((e) => e.edit.uid);

export class Outbox {
  readonly status = new Signal<SaveStatus>("saved");
  /** Number of steps that the server has not saved yet. */
  readonly waiting = new Signal(0);
  readonly problems = new Signal<readonly Problem[]>([]);
  readonly #onSaved = new Set<(entry: Entry, features: Feature[]) => void>();
  #entries: Entry[];
  #sending = false;
  #failures = 0;
  /** True if the last round had answers, if only errors. */
  #answered = false;
  /** True if the last answer was that of another project. */
  #elsewhere = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly storage: EntryStore,
    private readonly send: (entry: Entry) => Promise<Outcome>,
  ) {
    this.#entries = storage.load();
    this.#settle();
    void this.#pump();
  }

  /** The waiting edits of one feature, oldest first. */
  pending(uid: string): Waiting[] {
    return this.#entries.flatMap(({ author, edits }) =>
      edits.filter((e) => e.edit.uid === uid).map(({ edit }) => ({ edit, author })),
    );
  }

  pendingIn(sceneId: number): Waiting[] {
    return this.#entries
      .filter((e) => e.sceneId === sceneId)
      .flatMap(({ author, edits }) => edits.map(({ edit }) => ({ edit, author })));
  }

  onSaved(listener: (entry: Entry, features: Feature[]) => void): () => void {
    this.#onSaved.add(listener);
    return () => this.#onSaved.delete(listener);
  }

  /** Resolve once nothing is on its way any more, to whether the server has saved everything. */
  async settled(): Promise<boolean> {
    let stop = (): void => undefined;
    const status = await new Promise<SaveStatus>((resolve) => {
      stop = this.status.watch((now) => void (now !== "saving" && resolve(now)));
    });
    stop();
    return status === "saved";
  }

  /** Take the edits of a step on; they are in local storage when this returns. `base` is what the server last told. */
  add(sceneId: number, author: string, edits: readonly Based[]): void {
    const waiting = new Set(this.#entries.flatMap(uidsOf));
    const based = edits.map(({ edit, base }) => ({ edit, base: waiting.has(edit.uid) ? null : base }));
    const entry: Entry = {
      id: sequential(this.#entries.at(-1)?.id),
      token: identifier(),
      sceneId,
      author,
      edits: based,
    };
    this.#entries.push(entry);
    this.storage.put(entry);
    this.#settle();
    this.retry();
  }

  /** Try again at once rather than when the wait is over. */
  retry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#pump();
  }

  /** Send the analyst's edits again, on top of the versions that stood in their way; `amended` changes them first. */
  keepMine({ entry, theirs }: Problem, amended: (edit: Edit) => Edit = (edit) => edit): void {
    const now = new Map(theirs.map((f) => [f.uid, f]));
    const edits = entry.edits.flatMap(({ edit, base }): Based[] => {
      const other = now.get(edit.uid);
      const again = other ? rebased(edit, other) : amended(edit);
      return again ? [{ edit: again, base: other?.revision ?? base }] : [];
    });
    if (edits.length) this.#replace({ ...entry, edits, token: identifier() });
    else this.#finish(entry, [...theirs]);
    this.#solved(entry);
  }

  /** The features whose waiting edits would go with those of `problem`: what was built on them falls too. */
  blockedBy({ entry }: Problem): Set<string> {
    const uids = new Set(uidsOf(entry));
    for (const e of this.#from(entry)) if (touches(e, uids)) uidsOf(e).forEach((uid) => uids.add(uid));
    return uids;
  }

  /** Give up the edits that `problem` is about and all that build on them; gives the features they touch. */
  discard(problem: Problem): Set<string> {
    const uids = this.blockedBy(problem);
    const dropped = this.#from(problem.entry).filter((e) => touches(e, uids));
    for (const e of dropped) this.storage.remove(e.id);
    this.#entries = this.#entries.filter((e) => !dropped.includes(e));
    this.#solved(problem.entry);
    return uids;
  }

  #from(entry: Entry): Entry[] {
    return this.#entries.filter((e) => e.id >= entry.id);
  }

  #solved({ id }: Entry): void {
    const left = new Set(this.#entries.map((e) => e.id));
    this.problems.set(this.problems.value.filter((p) => p.entry.id !== id && left.has(p.entry.id)));
    this.#settle();
    this.retry();
  }

  async #pump(): Promise<void> {
    if (this.#sending || this.#timer !== undefined) return;
    this.#sending = true;
    // What the server fails at must not hold up the rest.
    const failed = new Set<string>();
    let away = false;
    try {
      for (let entry = this.#next(failed); entry && !away && failed.size < MOST_FAILED; entry = this.#next(failed)) {
        const outcome = await this.send(entry);
        if (!this.#entries.includes(entry)) continue;
        this.#elsewhere = outcome.kind === "elsewhere";
        if (outcome.kind === "elsewhere") away = true;
        else if (outcome.kind !== "unreachable") this.#heard(entry, outcome);
        else if (outcome.failed) failed.add(entry.id);
        else away = true;
      }
    } finally {
      this.#sending = false; // whatever a listener throws: the next edit must go out
    }
    this.#answered = !away;
    if (away || failed.size) this.#failures += 1;
    this.#settle();
    if (this.#failures) this.#timer = setTimeout(() => this.retry(), backoff(this.#failures));
  }

  /** Take an answer; whatever a listener throws is reported, and the next edit goes out. */
  #heard(entry: Entry, outcome: Answer): void {
    try {
      this.#answer(entry, outcome);
    } catch (error) {
      void Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #answer(entry: Entry, outcome: Answer): void {
    this.#failures = 0;
    if (outcome.kind === "saved") this.#finish(entry, outcome.features);
    else {
      const theirs = outcome.kind === "conflict" ? outcome.theirs : [];
      const reason = outcome.kind === "refused" && outcome.reason ? { reason: outcome.reason } : {};
      this.problems.set([...this.problems.value, { entry, theirs, message: outcome.message, ...reason }]);
    }
    this.#settle();
  }

  /** The oldest entry that waits for nothing: no feature of it is in one before it that is stuck or has `failed`. */
  #next(failed: ReadonlySet<string>): Entry | undefined {
    const stuck = new Set([...failed, ...this.problems.value.map((p) => p.entry.id)]);
    const blocked = new Set<string>();
    for (const entry of this.#entries) {
      if (!stuck.has(entry.id) && !touches(entry, blocked)) return entry;
      uidsOf(entry).forEach((uid) => blocked.add(uid));
    }
    return undefined;
  }

  #replace(entry: Entry): void {
    this.#entries = this.#entries.map((e) => (e.id === entry.id ? entry : e));
    this.storage.put(entry);
  }

  #finish(done: Entry, features: Feature[]): void {
    this.#entries = this.#entries.filter((e) => e.id !== done.id);
    for (const { uid, revision } of features) this.#rebase(uid, revision);
    // Last, so that a crash in between leaves the finished entry to be answered from its token again.
    this.storage.remove(done.id);
    for (const listener of this.#onSaved) listener(done, features);
  }

  /** The next edit of a feature stands on the revision that the last one made. */
  #rebase(uid: string, revision: number): void {
    const nextEntry = this.#entries.find((e) => e.edits.some(({ edit }) => edit.uid === uid));
    if (!nextEntry) return;
    this.#replace({
      ...nextEntry,
      edits: nextEntry.edits.map((e) => (e.edit.uid === uid ? { ...e, base: revision } : e)),
    });
  }

  #settle(): void {
    this.waiting.set(this.#entries.length);
    if (this.problems.value.length) this.status.set("attention");
    else if (!this.#entries.length) this.status.set("saved");
    else if (this.#elsewhere) this.status.set("elsewhere");
    else if (!this.#failures) this.status.set("saving");
    else this.status.set(this.#answered ? "failing" : "offline");
  }
}
