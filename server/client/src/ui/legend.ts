/** Legend of the classes, and which of them are shown. */

import type { LabelClass } from "../api";
import { classKey, COMMANDS, keyCaps } from "../commands";
import type { Desk } from "../desk/desk";
import { confusable } from "../model/view/color_vision";
import { above, pathOf, withBelow } from "../model/view/class_tree";
import { togglesAll } from "../model/view/filter";
import { fill, h, keyCap, swatch } from "../browser/dom";
import { contrastWarning } from "./contrast";
import { buttonLink, emptyState } from "./empty";
import { kindIcon } from "./icons";
import { TEXTS } from "../texts";

export function classLegend(desk: Desk): HTMLElement {
  const section = h("section", { "aria-labelledby": "classes-heading" });
  const contrast = contrastWarning(desk);
  let stops: (() => void)[] = [];
  desk.classes.watch((classes) => {
    for (const stop of stops) stop();
    stops = [];
    const rows = classes.map((_, i) => classRow(desk, classes, i, stops));
    fill(
      section,
      h(
        "div",
        { className: "legend-head" },
        h("h2", { id: "classes-heading" }, TEXTS.legend.heading),
        h("a", { href: "#classes", title: TEXTS.pages["#classes"][1] }, TEXTS.legend.edit),
      ),
      rows.length
        ? h("ul", { className: "classes" }, ...rows)
        : emptyState(TEXTS.selection.noClasses, buttonLink("#classes", TEXTS.selection.addClasses)),
      colorWarning(classes),
      contrast,
    );
  });
  return section;
}

/** One class: whether it is shown, and the button that gives it. What it watches is put to `stops`. */
function classRow(desk: Desk, classes: readonly LabelClass[], index: number, stops: (() => void)[]): HTMLElement {
  const one = classes[index]!;
  const { key, name, color } = one;
  const own = withBelow(key, classes);
  const cap = classKey(classes, index);
  const choose = (): void => {
    desk.decisions.classify(key);
    desk.focus();
  };
  const title = TEXTS.legend.give(pathOf(one, classes)) + lostKey(classes, index);
  const button = h(
    "button",
    { type: "button", className: "class", title, onclick: choose },
    swatch(color),
    h("span", {}, name),
    kindIcon(one.geometry),
    cap === null ? null : keyCap(keyCaps(cap)),
  );
  const box = h("input", {
    type: "checkbox",
    "aria-label": TEXTS.legend.show(name, own.length - 1),
    title: TEXTS.legend.showHint(name, own.length - 1),
  });
  box.addEventListener("change", () => {
    desk.filtering.change({ hiddenClasses: togglesAll(desk.filtering.filter.value.hiddenClasses, own) });
    desk.filtering.rest();
  });
  const mark = (): void =>
    button.setAttribute("aria-pressed", String(key === (desk.selection.features[0]?.classKey ?? desk.drawClass.value)));
  stops.push(
    desk.filtering.filter.watch(({ hiddenClasses }) => {
      const hidden = own.filter((each) => hiddenClasses.has(each)).length;
      box.checked = hidden === 0;
      box.indeterminate = hidden > 0 && hidden < own.length;
    }),
    desk.selection.watch(mark),
    desk.drawClass.watch(mark),
  );
  const level = String(above(one, classes).length);
  return h("li", { "data-class": key, "data-level": level }, h("label", { className: "show-class" }, box), button);
}

/** Return a note about a class's own key where a command has it. */
function lostKey(classes: readonly LabelClass[], index: number): string {
  const [own, key] = [classes[index]!.hotkey?.toLowerCase(), classKey(classes, index)];
  const command = COMMANDS.find((c) => own && c.keys.includes(own));
  return command ? TEXTS.legend.lostKey(keyCaps(own!), command.label, key === null ? null : keyCaps(key)) : "";
}

/** Name two classes whose colours many people cannot tell apart. */
function colorWarning(classes: readonly LabelClass[]): HTMLElement | null {
  const pair = confusable(classes);
  return pair && h("p", { className: "dim color-warning" }, TEXTS.legend.alike(pair[0].name, pair[1].name));
}
