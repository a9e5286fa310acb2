/** Form of the attributes of the selected objects, filled by keys: Tab, digits and letters, Enter. */

import type { Desk } from "../desk/desk";
import type { Confidence, Feature } from "../model/feature";
import { asked, parsed, toText } from "../model/labels/attributes";
import { isRefused } from "../model/shapes/result";
import type { ClassAttributeReply as Declared } from "../model/wire";
import { fill, h } from "../browser/dom";
import { TEXTS } from "../texts";

const words = TEXTS.attributes;

/** One row: its control, the text that it began with, and what it is for; null for the confidence. */
interface Row {
  readonly control: HTMLInputElement | HTMLSelectElement;
  readonly before: string;
  readonly attribute: Declared | null;
}

export function attributeForm(desk: Desk): HTMLElement {
  const { saying } = desk;
  const heading = h("strong", {});
  const list = h("div", { className: "attribute-rows" });
  const hint = h("p", { className: "dim", role: "status" });
  const form = h(
    "form",
    { className: "card attribute-form", noValidate: true },
    heading,
    list,
    hint,
    h("button", { type: "submit" }, words.save),
  );
  let rows: readonly Row[] = [];

  const submit = (): void => {
    const values: Record<string, unknown> = {};
    let confidence: Confidence | undefined;
    for (const { control, before, attribute } of rows) {
      // What was not touched stays, also where several objects differ in it.
      if (control.value === before) continue;
      if (!attribute) confidence = control.value as Confidence;
      else {
        const value = parsed(attribute, control.value);
        if (isRefused(value)) return refuse(control, value.problem);
        values[attribute.key] = value.ok;
      }
    }
    saying.fill(values, confidence === undefined ? {} : { confidence });
  };
  const refuse = (control: HTMLElement, problem: string): void => {
    fill(hint, problem);
    hint.classList.add("bad");
    control.setAttribute("aria-invalid", "true");
    control.focus();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") saying.filling.set(null);
    const { target } = event;
    if (!(target instanceof HTMLSelectElement)) return;
    // Enter would open the list of some browsers, and a digit means an entry by its place.
    if (event.key === "Enter") submit();
    else if (/^\d$/.test(event.key) && target.options[Number(event.key)]) target.selectedIndex = Number(event.key);
    else return;
    event.preventDefault();
  });
  saying.filling.watch((features) => {
    const had = form.contains(document.activeElement);
    form.hidden = features === null;
    if (features) {
      const { classKey } = features[0]!;
      rows = rowsOf(features, asked(desk.classes.value, classKey), saying.asksConfidence);
      fill(heading, words.heading(desk.nameOf(classKey), features.length));
      fill(list, ...rows.map(labelled));
      fill(hint, words.hint);
      hint.classList.remove("bad");
      rows[0]!.control.focus();
    } else if (had) desk.focus();
  });
  return form;
}

function rowsOf(features: readonly Feature[], declared: readonly Declared[], asksConfidence: boolean): Row[] {
  const rows = declared.map((attribute): Row => {
    const texts = new Set(features.map((f) => toText(f.attributes[attribute.key])));
    const before = texts.size === 1 ? [...texts][0]! : "";
    return { control: controlOf(attribute, before, texts.size > 1), before, attribute };
  });
  if (!asksConfidence) return rows;
  const stated = new Set(features.map((f) => f.said.confidence));
  const before = stated.size === 1 ? [...stated][0]! : "";
  const control = choice(Object.entries(words.confidences), before, stated.size > 1);
  return [...rows, { control, before, attribute: null }];
}

function controlOf(attribute: Declared, before: string, differs: boolean): HTMLInputElement | HTMLSelectElement {
  const { kind, choices } = attribute;
  if (kind === "choice")
    return choice(
      choices.map(({ code, name }) => [code, name] as const),
      before,
      differs,
    );
  if (kind === "yes-no")
    return choice(
      [
        ["yes", words.yes],
        ["no", words.no],
      ],
      before,
      differs,
    );
  const input = h("input", { type: "text", autocomplete: "off", placeholder: differs ? words.differ : "" });
  if (kind === "number") input.setAttribute("inputmode", "decimal");
  input.value = before;
  return input;
}

function choice(
  entries: readonly (readonly [value: string, name: string])[],
  before: string,
  differs: boolean,
): HTMLSelectElement {
  const select = h(
    "select",
    {},
    h("option", { value: "" }, differs ? words.differ : words.nothing),
    ...entries.map(([value, name]) => h("option", { value }, name)),
  );
  // A value that is no longer in the list is shown, and stays until another is picked.
  if (before && !entries.some(([value]) => value === before)) select.append(h("option", { value: before }, before));
  select.value = before;
  return select;
}

function labelled({ control, attribute }: Row, index: number): HTMLElement {
  control.id = `attribute-${index}`;
  const { name, unit, required } = attribute ?? { name: words.confidence, unit: null, required: false };
  return h(
    "div",
    { className: "attribute-row" },
    h("label", { for: control.id }, name, required && h("span", { className: "dim" }, ` ${words.required}`)),
    control,
    h("span", { className: "dim" }, unit ?? ""),
  );
}
