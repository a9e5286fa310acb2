/** Page of jobs: what was asked for, its progress, errors and actions. */

import * as api from "../api";
import { Poller } from "../browser/poller";
import { backoff } from "../model/labels/backoff";
import type { Job, JobCounts } from "../model/view/jobs";
import { countsOf, hintOf, pauseFor } from "../model/view/jobs";
import type { JobRequestReply } from "../model/wire";
import { fill, h } from "../browser/dom";
import { TEXTS } from "../texts";
import { buttonLink } from "./empty";
import { JobGroup } from "./job_group";
import { JobRow } from "./job_row";

type Say = (words: string) => void;

const COLUMNS = TEXTS.jobs.columns;

export class JobsPage {
  readonly element: HTMLElement;
  readonly #heading = h("h1", { tabindex: "-1" }, TEXTS.jobs.heading);
  readonly #counts = h("p", { className: "jobs-counts", role: "status" });
  readonly #hint = h("p", { className: "dim jobs-hint" });
  readonly #list = h("div", {});
  readonly #none = buttonLink("#prelabel", TEXTS.jobs.begin);
  readonly #rows = new Map<number, JobRow>();
  readonly #groups = new Map<string, JobGroup>();
  readonly #poller: Poller;
  #shown: readonly HTMLElement[] = [];
  #failures = 0;
  #closed = false;

  constructor(private readonly say: Say) {
    this.element = h("main", { className: "jobs" }, this.#heading, this.#counts, this.#hint, this.#none, this.#list);
    this.#none.hidden = true;
    this.#poller = new Poller(() => this.#ask());
  }

  focus(): void {
    this.#heading.focus();
  }

  close(): void {
    this.#closed = true;
    this.#poller.close();
  }

  /** Ask for the requests, and the jobs of those that are open; return the milliseconds to the next time. */
  async #ask(): Promise<number> {
    try {
      const { requests, states, worker } = await api.jobRequests();
      const open = requests.filter(({ token }) => this.#groups.get(token)?.isOpen);
      const jobs = await Promise.all(open.map(({ token }) => api.jobsOfRequest(token)));
      this.#failures = 0;
      this.#say(states, worker);
      this.#show(requests, new Map(open.map(({ token }, i) => [token, jobs[i]!])));
      return pauseFor(states);
    } catch (error) {
      if (++this.#failures === 1) this.say(TEXTS.jobs.failed((error as Error).message));
      return backoff(this.#failures);
    }
  }

  #say(states: JobCounts, worker: boolean): void {
    this.#counts.textContent = countsOf(states) || TEXTS.jobs.none;
    this.#hint.textContent = hintOf(states, worker);
    this.#none.hidden = countsOf(states) !== "";
    document.body.dataset["jobs"] = countsOf(states);
  }

  #show(requests: readonly JobRequestReply[], open: ReadonlyMap<string, readonly Job[]>): void {
    if (this.#closed) return;
    const bodies = requests.flatMap((request) => {
      if (request.jobs === 1) return [this.#rowOf(request.first)];
      return [this.#groupOf(request), ...(open.get(request.token) ?? []).map((job) => this.#rowOf(job))];
    });
    // The table is laid out anew only where jobs came or went, so that the focus stays where it is.
    if (bodies.length !== this.#shown.length || bodies.some((body, i) => body !== this.#shown[i])) this.#layOut(bodies);
  }

  #rowOf(job: Job): HTMLElement {
    let row = this.#rows.get(job.id);
    if (!row) this.#rows.set(job.id, (row = new JobRow(job, this.say, () => void this.#poller.now())));
    row.update(job);
    return row.body;
  }

  #groupOf(request: JobRequestReply): HTMLElement {
    let group = this.#groups.get(request.token);
    if (!group) {
      group = new JobGroup(request, this.say, () => void this.#poller.now());
      this.#groups.set(request.token, group);
    }
    group.update(request);
    return group.body;
  }

  #layOut(bodies: readonly HTMLElement[]): void {
    const focused = document.activeElement as HTMLElement | null;
    this.#shown = bodies;
    const head = h("thead", {}, h("tr", {}, ...COLUMNS.map((name) => h("th", { scope: "col" }, name))));
    fill(this.#list, bodies.length > 0 && h("table", { className: "jobs-table" }, head, ...bodies));
    if (focused && this.#list.contains(focused)) focused.focus();
  }
}
