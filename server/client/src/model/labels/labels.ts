/** The features of one scene as far as they are known here: what the server said, with what waits laid over it. */

import type { Edit } from "./edit";
import { overlay } from "./edit";
import type { Feature } from "../feature";

export interface Waiting {
  readonly edit: Edit;
  readonly author: string;
}

export class Labels {
  readonly #features = new Map<string, Feature>();
  /** Features edited here: undo needs them, so they are never forgotten. */
  readonly #edited = new Set<string>();
  readonly #watchers = new Set<(features: readonly Feature[]) => void>();

  /** `pending` gives the edits of a feature that the server has not answered yet, oldest first. */
  constructor(private readonly pending: (uid: string) => readonly Waiting[]) {}

  /** The feature, deleted ones too. */
  get(uid: string): Feature | undefined {
    return this.#features.get(uid);
  }

  *[Symbol.iterator](): Iterator<Feature> {
    for (const feature of this.#features.values()) if (!feature.deleted) yield feature;
  }

  /** Call `watcher` with features that came or changed, until the returned function is called. */
  watch(watcher: (features: readonly Feature[]) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  get size(): number {
    return this.#features.size;
  }

  /** Let go of features that are out of sight, except what was edited here; returns what went. */
  forget(uids: Iterable<string>): string[] {
    const gone = [...uids].filter((uid) => !this.#edited.has(uid));
    for (const uid of gone) this.#features.delete(uid);
    return gone;
  }

  /** Take what the server said. Nothing that is known already, or older, changes anything. */
  learn(features: Iterable<Feature>): void {
    const changed: Feature[] = [];
    for (const told of features) {
      const known = this.#features.get(told.uid);
      if (known && known.revision >= told.revision) continue;
      const waiting = this.pending(told.uid);
      if (waiting.length) this.#edited.add(told.uid);
      changed.push(waiting.reduce((f, w) => overlay(f, w.edit, w.author), told));
    }
    this.#put(changed);
  }

  /** Show edits that are on their way, oldest first. */
  apply(waiting: readonly Waiting[]): void {
    const news = new Map<string, Feature>();
    for (const { edit, author } of waiting) {
      this.#edited.add(edit.uid);
      const known = news.get(edit.uid) ?? this.#features.get(edit.uid);
      if (known || edit.op === "create") news.set(edit.uid, overlay(known, edit, author));
    }
    this.#put([...news.values()]);
  }

  /** Take the server's versions whatever is known. */
  replace(features: readonly Feature[]): void {
    this.#put(features);
  }

  #put(features: readonly Feature[]): void {
    for (const feature of features) this.#features.set(feature.uid, feature);
    if (features.length) for (const watcher of this.#watchers) watcher(features);
  }
}
