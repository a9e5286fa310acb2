/** Page that asks for a fine-tuning: scenes, model, classes and steps; it says what labels there are. */

import type { SceneSummary } from "../api";
import { fill, h } from "../browser/dom";
import { scenesIn } from "../model/view/view";
import type { ClassLabelsReply, ModelsReply, OutlookReply } from "../model/wire";
import { TEXTS } from "../texts";
import { modelChoice } from "./model_choice";
import { sceneChoice } from "./scene_choice";
import type { PageContext } from "./side_page";
import { timeWords, type WorkForm, WorkPage } from "./work_page";

const words = TEXTS.finetune;
const MOST_STEPS = 100_000;

export function finetunePage(context: PageContext): WorkPage {
  return new WorkPage(context, words, finetuneForm);
}

function finetuneForm(scenes: readonly SceneSummary[], { models, broken }: ModelsReply, changed: () => void): WorkForm {
  const choice = sceneChoice(scenes, { first: scenesIn(location.hash) });
  const steps = h("input", { type: "text", inputmode: "numeric", maxlength: 6, id: "steps", className: "short" });
  const table = h("div", {});
  /** Classes as the boxes say; null before the server has said which have labels enough. */
  let chosen: Set<string> | null = null;
  const model = modelChoice(models, broken, () => {
    chosen = null;
    fill(table);
    changed();
  });
  const rows = (labels: readonly ClassLabelsReply[]): HTMLElement[] =>
    labels.map((one) => {
      const box = h("input", { type: "checkbox", checked: chosen!.has(one.key) });
      box.addEventListener("change", () => chosen![box.checked ? "add" : "delete"](one.key));
      return classRow(one, box);
    });
  const classes = h("fieldset", {}, h("legend", {}, TEXTS.work.classes), table);
  const needs = h("p", { className: "dim" });
  classes.append(needs);
  const stepsHint = h("span", { className: "dim", id: "steps-hint" }, words.stepsHint);
  steps.setAttribute("aria-describedby", stepsHint.id);
  return {
    fields: [
      choice.element,
      model.element,
      classes,
      h("div", { className: "pair" }, h("label", { for: steps.id }, words.steps), steps, stepsHint),
    ],
    work: () => {
      const ids = choice.chosen();
      if (ids?.length === 0) return TEXTS.work.noneChosen;
      const said = steps.value.trim();
      const number = said ? Number(said) : undefined;
      if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= MOST_STEPS))
        return words.badSteps(said);
      if (chosen?.size === 0) return words.noneChosen;
      return {
        kind: "finetune",
        scenes: ids,
        model: model.model().name,
        classes: chosen && [...chosen],
        ...(number === undefined ? {} : { steps: number }),
      };
    },
    button: () => words.button,
    show: (outlook) => {
      const { labels, needed } = outlook;
      needs.textContent = words.needs(...needed);
      if (labels.length) {
        chosen ??= new Set(outlook.classes);
        const focused = (document.activeElement as HTMLInputElement | null)?.dataset["class"];
        fill(table, labelTable(rows(labels)));
        if (focused) table.querySelector<HTMLElement>(`[data-class="${CSS.escape(focused)}"]`)?.focus();
      }
      return outlookParts(outlook);
    },
    queued: (jobs) => words.queued(jobs[0]!.id),
  };
}

function classRow(one: ClassLabelsReply, box: HTMLInputElement): HTMLElement {
  box.dataset["class"] = one.key;
  const number = (value: number | null): HTMLElement =>
    h("td", { className: "number" }, value === null ? "–" : value.toLocaleString("en"));
  const verdict = one.learnt === null ? "" : one.enough ? words.enough : words.tooFew;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("label", { className: "check" }, box, one.key)),
    number(one.accepted),
    number(one.learnt),
    number(one.held_out),
    h("td", { className: one.enough ? "good" : "warning" }, verdict),
  );
}

function labelTable(rows: readonly HTMLElement[]): HTMLElement {
  const head = h("tr", {}, ...words.columns.map((name) => (name ? h("th", { scope: "col" }, name) : h("td", {}))));
  return h("table", { className: "label-table" }, h("thead", {}, head), h("tbody", {}, ...rows));
}

function outlookParts({ scenes, seconds, problem }: OutlookReply): HTMLElement[] {
  return problem === null ? [h("p", {}, `${words.learns(scenes)}; ${timeWords(seconds)}.`)] : [];
}
