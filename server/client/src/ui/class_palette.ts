/** Palette of the classes: a few letters find one, Enter gives it to the selected objects or to the next one drawn. */

import type { LabelClass } from "../api";
import { classKey, keyCaps } from "../commands";
import type { Desk } from "../desk/desk";
import { classesLike } from "../model/view/class_search";
import { above } from "../model/view/class_tree";
import { fill, h, keyCap, swatch } from "../browser/dom";
import { kindIcon } from "./icons";
import { TEXTS } from "../texts";

export function classPalette(desk: Desk): HTMLElement {
  const list = h("ul", { id: "palette-classes", role: "listbox", "aria-label": TEXTS.legend.heading });
  const input = h("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 80,
    "aria-label": TEXTS.legend.find,
    "aria-controls": list.id,
    "aria-expanded": "true",
    placeholder: TEXTS.legend.find,
  });
  const form = h("form", { className: "card palette" }, input, list);
  let found: readonly LabelClass[] = [];
  let at = 0;

  const give = (one: LabelClass | undefined): void => {
    if (!one) return;
    desk.decisions.choosing.set(false);
    desk.decisions.classify(one.key);
  };
  const option = (one: LabelClass, index: number): HTMLElement => {
    const key = classKey(desk.classes.value, desk.classes.value.indexOf(one));
    const line = above(one, desk.classes.value);
    const row = h(
      "li",
      { id: `palette-${index}`, role: "option", "data-class": one.key, "aria-selected": String(index === at) },
      swatch(one.color),
      h("span", {}, ...line.map(({ name }) => h("span", { className: "dim" }, `${name} › `)), one.name),
      kindIcon(one.geometry),
      key === null ? null : keyCap(keyCaps(key)),
    );
    // Before the input loses the focus, which closes the palette.
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      give(one);
    });
    return row;
  };
  const show = (index: number): void => {
    at = Math.max(0, Math.min(index, found.length - 1));
    fill(list, ...(found.length ? found.map(option) : [h("li", { className: "dim" }, TEXTS.legend.noneLike)]));
    input.setAttribute("aria-activedescendant", found.length ? `palette-${at}` : "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const search = (): void => {
    found = classesLike(input.value, desk.classes.value);
    show(0);
  };

  input.addEventListener("input", search);
  input.addEventListener("blur", () => desk.decisions.choosing.set(false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    give(found[at]);
  });
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") desk.decisions.choosing.set(false);
    if (event.key === "ArrowDown") show(at + 1);
    if (event.key === "ArrowUp") show(at - 1);
    if (/^(Escape|Arrow(Up|Down)|Tab)$/.test(event.key)) event.preventDefault();
  });
  desk.decisions.choosing.watch((choosing) => {
    const had = form.contains(document.activeElement);
    form.hidden = !choosing;
    if (choosing) {
      input.value = "";
      search();
      input.focus();
    } else if (had) desk.focus();
  });
  return form;
}
