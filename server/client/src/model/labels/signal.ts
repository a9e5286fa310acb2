/** A value that can be watched. */

export class Signal<T> {
  readonly #watchers = new Set<(value: T) => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    if (Object.is(value, this.current)) return;
    this.current = value;
    for (const watcher of this.#watchers) watcher(value);
  }

  /** Call `watcher` now and after every change. */
  watch(watcher: (value: T) => void): () => void {
    this.#watchers.add(watcher);
    watcher(this.current);
    return () => this.#watchers.delete(watcher);
  }
}
