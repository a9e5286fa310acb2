/** What was added lately: the jobs, their scenes, and what went wrong. */

import * as api from "../api";
import { fill, h } from "../browser/dom";
import { Poller } from "../browser/poller";
import { backoff } from "../model/labels/backoff";
import { isUnfinished, type Job, pauseAfter } from "../model/view/jobs";
import type { JobDetailReply } from "../model/wire";
import { TEXTS } from "../texts";

const words = TEXTS.imagery.added;
const SHOWN = 8;
const SCENES = 12;
/** While something is being added. */
const BUSY_MS = 1000;

export class AddedList {
  readonly element: HTMLElement;
  readonly #list = h("ul", { className: "imagery-added" });
  readonly #poller: Poller;
  /** Jobs that have ended, by number and time: they do not change any more. */
  readonly #ended = new Map<string, JobDetailReply>();
  #failures = 0;
  #said = "";

  constructor(private readonly say: (words: string) => void) {
    const heading = h("h2", { id: "added-lately" }, words.heading);
    this.element = h("section", { "aria-labelledby": heading.id }, heading, this.#list);
    this.#poller = new Poller(() => this.#ask());
  }

  renew(): void {
    void this.#poller.now();
  }

  close(): void {
    this.#poller.close();
  }

  async #ask(): Promise<number> {
    try {
      const jobs = (await api.jobs()).filter(({ kind }) => kind === "add").slice(0, SHOWN);
      const rows = await Promise.all(jobs.map((job) => this.#detail(job)));
      this.#failures = 0;
      this.#show(rows);
      return jobs.some(isUnfinished) ? BUSY_MS : pauseAfter(jobs);
    } catch (error) {
      if (++this.#failures === 1) this.say(words.notFetched((error as Error).message));
      return backoff(this.#failures);
    }
  }

  async #detail(job: Job): Promise<Job | JobDetailReply> {
    if (isUnfinished(job)) return job;
    const key = `${job.id} ${job.updated_at}`;
    const detail = this.#ended.get(key) ?? (await api.job(job.id));
    this.#ended.set(key, detail);
    return detail;
  }

  #show(jobs: readonly (Job | JobDetailReply)[]): void {
    // What has not changed stays, and with it the focus.
    const said = JSON.stringify(jobs.map(({ id, state, updated_at: at, items }) => [id, state, at, items]));
    if (said === this.#said) return;
    this.#said = said;
    fill(this.#list, ...(jobs.length ? jobs.map(jobRow) : [h("li", { className: "dim" }, words.none)]));
  }
}

function jobRow(job: Job | JobDetailReply): HTMLElement {
  const { id, state, params, items, message } = job;
  const from = params["from"];
  const name = h("a", { href: "#jobs" }, words.job(id, typeof from === "string" ? from : ""));
  const row = (...parts: (Node | string | false)[]): HTMLElement =>
    h("li", { "data-job": id, "data-state": state }, name, " ", ...parts);
  if (state === "queued") return row(words.waits);
  if (isUnfinished(job)) return row(words.runs(items.done + items.failed, items.total));
  const { added = [], errors = [] } = job as Partial<JobDetailReply>;
  const links = added.slice(0, SCENES).map(({ id: scene, name: of }) => h("a", { href: `#scene=${scene}` }, of));
  const more = added.length - links.length;
  const problems = errors.map(({ message: why }) => h("li", { className: "bad" }, why));
  return row(
    h("span", { className: state === "failed" ? "bad" : "" }, errors.length ? state : (message ?? state)),
    h("div", { className: "added-scenes" }, ...links, more > 0 && h("span", { className: "dim" }, words.more(more))),
    problems.length > 0 && h("ul", {}, ...problems),
  );
}
