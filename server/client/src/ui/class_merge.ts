/** Question what becomes of the labels of a class that is retired. */

import type { LabelClass } from "../api";
import { h } from "../browser/dom";
import { TEXTS } from "../texts";
import { ask } from "./dialogs";

const words = TEXTS.classes;

/** The class that the labels are to get; null where nothing is to be done. */
export async function askMerge(
  { name }: LabelClass,
  count: number,
  others: readonly LabelClass[],
): Promise<LabelClass | null> {
  const select = h("select", {}, ...others.map((one) => h("option", { value: one.key }, one.name)));
  const body = others.length
    ? [h("p", {}, words.retireWords), h("label", { className: "field" }, words.into, select)]
    : [h("p", {}, words.alone)];
  const choice = await ask("merge", words.retireHeading(name, count), body, [
    ["", words.cancel],
    ...(others.length ? ([["merge", words.merge]] as [string, string][]) : []),
  ]);
  return choice === "merge" ? (others.find(({ key }) => key === select.value) ?? null) : null;
}
