/** The outbox on this computer's disk: one localStorage item per entry, so that two tabs never overwrite each other. */

import type { Edit } from "./edit";
import type { Entry, EntryStore } from "./outbox";

/** Format of earlier versions of the page: one edit each. */
interface SingleEntry extends Omit<Entry, "edits"> {
  readonly edit: Edit;
  readonly base: number | null;
}

function parse(text: string): Entry {
  const kept = JSON.parse(text) as Entry | SingleEntry;
  if ("edits" in kept) return kept;
  const { edit, base, ...rest } = kept;
  return { ...rest, edits: [{ edit, base }] };
}

export class LocalStore implements EntryStore {
  readonly #prefix: string;

  /** `project` keeps the unsent edits of one project from being sent to another on the same address. */
  constructor(
    private readonly storage: Storage,
    project: string,
    private readonly onFull: () => void,
  ) {
    this.#prefix = `geoengine/outbox/${encodeURIComponent(project)}/`;
  }

  load(): Entry[] {
    const keys = Array.from({ length: this.storage.length }, (_, i) => this.storage.key(i) ?? "");
    return keys
      .filter((key) => key.startsWith(this.#prefix))
      .sort()
      .map((key) => parse(this.storage.getItem(key)!));
  }

  put(entry: Entry): void {
    try {
      this.storage.setItem(this.#prefix + entry.id, JSON.stringify(entry));
    } catch {
      this.onFull();
    }
  }

  remove(id: string): void {
    this.storage.removeItem(this.#prefix + id);
  }
}
