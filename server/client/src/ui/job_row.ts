/** One job in the table of jobs. */

import * as api from "../api";
import type { Job } from "../model/view/jobs";
import { canCancel, canRetry, duration, itemsOf, speedOf, subjectOf } from "../model/view/jobs";
import { fill, h } from "../browser/dom";
import { ago, localTime } from "../model/view/when";
import { TEXTS } from "../texts";
import { downloadLink } from "./exports";

const COLUMNS = TEXTS.jobs.columns;

/** One job: a line, and below it what went wrong, unfolded on demand. */
export class JobRow {
  readonly body = h("tbody", {});
  readonly #state = h("td", {});
  readonly #bar = h("progress", {});
  readonly #items = h("span", {});
  readonly #unfold = h("button", { type: "button", className: "unfold", "aria-expanded": "false" });
  readonly #speed = h("td", { className: "number" });
  readonly #left = h("td", { className: "number" });
  readonly #updated = h("td", { className: "dim updated" });
  readonly #cancel = h("button", { type: "button" }, TEXTS.jobs.cancel);
  readonly #retry = h("button", { type: "button" }, TEXTS.jobs.retry);
  readonly #result = h("span", {});
  readonly #scene = h("span", {});
  readonly #outcome = h("div", { className: "job-outcome" });
  readonly #more = h("tr", { className: "job-errors", hidden: true });
  #job: Job;

  constructor(
    job: Job,
    private readonly say: (words: string) => void,
    private readonly changed: () => void,
  ) {
    this.#job = job;
    const name = TEXTS.jobs.name(job.id);
    this.body.dataset["job"] = String(job.id);
    this.#bar.setAttribute("aria-label", TEXTS.jobs.progress(name));
    this.#cancel.setAttribute("aria-label", TEXTS.jobs.cancelNamed(name));
    this.#retry.setAttribute("aria-label", TEXTS.jobs.retryNamed(name));
    this.#cancel.addEventListener("click", () => void this.#ask(api.cancelJob, this.#retry));
    this.#retry.addEventListener("click", () => void this.#ask(api.retryJob, this.#cancel));
    this.#unfold.addEventListener("click", () => void this.#toggle());
    const what = h(
      "td",
      { className: "what" },
      h("span", { className: "job-kind" }, job.kind),
      " ",
      this.#scene,
      h("span", { className: "dim" }, subjectOf(job)),
      this.#outcome,
    );
    const progress = h("td", { className: "job-progress" }, this.#bar, h("div", {}, this.#items, this.#unfold));
    const actions = h("td", { className: "job-actions" }, this.#cancel, this.#retry, this.#result);
    fill(
      this.body,
      h(
        "tr",
        {},
        h("th", { scope: "row" }, String(job.id)),
        what,
        this.#state,
        progress,
        this.#speed,
        this.#left,
        this.#updated,
        actions,
      ),
      this.#more,
    );
  }

  update(job: Job): void {
    this.#job = job;
    const { done, failed, total } = job.items;
    this.body.dataset["state"] = job.state;
    fill(this.#state, h("span", { className: `job-state job-${job.state}` }, job.state));
    this.#bar.max = Math.max(total, 1);
    this.#bar.value = job.state === "done" ? this.#bar.max : done;
    this.#items.textContent = itemsOf(job) || (job.state === "queued" ? TEXTS.jobs.notStarted : "");
    const wrong = failed > 0 || job.message !== null;
    this.#unfold.hidden = !wrong;
    this.#unfold.textContent = failed > 0 ? TEXTS.jobs.failedItems(failed) : TEXTS.jobs.details;
    this.#speed.textContent = speedOf(job);
    this.#left.textContent = job.speed ? duration(job.speed.left_s) : "";
    this.#updated.textContent = ago(job.updated_at, Date.now());
    this.#updated.title = localTime(job.updated_at);
    this.#cancel.hidden = !canCancel(job);
    this.#retry.hidden = !canRetry(job);
    const { scene } = job;
    fill(this.#scene, scene && h("a", { href: `#scene=${scene.id}` }, scene.name), scene && " ");
    fill(this.#outcome, ...outcomeOf(job));
    fill(this.#result, job.result !== null && downloadLink(job));
    if (!wrong && this.#unfolded) void this.#toggle();
  }

  get #unfolded(): boolean {
    return this.#unfold.getAttribute("aria-expanded") === "true";
  }

  /** Do something about the job; whoever came by keyboard goes on with what may be done next. */
  async #ask(act: (id: number) => Promise<Job>, next: HTMLElement): Promise<void> {
    try {
      this.update(await act(this.#job.id));
      (next.hidden ? (this.#unfold.hidden ? null : this.#unfold) : next)?.focus();
    } catch (error) {
      this.say((error as Error).message);
    }
    this.changed();
  }

  async #toggle(): Promise<void> {
    const open = !this.#unfolded;
    this.#unfold.setAttribute("aria-expanded", String(open));
    this.#more.hidden = !open;
    if (!open) return;
    try {
      const { errors, items, message, added } = await api.job(this.#job.id);
      const scenes = added.map(({ id, name }) => h("a", { href: `#scene=${id}` }, name));
      const lines = errors.map((error) => h("li", {}, `${error.item}: ${error.message ?? TEXTS.jobs.noReason}`));
      const rest = items.failed - errors.length;
      fill(
        this.#more,
        h(
          "td",
          { colSpan: COLUMNS.length },
          errors.length === 0 && message !== null && h("p", {}, message),
          scenes.length > 0 && h("p", { className: "added-scenes" }, ...scenes),
          lines.length > 0 && h("ul", { "aria-label": TEXTS.jobs.errors(this.#job.id) }, ...lines),
          rest > 0 && h("p", { className: "dim" }, TEXTS.jobs.moreErrors(rest, this.#job.id)),
        ),
      );
    } catch (error) {
      this.say((error as Error).message);
    }
  }
}

/** What came of a fine-tuning: figures before and after, and the model where one was published. */
function outcomeOf({ finetuned }: Job): (HTMLElement | string)[] {
  if (!finetuned) return [];
  const { before, after, model, changes, forgotten } = finetuned;
  const words = TEXTS.finetune;
  const published = model === null ? words.notBetter : h("a", { href: "#models" }, words.better(model));
  const lines = changes.map((one) => h("li", {}, words.change(one.key, one.before, one.after, one.held_out)));
  if (forgotten.length) lines.push(h("li", {}, words.forgotten(forgotten.join(", "))));
  return [`${words.f1(before, after)}: `, published, h("ul", { className: "dim" }, ...lines)];
}
