/** What the pages have in common that ask for work: a form, its outlook while it is filled in, and what came of it. */

import type { SceneSummary } from "../api";
import * as api from "../api";
import { fill, h } from "../browser/dom";
import type { AskedFinetune, AskedPrelabel } from "../managing";
import * as managing from "../managing";
import { identifier } from "../model/labels/identifier";
import { duration } from "../model/view/jobs";
import type { ModelReply, ModelsReply, OutlookReply } from "../model/wire";
import { TEXTS } from "../texts";
import { buttonLink, copyCommand, emptyState } from "./empty";
import type { PageContext, SidePage } from "./side_page";

const words = TEXTS.work;
const SETTLE_MS = 250;

/** The fields of a page, and what they ask for. */
export interface WorkForm {
  readonly fields: readonly HTMLElement[];
  /** The work as it stands in the fields; a sentence where they do not say any. */
  work(): AskedPrelabel | AskedFinetune | string;
  /** Name of the button. */
  button(outlook: OutlookReply): string;
  /** What there is to say before it is asked for. */
  show(outlook: OutlookReply): readonly (HTMLElement | string)[];
  /** What is said when it is queued. */
  queued(jobs: readonly { readonly id: number }[]): string;
}

/** Make the form; `changed` is called when a field was. */
export type MakeForm = (
  scenes: readonly SceneSummary[],
  models: ModelsReply & { readonly models: readonly ModelReply[] },
  changed: () => void,
) => WorkForm;

export class WorkPage implements SidePage {
  readonly element: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #place = h("div", {});
  readonly #outlook = h("div", { className: "outlook", role: "status" });
  readonly #status = h("p", { className: "work-status", role: "status" });
  readonly #button = h("button", { type: "submit", disabled: true });
  /** Number of the last question; answers to older ones are dropped. */
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #form: WorkForm | null = null;

  constructor(
    private readonly context: PageContext,
    { heading, intro }: { readonly heading: string; readonly intro: string },
    private readonly make: MakeForm,
  ) {
    this.#heading = h("h1", { tabindex: "-1" }, heading);
    const said = context.project.read_only ? words.readOnly : intro;
    this.element = h("main", { className: "managed work-page" }, this.#heading, h("p", { className: "dim" }, said));
    this.element.append(this.#place, this.#status);
    void this.#layOut();
  }

  focus(): void {
    this.#heading.focus();
  }

  close(): void {
    this.#asked += 1;
    clearTimeout(this.#timer);
  }

  async #layOut(): Promise<void> {
    try {
      const [scenes, models] = await Promise.all([api.scenes(), managing.models()]);
      if (!scenes.length)
        return fill(this.#place, emptyState(words.noScenes, buttonLink("#imagery", TEXTS.scenes.add)));
      if (!models.models.length)
        return fill(this.#place, emptyState(words.noModels, copyCommand(TEXTS.models.install)));
      this.#form = this.make(scenes, models, () => this.#lookSoon());
      const outlook = h("fieldset", {}, h("legend", {}, words.outlook), this.#outlook);
      const form = h("form", { className: "work-form" }, ...this.#form.fields, outlook, this.#button);
      form.addEventListener("change", () => this.#lookSoon());
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        void this.#queue();
      });
      fill(this.#place, form);
      void this.#look();
    } catch (error) {
      this.context.say(words.notFetched((error as Error).message));
    }
  }

  #lookSoon(): void {
    this.#asked += 1;
    this.#button.disabled = true;
    this.#say("");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), SETTLE_MS);
  }

  /** Ask what the work would do, and show it. */
  async #look(): Promise<void> {
    const form = this.#form!;
    const turn = ++this.#asked;
    const work = form.work();
    if (typeof work === "string") return fill(this.#outlook, h("p", { className: "bad" }, work));
    fill(this.#outlook, h("p", { className: "dim" }, words.looking));
    try {
      const outlook = await managing.outlook(work);
      if (turn !== this.#asked) return;
      const warnings = outlook.warnings.map((one) => h("p", { className: "warning" }, one));
      const more = outlook.more_warnings;
      const { problem } = outlook;
      fill(
        this.#outlook,
        ...form.show(outlook),
        ...warnings,
        more > 0 && h("p", { className: "dim" }, words.more(more)),
        problem !== null && h("p", { className: "bad" }, problem),
      );
      this.#button.textContent = form.button(outlook);
      const isFar = outlook.far && !("accepted" in work && work.accepted);
      this.#button.disabled = problem !== null || isFar || this.context.project.read_only;
    } catch (error) {
      if (turn === this.#asked) fill(this.#outlook, h("p", { className: "bad" }, (error as Error).message));
    }
  }

  async #queue(): Promise<void> {
    const work = this.#form!.work();
    if (typeof work === "string") return this.#say(work, true);
    this.#button.disabled = true;
    try {
      const jobs = await managing.queueJobs(identifier(), work);
      this.#say(this.#form!.queued(jobs), false, h("a", { href: "#jobs" }, words.toJobs));
    } catch (error) {
      this.#say(words.refused((error as Error).message), true);
      this.#button.disabled = false;
    }
  }

  #say(text: string, bad = false, link: HTMLElement | null = null): void {
    this.#status.classList.toggle("bad", bad);
    fill(this.#status, text, link && " ", link);
  }
}

/** ", about 12 min at the speed of the last runs here". */
export const timeWords = (seconds: number | null): string =>
  seconds === null ? words.noTime : words.time(duration(seconds));
