/** Page of classes: each change is made by the server at once, on the list that is shown. */

import type { LabelClass } from "../api";
import { HttpError } from "../api";
import * as managing from "../managing";
import { keyFrom, moved } from "../model/view/class_key";
import { above, indented, possibleParents, siblings, withBelow } from "../model/view/class_tree";
import type { ClassesReply } from "../model/wire";
import { fill, h, swatch } from "../browser/dom";
import { TEXTS } from "../texts";
import { showAttributes } from "./class_attributes";
import { classRow, kindChoice } from "./class_row";
import { askMerge } from "./class_merge";
import type { PageContext, SidePage } from "./side_page";

const words = TEXTS.classes;

export class ClassesPage implements SidePage {
  readonly element: HTMLElement;
  readonly #heading = h("h1", { tabindex: "-1" }, words.heading);
  readonly #status = h("p", { className: "class-status", role: "status" });
  readonly #rows = h("ul", { className: "class-rows", "aria-label": words.heading });
  readonly #retired = h("section", {});
  #listed: ClassesReply | null = null;
  #closed = false;
  readonly #unwatch: () => void;

  constructor(private readonly context: PageContext) {
    const { read_only: readOnly } = context.project;
    const heads = words.columns.map((name) => h("span", {}, name));
    this.element = h(
      "main",
      { className: "managed classes-page" },
      this.#heading,
      h("p", { className: "dim" }, readOnly ? words.readOnly : words.intro),
      this.#status,
      h("div", { className: "class-heads", "aria-hidden": "true" }, ...heads),
      this.#rows,
      !readOnly && this.#addForm(),
      this.#retired,
    );
    // What others change is shown as soon as it is known, but not under somebody's hands.
    this.#unwatch = context.classes.signal.watch((now) => {
      if (this.#listed && now !== this.#listed.classes && !this.element.querySelector(".class-rows :focus"))
        void this.#load();
    });
    void this.#load();
  }

  focus(): void {
    this.#heading.focus();
  }

  close(): void {
    this.#closed = true;
    this.#unwatch();
  }

  readonly #change: managing.Change = async (make, said) => {
    const before = this.#listed;
    if (!before) return false;
    const { project, author } = this.context;
    try {
      const now = await make({ version: before.version, project: project.uuid, author: author() });
      this.#take(now);
      this.#status.classList.remove("bad");
      fill(this.#status, typeof said === "string" ? said : said(now));
      return true;
    } catch (error) {
      this.#status.classList.add("bad");
      fill(this.#status, words.refused((error as Error).message));
      // So that the fields show what is so.
      if (error instanceof HttpError && error.status === 409) await this.#load();
      else this.#show(before);
      return false;
    }
  };

  async #load(): Promise<void> {
    try {
      this.#take(await managing.classes(true));
    } catch (error) {
      this.context.say(words.failed((error as Error).message));
    }
  }

  #take(now: ClassesReply): void {
    this.#listed = now;
    this.context.classes.take(now);
    this.#show(now);
  }

  #show(now: ClassesReply): void {
    if (this.#closed) return;
    const focused = document.activeElement?.getAttribute("data-field");
    const count = (key: string): number => now.labels?.[key] ?? 0;
    const rows = now.classes.map((one) => {
      const beside = siblings(one.key, now.classes).map(({ key }) => key);
      return classRow(one, {
        labels: count(one.key),
        labelsInAll: withBelow(one.key, now.classes).reduce((sum, key) => sum + count(key), 0),
        level: above(one, now.classes).length,
        parents: possibleParents(one, now.classes).map((it) => [it.key, indented(it, now.classes)] as const),
        isFirst: one.key === beside[0],
        isLast: one.key === beside.at(-1),
        readOnly: this.context.project.read_only,
        change: (news, said) => void this.#change((on) => managing.changeClass(on, one.key, news), said),
        move: (by) => void this.#change((on) => managing.orderClasses(on, moved(beside, one.key, by)), words.ordered),
        retire: () => void this.#retire(one, now),
        attributes: () => showAttributes(one, this.#change, () => this.#listed?.classes ?? []),
      });
    });
    fill(this.#rows, ...(rows.length ? rows : [h("li", { className: "dim" }, words.none)]));
    this.#showRetired(now.retired);
    if (focused) this.element.querySelector<HTMLElement>(`[data-field="${CSS.escape(focused)}"]`)?.focus();
  }

  #showRetired(retired: readonly LabelClass[]): void {
    const rows = retired.map((one) => {
      const { key, name, color, shape } = one;
      const revive = (): void =>
        void this.#change((on) => managing.addClass(on, { key, name, color, shape }), words.added(name));
      const button = h(
        "button",
        { type: "button", "aria-label": words.reviveNamed(name), onclick: revive },
        words.revive,
      );
      return h("li", {}, swatch(color), h("span", {}, name, " ", h("code", {}, key)), button);
    });
    this.#retired.hidden = rows.length === 0;
    fill(this.#retired, h("h2", {}, words.retired), h("ul", { className: "retired-classes" }, ...rows));
  }

  async #retire(one: LabelClass, { classes, labels }: ClassesReply): Promise<void> {
    const count = labels?.[one.key] ?? 0;
    if (!count) {
      await this.#change((on) => managing.retireClass(on, one.key), words.retiredNow(one.name));
    } else {
      const others = classes.filter(({ key }) => key !== one.key);
      const into = await askMerge(one, count, others);
      if (into)
        await this.#change((on) => managing.mergeClass(on, one.key, into.key), words.mergedNow(one.name, into.name));
    }
    this.#heading.focus();
  }

  #addForm(): HTMLElement {
    const name = h("input", { type: "text", required: true, maxlength: 200, autocomplete: "off" });
    const key = h("input", { type: "text", maxlength: 64, autocomplete: "off", placeholder: words.addKeyHint });
    const hotkey = h("input", { type: "text", maxlength: 1, className: "one", autocomplete: "off" });
    const kind = kindChoice();
    const field = (label: string, input: HTMLElement): HTMLElement => h("label", {}, h("span", {}, label), input);
    const form = h(
      "form",
      { className: "class-add", "aria-label": words.add },
      h("h2", {}, words.add),
      field(words.addName, name),
      field(words.addKey, key),
      field(words.addHotkey, hotkey),
      field(words.addKind, kind),
      h("button", { type: "submit" }, words.addButton),
    );
    name.addEventListener("input", () => (key.placeholder = keyFrom(name.value) || words.addKeyHint));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const said = name.value.trim();
      const made = {
        key: key.value.trim() || keyFrom(said),
        name: said,
        hotkey: hotkey.value || null,
        geometry: kind.value as LabelClass["geometry"],
      };
      void this.#change((on) => managing.addClass(on, made), words.added(said)).then((done) => {
        if (done) form.reset();
        if (done) key.placeholder = words.addKeyHint;
        name.focus();
      });
    });
    return form;
  }
}
