/** Filter by the value of an attribute: which one, and what it must be. */

import type { Desk } from "../desk/desk";
import type { AttributeCondition } from "../model/view/attribute_condition";
import type { ClassAttributeReply as Declared } from "../model/wire";
import { CHANGE, CHANGES } from "../model/labels/change_over_time";
import { fill, h } from "../browser/dom";
import { TEXTS } from "../texts";

const words = TEXTS.attributes;

/** Hidden where no class declares any. */
export function attributeFilter(desk: Desk): HTMLElement {
  const which = h("select", { id: "filter-attribute" });
  const what = h("select", { id: "filter-attribute-is", "aria-label": words.filterValue });
  const text = h("input", { type: "text", "aria-label": words.filterText, maxlength: 500, autocomplete: "off" });
  const number = (label: string): HTMLInputElement =>
    h("input", { type: "text", inputmode: "decimal", "aria-label": label, placeholder: label, autocomplete: "off" });
  const [least, most] = [number(words.filterFrom), number(words.filterTo)];
  const range = h("span", { className: "attribute-range" }, least, most);
  const element = h(
    "div",
    { className: "attribute-filter" },
    h("label", { className: "said-filter" }, words.filterBy, which),
    what,
    text,
    range,
  );
  let declared: readonly Declared[] = [];

  const show = (): void => {
    const { attribute: set } = desk.filtering.filter.value;
    declared = declaredIn(desk, set?.key);
    element.hidden = declared.length === 0;
    fill(which, option("", TEXTS.saying.any), ...declared.map(({ key, name }) => option(key, name)));
    which.value = set?.key ?? "";
    const one = declared.find(({ key }) => key === set?.key);
    fill(what, ...(one ? valuesOf(one) : []));
    what.hidden = !one;
    if (set) what.value = wordOf(set);
    text.hidden = what.value !== "contains" || !one;
    range.hidden = what.value !== "range" || !one;
    for (const [input, value] of [
      [text, set?.contains ?? ""],
      [least, set?.minimum ?? ""],
      [most, set?.maximum ?? ""],
    ] as const)
      if (document.activeElement !== input) input.value = String(value);
  };
  const change = (attribute: AttributeCondition | null): void => {
    desk.filtering.change({ attribute });
    desk.filtering.rest();
  };
  which.addEventListener("change", () => change(which.value ? { key: which.value } : null));
  what.addEventListener("change", () => {
    change(conditionOf(which.value, what.value));
    if (what.value === "contains") text.focus();
    if (what.value === "range") least.focus();
  });
  text.addEventListener("change", () => change({ key: which.value, contains: text.value }));
  const typed = (): void => {
    const [minimum, maximum] = [least, most].map(({ value }) =>
      value.trim() ? Number(value.replace(",", ".")) : null,
    ) as [number | null, number | null];
    const wrong = [minimum, maximum].some((limit) => limit !== null && !Number.isFinite(limit));
    if (wrong) return desk.notice.set(words.filterNoNumber);
    change({ key: which.value, minimum: minimum ?? (maximum === null ? -Number.MAX_VALUE : null), maximum });
  };
  for (const input of [least, most]) input.addEventListener("change", typed);
  desk.filtering.filter.watch(show);
  desk.classes.watch(show);
  desk.comparing.state.watch(show);
  return element;
}

const option = (value: string, label: string): HTMLElement => h("option", { value }, label);

/** What is said of an object by comparison with another date, like an attribute that a class asks for. */
const CHANGED: Declared = {
  key: CHANGE,
  name: TEXTS.changes.heading,
  kind: "choice",
  minimum: null,
  maximum: null,
  choices: CHANGES.map((code) => ({ code, name: TEXTS.changes.filter[code] })),
  required: false,
  retired: false,
  unit: null,
};

/** The attributes that classes ask for, each key once, and the one that is filtered by. */
function declaredIn(desk: Desk, key: string | undefined): readonly Declared[] {
  const compared = desk.comparing.state.value.pairs.length > 0 || key === CHANGE;
  const all = [...desk.classes.value.flatMap(({ attributes }) => attributes), ...(compared ? [CHANGED] : [])];
  const asked = all.filter((one) => !one.retired || one.key === key);
  return asked.filter((one, index) => asked.findIndex((other) => other.key === one.key) === index);
}

function valuesOf({ kind, choices }: Declared): HTMLElement[] {
  const own = {
    text: [option("contains", words.filterContains)],
    number: [option("range", words.filterRange)],
    choice: choices.map(({ code, name }) => option(`=${code}`, name)),
    "yes-no": [option("yes", TEXTS.dialogs.yes), option("no", TEXTS.dialogs.no)],
  }[kind];
  return [option("set", words.filterSet), option("missing", words.filterMissing), ...own];
}

/** The option that stands for a condition. */
function wordOf({ missing, equals, contains, minimum, maximum }: AttributeCondition): string {
  if (missing) return "missing";
  if (typeof equals === "string") return `=${equals}`;
  if (typeof equals === "boolean") return equals ? "yes" : "no";
  if (contains !== undefined && contains !== null) return "contains";
  return (minimum ?? null) === null && (maximum ?? null) === null ? "set" : "range";
}

function conditionOf(key: string, word: string): AttributeCondition {
  if (word === "missing") return { key, missing: true };
  if (word === "yes" || word === "no") return { key, equals: word === "yes" };
  if (word === "contains") return { key, contains: "" };
  // Any number, until a limit is typed.
  if (word === "range") return { key, minimum: -Number.MAX_VALUE };
  return word.startsWith("=") ? { key, equals: word.slice(1) } : { key };
}
