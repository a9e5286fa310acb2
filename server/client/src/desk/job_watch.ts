/** Jobs that end while the page is open, whoever has queued them: what they changed is to be seen. */

import * as api from "../api";
import { Poller } from "../browser/poller";
import { backoff } from "../model/labels/backoff";
import type { Job } from "../model/view/jobs";

const PAUSE_MS = 5000;
/** Jobs are asked for from a little before the last answer on: one may have been written while that was made. */
const MARGIN_MS = 10_000;
/** Ended jobs that are remembered, so that none is told twice. */
const MOST_TOLD = 5000;

export class JobWatch {
  /** Moment of the last answer, by the clock of the server; null before the first. */
  #now: string | null = null;
  #told = new Set<string>();
  #failures = 0;

  /** `ended` is called with jobs that have ended since the last time. */
  constructor(private readonly ended: (jobs: readonly Job[]) => void) {}

  /** Ask again and again while the page is in sight. */
  follow(): Poller {
    return new Poller(async () => {
      try {
        await this.#ask();
        this.#failures = 0;
        return PAUSE_MS;
      } catch {
        return Math.max(PAUSE_MS, backoff(++this.#failures));
      }
    });
  }

  async #ask(): Promise<void> {
    const from = this.#now && new Date(Date.parse(this.#now) - MARGIN_MS).toISOString();
    const { jobs, now } = await api.endedJobs(from);
    const key = ({ id, updated_at: at }: Job): string => `${id} ${at}`;
    const news = jobs.filter((job) => !this.#told.has(key(job)));
    if (this.#told.size > MOST_TOLD) this.#told = new Set(jobs.map(key));
    for (const job of news) this.#told.add(key(job));
    const isFirst = this.#now === null;
    this.#now = now;
    if (!isFirst && news.length) this.ended(news);
  }
}
