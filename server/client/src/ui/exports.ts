/** Page of exports: what is to be in the file, and the files there are. */

import type { LabelClass, SceneSummary } from "../api";
import * as api from "../api";
import { Poller } from "../browser/poller";
import { fill, h } from "../browser/dom";
import { size } from "../model/view/size";
import { localTime } from "../model/view/when";
import { pathOf } from "../model/view/class_tree";
import * as managing from "../managing";
import { backoff } from "../model/labels/backoff";
import { identifier } from "../model/labels/identifier";
import { STATES } from "../model/view/filter";
import { isUnfinished, type Job, pauseAfter } from "../model/view/jobs";
import type { ExportWork } from "../model/wire";
import { TEXTS } from "../texts";
import { type SceneChoice, sceneChoice } from "./scene_choice";
import type { PageContext, SidePage } from "./side_page";

const words = TEXTS.exports;

export class ExportsPage implements SidePage {
  readonly element: HTMLElement;
  readonly #heading = h("h1", { tabindex: "-1" }, words.heading);
  readonly #place = h("div", {});
  readonly #status = h("p", { className: "export-status", role: "status" });
  readonly #files = h("ul", { className: "export-files", "aria-labelledby": "export-files" });
  readonly #rule = h("p", { className: "dim" });
  readonly #poller: Poller;
  /** Job of the export that was asked for last. */
  #job: number | null = null;
  #failures = 0;

  constructor(private readonly context: PageContext) {
    this.element = h(
      "main",
      { className: "managed exports-page" },
      this.#heading,
      h("p", { className: "dim" }, words.intro),
      this.#place,
      this.#status,
      h("h2", { id: "export-files" }, words.files),
      this.#rule,
      this.#files,
    );
    this.#poller = new Poller(() => this.#ask());
    void this.#layOut();
  }

  focus(): void {
    this.#heading.focus();
  }

  close(): void {
    this.#poller.close();
  }

  async #layOut(): Promise<void> {
    try {
      const scenes = await api.scenes();
      const form = scenes.length ? this.#form(scenes) : h("p", {}, TEXTS.work.noScenes);
      fill(this.#place, form);
    } catch (error) {
      this.context.say(words.notFetched((error as Error).message));
    }
  }

  #form(scenes: readonly SceneSummary[]): HTMLElement {
    const choice = sceneChoice(scenes);
    const states = checks(
      words.states,
      STATES.map((state) => [state, state, state !== "rejected"] as const),
    );
    const all = this.context.classes.signal.value;
    const classes = checks(
      words.classes,
      all.map((one: LabelClass) => [one.key, pathOf(one, all), true] as const),
    );
    const format = h(
      "select",
      {},
      ...Object.entries(words.formats).map(([value, name]) => h("option", { value }, name)),
    );
    const complete = h("input", { type: "checkbox" });
    const form = h(
      "form",
      { className: "export-form" },
      choice.element,
      states.element,
      classes.element,
      h("label", { className: "check" }, complete, words.complete),
      h("label", { className: "pair" }, words.format, format),
      h("button", { type: "submit" }, words.button),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = [states.chosen(), classes.chosen()] as const;
      const problem = refusal(choice, ...chosen);
      if (problem) return this.#say(problem, true);
      void this.#export({
        kind: "export",
        scenes: choice.chosen(),
        states: chosen[0] as ExportWork["states"],
        // All of them are those of the day of the export, too.
        classes: chosen[1].length === all.length ? null : chosen[1],
        format: format.value as ExportWork["format"],
        complete: complete.checked,
      });
    });
    return form;
  }

  async #export(work: Partial<ExportWork> & { kind: "export" }): Promise<void> {
    try {
      const [job] = await managing.queueJobs(identifier(), work);
      this.#job = job!.id;
      this.#say(words.queued(job!.id));
      await this.#poller.now();
    } catch (error) {
      this.#say(words.refused((error as Error).message), true);
    }
  }

  #say(text: string, bad = false, link: HTMLElement | null = null): void {
    this.#status.classList.toggle("bad", bad);
    fill(this.#status, text, link && " ", link);
  }

  /** Ask for the exports and show them; return the milliseconds to the next time. */
  async #ask(): Promise<number> {
    try {
      const jobs = (await api.jobs()).filter(({ kind }) => kind === "export");
      this.#failures = 0;
      this.#show(jobs);
      return this.#job === null ? pauseAfter(jobs) : 1000;
    } catch (error) {
      if (++this.#failures === 1) this.context.say(words.notFetched((error as Error).message));
      return backoff(this.#failures);
    }
  }

  #show(jobs: readonly Job[]): void {
    const job = jobs.find(({ id }) => id === this.#job);
    if (job) this.#tell(job);
    const files = jobs.filter(({ result }) => result !== null);
    const bytes = files.reduce((sum, one) => sum + (one.result_bytes ?? 0), 0);
    this.#rule.textContent = words.rule(files.length, size(bytes));
    const focused = (document.activeElement as HTMLElement | null)?.dataset["remove"];
    const rows = files.map((job) => fileRow(job, () => void this.#remove(job)));
    fill(this.#files, ...(rows.length ? rows : [h("li", { className: "dim" }, words.none)]));
    if (focused) this.#files.querySelector<HTMLElement>(`[data-remove="${focused}"]`)?.focus();
  }

  async #remove(job: Job): Promise<void> {
    try {
      await api.removeResult(job.id);
      this.#say(words.removed(job.result ?? ""));
      this.#heading.focus();
    } catch (error) {
      this.#say((error as Error).message, true);
    }
    await this.#poller.now();
  }

  /** Say how the export is that was asked for last. */
  #tell(job: Job): void {
    const { id, state, message } = job;
    if (isUnfinished(job)) return this.#say(state === "queued" ? words.waiting(id) : words.queued(id));
    this.#job = null;
    if (job.result === null) this.#say(words.failed(id, message ?? state), true);
    else this.#say(words.done(id, message ?? state), false, downloadLink(job));
  }
}

export function downloadLink({ id, result }: Job): HTMLElement {
  return h("a", { href: `/api/jobs/${id}/result`, download: result ?? "" }, words.download(result ?? ""));
}

function fileRow(job: Job, remove: () => void): HTMLElement {
  const label = words.removeNamed(job.result ?? "");
  const button = h(
    "button",
    { type: "button", "data-remove": job.id, "aria-label": label, onclick: remove },
    words.remove,
  );
  return h(
    "li",
    { "data-job": job.id },
    downloadLink(job),
    h(
      "span",
      { className: "dim" },
      ` ${size(job.result_bytes ?? 0)} · ${localTime(job.updated_at)} · ${job.message ?? ""} `,
    ),
    button,
  );
}

function refusal(scenes: SceneChoice, states: readonly string[], classes: readonly string[]): string | null {
  if (scenes.chosen()?.length === 0) return TEXTS.work.noneChosen;
  if (!states.length) return words.noneStates;
  return classes.length ? null : words.noneClasses;
}

/** Boxes to be ticked. */
function checks(heading: string, entries: readonly (readonly [value: string, name: string, checked: boolean])[]) {
  const boxes = entries.map(([value, , checked]) => h("input", { type: "checkbox", value, checked }));
  const labels = boxes.map((box, i) => h("label", { className: "check" }, box, entries[i]![1]));
  const element = h("fieldset", {}, h("legend", {}, heading), h("div", { className: "choices" }, ...labels));
  return { element, chosen: () => boxes.filter(({ checked }) => checked).map(({ value }) => value) };
}
