/** Jobs that were asked for together, as one line of the table that opens to them. */

import * as api from "../api";
import type { Job } from "../model/view/jobs";
import { canCancel, canRetry, countsOf, speedOf } from "../model/view/jobs";
import type { JobRequestReply } from "../model/wire";
import { fill, h } from "../browser/dom";
import { ago, localTime } from "../model/view/when";
import { TEXTS } from "../texts";

const words = TEXTS.jobs;

export class JobGroup {
  readonly body = h("tbody", { className: "job-group" });
  readonly #states = h("td", {});
  readonly #bar = h("progress", {});
  readonly #items = h("span", {});
  readonly #unfold = h("button", { type: "button", className: "unfold", "aria-expanded": "false" }, words.open);
  readonly #speed = h("td", { className: "number" });
  readonly #updated = h("td", { className: "dim updated" });
  readonly #cancel = h("button", { type: "button" }, words.cancel);
  readonly #retry = h("button", { type: "button" }, words.retry);

  constructor(
    private readonly request: JobRequestReply,
    private readonly say: (words: string) => void,
    private readonly changed: () => void,
  ) {
    const { first, jobs, token } = request;
    const name = words.request(first.kind, jobs, first.id);
    this.body.dataset["request"] = token;
    this.#bar.setAttribute("aria-label", words.progress(name));
    this.#cancel.setAttribute("aria-label", words.cancelNamed(name));
    this.#retry.setAttribute("aria-label", words.retryNamed(name));
    this.#unfold.setAttribute("aria-label", words.openNamed(name));
    this.#cancel.addEventListener("click", () => void this.#act("cancel"));
    this.#retry.addEventListener("click", () => void this.#act("retry"));
    this.#unfold.addEventListener("click", () => {
      this.#unfold.setAttribute("aria-expanded", String(!this.isOpen));
      this.changed();
    });
    const model = first.params["model"];
    const subject = typeof model === "string" && h("span", { className: "dim" }, ` ${words.withModel(model)}`);
    const kind = h("span", { className: "job-kind" }, first.kind);
    const what = h("td", { className: "what" }, kind, " ", words.several(jobs), subject);
    const progress = h("td", { className: "job-progress" }, this.#bar, h("div", {}, this.#items, this.#unfold));
    const actions = h("td", { className: "job-actions" }, this.#cancel, this.#retry);
    const cells = [what, this.#states, progress, this.#speed, h("td", {}), this.#updated, actions];
    fill(this.body, h("tr", {}, h("th", { scope: "row" }, `${first.id} …`), ...cells));
    this.update(request);
  }

  get isOpen(): boolean {
    return this.#unfold.getAttribute("aria-expanded") === "true";
  }

  update({ states, jobs, running, updated_at: at }: JobRequestReply): void {
    const done = states["done"] ?? 0;
    const [active] = running;
    this.#states.textContent = countsOf(states);
    [this.#bar.max, this.#bar.value] = [jobs, done];
    this.#items.textContent = words.ended(done, jobs);
    this.#speed.textContent = active ? speedOf(active) : "";
    this.#updated.textContent = ago(at, Date.now());
    this.#updated.title = localTime(at);
    const some = (test: (job: Job) => boolean): boolean =>
      Object.keys(states).some((state) => test({ ...this.request.first, state: state as Job["state"] }));
    this.#cancel.hidden = !some(canCancel);
    this.#retry.hidden = !some(canRetry);
  }

  async #act(what: "cancel" | "retry"): Promise<void> {
    try {
      await api.actOnRequest(this.request.token, what);
      this.#unfold.focus();
    } catch (error) {
      this.say((error as Error).message);
    }
    this.changed();
  }
}
