/** Storage of the browser, or one in memory where the browser refuses. */

/** Storage that forgets with the page. */
class PageStorage implements Storage {
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }

  clear(): void {
    this.#items.clear();
  }
}

export interface Opened {
  readonly storage: Storage;
  /** True if what is put there is gone when the page is. */
  readonly blocked: boolean;
}

/** Open a storage: a policy of the browser may forbid even to ask for it. */
function open(kind: "localStorage" | "sessionStorage"): Opened {
  try {
    const storage = window[kind] as Storage | null;
    if (!storage) return { storage: new PageStorage(), blocked: true };
    storage.getItem("geoengine");
    return { storage, blocked: false };
  } catch {
    return { storage: new PageStorage(), blocked: true };
  }
}

let lasting: Opened | null = null;
let session: Opened | null = null;

/** The storage that outlives the page. */
export const lastingStorage = (): Opened => (lasting ??= open("localStorage"));

/** The storage of this tab. */
export const sessionStorageOf = (): Opened => (session ??= open("sessionStorage"));
