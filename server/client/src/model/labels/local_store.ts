/** The outbox on this computer's disk: one localStorage item per entry, so that two tabs never overwrite each other. */

import type { Entry, EntryStore } from "./outbox";
import { Signal } from "./signal";
import { entryOf } from "./waiting_edits";

const FOLDER = "geoengine/outbox/";

/** Item of the storage that is no edit of this project, though it lies where they are. */
export interface SetAside {
  readonly key: string;
  readonly text: string;
}

/** What the storage cannot do, or holds that is not understood. */
export interface StoreTrouble {
  /** Edits that are only in this page. */
  readonly unstored: readonly Entry[];
  readonly setAside: readonly SetAside[];
}

export class LocalStore implements EntryStore {
  readonly trouble = new Signal<StoreTrouble>({ unstored: [], setAside: [] });
  readonly #prefix: string;
  readonly #unstored = new Map<string, Entry>();

  /**
   * `project` is the identity of the project: the unsent edits of one are never sent to another at the same address.
   * Versions before that kept them by `name`: whose those are cannot be known, so they are set aside.
   */
  constructor(
    private readonly storage: Storage,
    project: string,
    private readonly name: string,
    /** True if all that is put into the storage is gone with the page. */
    readonly blocked = false,
  ) {
    this.#prefix = `${FOLDER}${encodeURIComponent(project)}/`;
  }

  load(): Entry[] {
    const entries: Entry[] = [];
    const setAside: SetAside[] = [];
    const former = `${FOLDER}${encodeURIComponent(this.name)}/`;
    for (const key of this.#keys().sort()) {
      const text = this.#read(key);
      if (text === null) continue;
      const entry = key.startsWith(this.#prefix) ? entryOf(key.slice(this.#prefix.length), text) : null;
      if (entry) entries.push(entry);
      else if (key.startsWith(this.#prefix) || key.startsWith(former)) setAside.push({ key, text });
    }
    this.trouble.set({ ...this.trouble.value, setAside });
    return entries;
  }

  put(entry: Entry): void {
    try {
      this.storage.setItem(this.#prefix + entry.id, JSON.stringify(entry));
      if (!this.blocked) this.#unstored.delete(entry.id);
      else this.#unstored.set(entry.id, entry);
    } catch {
      this.#unstored.set(entry.id, entry);
    }
    this.#tell();
  }

  remove(id: string): void {
    this.#erase(this.#prefix + id);
    this.#unstored.delete(id);
    // There may be room now for what found none.
    if (!this.blocked) for (const entry of [...this.#unstored.values()]) this.put(entry);
    this.#tell();
  }

  /** Remove from the storage what was set aside. */
  forgetSetAside(): void {
    for (const { key } of this.trouble.value.setAside) this.#erase(key);
    this.trouble.set({ ...this.trouble.value, setAside: [] });
  }

  #tell(): void {
    const unstored = [...this.#unstored.values()];
    if (unstored.length || this.trouble.value.unstored.length) this.trouble.set({ ...this.trouble.value, unstored });
  }

  #keys(): string[] {
    try {
      return Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? "");
    } catch {
      return [];
    }
  }

  #read(key: string): string | null {
    try {
      return this.storage.getItem(key);
    } catch {
      return null;
    }
  }

  #erase(key: string): void {
    try {
      this.storage.removeItem(key);
    } catch {
      return; // it is sent again from there, and answered from its token
    }
  }
}
