/** One class on the page of classes: fields that are saved when they are left. */

import type { LabelClass } from "../api";
import type { ClassesReply } from "../model/wire";
import { h } from "../browser/dom";
import { TEXTS } from "../texts";

const words = TEXTS.classes;

interface News {
  readonly key?: string;
  readonly name?: string;
  readonly color?: string;
  readonly hotkey?: string;
  readonly shape?: LabelClass["shape"];
  readonly geometry?: LabelClass["geometry"];
  /** Key of a class; "" for the top. */
  readonly parent?: string;
}

interface RowOptions {
  readonly labels: number;
  /** With those of the classes below it. */
  readonly labelsInAll: number;
  readonly level: number;
  /** Keys and indented names of the classes that it can be put below. */
  readonly parents: readonly (readonly [key: string, name: string])[];
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly readOnly: boolean;
  change(news: News, said: string | ((now: ClassesReply) => string)): void;
  move(by: number): void;
  retire(): void;
  attributes(): void;
}

/** A choice of the kinds of geometry. */
export function kindChoice(props: Record<string, unknown> = {}): HTMLSelectElement {
  return h(
    "select",
    props,
    ...Object.entries(TEXTS.kinds.names).map(([value, label]) => h("option", { value }, label)),
  );
}

export function classRow(one: LabelClass, options: RowOptions): HTMLElement {
  const { key, name, color, hotkey, attributes } = one;
  const { readOnly } = options;
  const field = (what: string): Record<string, unknown> => ({ "data-field": `${key}/${what}`, disabled: readOnly });
  const text = (what: "key" | "name" | "hotkey", value: string, most: number, label: string): HTMLElement => {
    const props = {
      type: "text",
      className: `class-${what}`,
      maxlength: most,
      autocomplete: "off",
      spellcheck: "false",
    };
    const input = h("input", { ...props, "aria-label": label, ...field(what) });
    input.value = value;
    // Enter saves, and so does the browser's own change when the field is left after it: once for a value.
    let last = value;
    input.addEventListener("change", () => {
      const now = input.value.trim();
      // A class has a name and a key; it need not have a hotkey.
      if (now === last || (!now && what !== "hotkey")) return void (input.value = last);
      last = now;
      const said = (list: ClassesReply): string => words.keyChanged(name, list.labels?.[now] ?? 0);
      options.change({ [what]: now }, what === "key" ? said : words.changed(what === "name" ? now : name));
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") input.dispatchEvent(new Event("change"));
      if (event.key === "Escape") input.value = value;
    });
    const [, , , keyHead, hotkeyHead] = words.columns;
    // The heads of the columns are out of sight where the page is narrow.
    return what === "name" ? input : h("label", {}, h("span", {}, what === "key" ? keyHead : hotkeyHead), input);
  };
  const colour = h("input", { type: "color", "aria-label": words.colour(name), title: color, ...field("color") });
  colour.value = color;
  colour.addEventListener("change", () => options.change({ color: colour.value }, words.changed(name)));
  const shapes = Object.entries(words.shapes).map(([value, label]) => h("option", { value }, label));
  const shape = h(
    "select",
    { className: "class-shape", "aria-label": words.shape(name), ...field("shape") },
    ...shapes,
  );
  shape.value = one.shape;
  // Only outlines that are drawn freely can be squared or made round.
  if (one.geometry !== "polygon") shape.disabled = true;
  shape.addEventListener("change", () =>
    options.change({ shape: shape.value as LabelClass["shape"] }, words.changed(name)),
  );
  const kind = kindChoice({ className: "class-kind", "aria-label": words.kind(name), ...field("geometry") });
  kind.value = one.geometry;
  kind.addEventListener("change", () => {
    const geometry = kind.value as LabelClass["geometry"];
    options.change({ geometry, ...(geometry !== "polygon" && { shape: "free" }) }, words.changed(name));
  });
  const places = [["", words.top] as const, ...options.parents];
  const below = h(
    "select",
    { className: "class-parent", "aria-label": words.below(name), ...field("parent") },
    ...places.map(([value, label]) => h("option", { value }, label)),
  );
  below.value = one.parent ?? "";
  below.addEventListener("change", () => options.change({ parent: below.value }, words.changed(name)));
  const mover = (by: number, sign: string, label: string, off: boolean): HTMLElement => {
    const button = h("button", { type: "button", title: label, "aria-label": label, ...field(`move${by}`) }, sign);
    button.disabled = off || readOnly;
    button.addEventListener("click", () => options.move(by));
    return button;
  };
  const asked = attributes.filter(({ retired }) => !retired).length;
  const labels = h("span", { className: "class-labels" }, words.labels(options.labelsInAll));
  if (options.labelsInAll !== options.labels) labels.title = words.ownLabels(options.labels);
  const row = h(
    "li",
    { className: "class-row", "data-class": key, "data-level": String(options.level) },
    h(
      "span",
      { className: "movers" },
      mover(-1, "↑", words.earlier(name), options.isFirst),
      mover(1, "↓", words.later(name), options.isLast),
    ),
    colour,
    text("name", name, 200, words.name(name)),
    text("key", key, 64, words.key(name)),
    text("hotkey", hotkey ?? "", 1, words.hotkey(name)),
    h("label", {}, h("span", {}, words.columns[5]), below),
    h("label", {}, h("span", {}, words.columns[6]), kind),
    h("label", {}, h("span", {}, words.columns[7]), shape),
    labels,
    h(
      "span",
      { className: "class-actions" },
      h(
        "button",
        { type: "button", onclick: () => options.attributes(), ...field("attributes") },
        words.attributes(asked),
      ),
      h(
        "button",
        { type: "button", "aria-label": words.retireNamed(name), onclick: () => options.retire(), ...field("retire") },
        words.retire,
      ),
    ),
  );
  row.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || by === undefined || readOnly) return;
    event.preventDefault();
    if (by < 0 ? !options.isFirst : !options.isLast) options.move(by);
  });
  return row;
}
