/** The outbox on this computer's disk: one localStorage item per entry, so that two tabs never overwrite each other. */

import type { Entry, Shelf } from "./outbox";

export class LocalShelf implements Shelf {
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
      .map((key) => JSON.parse(this.storage.getItem(key)!) as Entry);
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
