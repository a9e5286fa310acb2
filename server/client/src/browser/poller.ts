/** Requests that are made again and again while the page is in sight. */

/** Least milliseconds between two requests, however often the page comes into sight. */
const LEAST_MS = 1000;

export class Poller {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAt = -Infinity;
  #asking = false;
  #again = false;
  #closed = false;

  /** `ask` makes the request and returns how many milliseconds later the next one is due. It begins at once. */
  constructor(private readonly ask: () => Promise<number>) {
    document.addEventListener("visibilitychange", this.#inSight);
    void this.now();
  }

  /** Ask now, or as soon as the answer that is awaited has come. */
  async now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#again = this.#asking;
    if (this.#closed || this.#asking || document.hidden) return;
    [this.#asking, this.#askedAt] = [true, Date.now()];
    const pause = await this.ask().finally(() => (this.#asking = false));
    this.#waitFor(this.#again ? 0 : pause);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#inSight);
  }

  /** Out of sight nothing is asked; what comes into sight is soon up to date. */
  readonly #inSight = (): void => {
    if (!this.#asking) this.#waitFor(Math.max(0, this.#askedAt + LEAST_MS - Date.now()));
  };

  #waitFor(pause: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed && !document.hidden) this.#timer = setTimeout(() => void this.now(), pause);
  }
}
