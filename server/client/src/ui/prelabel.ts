/** Page that asks for a pre-labelling: scenes, model, classes and lowest score. */

import type { SceneSummary } from "../api";
import { fill, h } from "../browser/dom";
import { scenesIn } from "../model/view/view";
import type { ModelClassReply, ModelReply, ModelsReply, OutlookReply } from "../model/wire";
import { TEXTS } from "../texts";
import { modelChoice } from "./model_choice";
import { sceneChoice } from "./scene_choice";
import type { PageContext } from "./side_page";
import { timeWords, type WorkForm, WorkPage } from "./work_page";

const words = TEXTS.prelabel;
const SKIP = "";

export function prelabelPage(context: PageContext): WorkPage {
  return new WorkPage(context, words, (scenes, models, changed) => prelabelForm(context, scenes, models, changed));
}

function prelabelForm(
  context: PageContext,
  scenes: readonly SceneSummary[],
  { models, broken }: ModelsReply,
  changed: () => void,
): WorkForm {
  const choice = sceneChoice(scenes, { first: scenesIn(location.hash), offersBare: true });
  const classes = h("fieldset", { className: "model-classes" });
  const score = h("input", { type: "text", inputmode: "decimal", maxlength: 8, id: "min-score", className: "short" });
  const scoreHint = h("span", { className: "dim", id: "min-score-hint" });
  score.setAttribute("aria-describedby", scoreHint.id);
  const accepted = h("input", { type: "checkbox" });
  const consent = h("label", { className: "check", hidden: true }, accepted, words.nevertheless);
  let rows: readonly ClassChoice[] = [];
  const model = modelChoice(models, broken, () => {
    showClasses();
    changed();
  });
  const showClasses = (): void => {
    rows = model.model().classes.map((one) => classChoice(one, context));
    fill(classes, h("legend", {}, TEXTS.work.classes), ...rows.map(({ element }) => element));
    scoreHint.textContent = words.ownScores(rows.map(({ of }) => `${of.key} ${of.min_score}`).join(", "));
    accepted.checked = false;
  };
  showClasses();
  return {
    fields: [
      choice.element,
      model.element,
      classes,
      h("div", { className: "pair" }, h("label", { for: score.id }, words.minScore), score, scoreHint),
      consent,
    ],
    work: () => {
      const ids = choice.chosen();
      if (ids?.length === 0) return TEXTS.work.noneChosen;
      const min = readScore(score.value);
      if (typeof min === "string") return words.badScore(min);
      const chosen = rows.filter((row) => row.chosen() !== SKIP);
      if (!chosen.length) return words.noneProposed;
      return {
        kind: "prelabel",
        scenes: ids,
        model: model.model().name,
        min_score: min,
        accepted: accepted.checked,
        ...classWork(rows, chosen),
      };
    },
    button: ({ scenes: count }) => words.button(count),
    show: (outlook) => {
      consent.hidden = !outlook.far;
      return outlookParts(outlook, model.model());
    },
    queued: (jobs) => words.queued(jobs.length),
  };
}

interface ClassChoice {
  readonly of: ModelClassReply;
  readonly element: HTMLElement;
  /** Key of the project's class; "" where none is proposed. */
  chosen(): string;
}

/** One class of the model, and the class of the project that it is proposed as. */
function classChoice(of: ModelClassReply, { classes }: PageContext): ClassChoice {
  // Models propose outlines: they are no lines or points.
  const own = classes.signal.value.filter(({ geometry }) => geometry !== "line" && geometry !== "point");
  const isNew = of.partner !== null && !own.some(({ key }) => key === of.partner);
  const select = h(
    "select",
    {},
    ...own.map(({ key, name }) => h("option", { value: key }, name)),
    isNew && h("option", { value: of.partner }, words.newClass(of.partner)),
    h("option", { value: SKIP }, words.skip),
  );
  select.value = of.partner ?? SKIP;
  const name = h("span", {}, `${of.key} `, h("span", { className: "dim" }, words.geometry[of.geometry]));
  select.setAttribute("aria-label", words.proposedAs(of.key));
  return { of, element: h("div", { className: "model-class" }, name, select), chosen: () => select.value };
}

/** Classes and names, as far as they are not the model's own. */
function classWork(
  rows: readonly ClassChoice[],
  chosen: readonly ClassChoice[],
): { classes: string[] | null; map: Record<string, string> | null } {
  const renamed = chosen.filter((row) => row.chosen() !== row.of.partner);
  const all = rows.every((row) => row.chosen() === (row.of.partner ?? SKIP));
  return {
    classes: all ? null : [...new Set(chosen.map((row) => row.chosen()))],
    map: renamed.length ? Object.fromEntries(renamed.map((row) => [row.of.key, row.chosen()])) : null,
  };
}

function outlookParts(outlook: OutlookReply, { gsd_m: at }: ModelReply): HTMLElement[] {
  const { scenes, megapixels, seconds, again } = outlook;
  if (megapixels === null) return [];
  const line = `${words.megapixels(scenes, megapixels, at)}; ${timeWords(seconds)}.`;
  return [h("p", {}, line), ...(again ? [h("p", { className: "dim" }, words.again(again))] : [])];
}

/** The number in a text, null for none; the text itself where it is no score. */
function readScore(text: string): number | null | string {
  const said = text.trim().replace(",", ".");
  if (!said) return null;
  const value = Number(said);
  return value >= 0 && value <= 1 ? value : text.trim();
}
