/** Choice of a model package, and what is to be known of it before it is used. */

import { fill, h } from "../browser/dom";
import type { ModelReply } from "../model/wire";
import { TEXTS } from "../texts";

const words = TEXTS.work;
const DEFAULT = "overhead";

export interface ModelChoice {
  readonly element: HTMLElement;
  model(): ModelReply;
}

/** The choice; `models` has one at least. */
export function modelChoice(
  models: readonly ModelReply[],
  broken: readonly string[],
  changed: () => void,
): ModelChoice {
  const options = models.map(({ name, version }) => h("option", { value: name }, `${name} ${version}`));
  const select = h("select", { id: "model", "aria-describedby": "model-facts" }, ...options);
  select.value = models.some(({ name }) => name === DEFAULT) ? DEFAULT : models[0]!.name;
  const facts = h("div", { id: "model-facts" });
  const model = (): ModelReply => models.find(({ name }) => name === select.value)!;
  const show = (): void => {
    const { description, gsd_m: at, gsd_range_m: range, licence, research_only: research } = model();
    fill(
      facts,
      h("p", {}, description),
      h("p", { className: "dim" }, words.resolution(at, range)),
      h("p", { className: "dim" }, research && h("strong", {}, words.research, " "), words.licence(licence)),
    );
  };
  select.addEventListener("change", () => {
    show();
    changed();
  });
  show();
  const left = broken.map((why) => h("p", { className: "bad" }, words.broken(why)));
  const element = h("fieldset", {}, h("legend", {}, h("label", { for: "model" }, words.model)), select, facts, ...left);
  return { element, model };
}
