/** What the colours mean, and which classes are shown. */

import { classKey, keyCaps } from "../commands";
import type { Desk } from "../desk";
import { confusable } from "../model/color_vision";
import { toggled } from "../model/filter";
import { fill, h, keyCap, swatch } from "./dom";

export function classLegend(desk: Desk): HTMLElement {
  const list = h("ul", { className: "classes" });
  const { classes } = desk.project;
  const choose = (key: string): void => {
    desk.classify(key);
    desk.focus();
  };
  const toggle = (key: string): void => {
    desk.setFilter({ hiddenClasses: toggled(desk.filter.value.hiddenClasses, key) });
    desk.filtered();
  };
  const rows = classes.map((c, i) => {
    const title = `Give the selected objects, or the next one drawn, the class ${c.name}`;
    const button = h("button", { type: "button", className: "class", title, onclick: () => choose(c.key) },
      swatch(c.color), h("span", {}, c.name), keyCap(keyCaps(classKey(classes, i))));
    const box = h("input", { type: "checkbox", "aria-label": `Show ${c.name}`, title: `Show ${c.name} on the map` });
    box.addEventListener("change", () => toggle(c.key));
    desk.filter.watch(({ hiddenClasses }) => (box.checked = !hiddenClasses.has(c.key)));
    const mark = (): void => button.setAttribute("aria-pressed", String(c.key === (desk.hand.features[0]?.classKey ?? desk.drawClass.value)));
    desk.hand.held.watch(mark);
    desk.drawClass.watch(mark);
    return h("li", { "data-class": c.key }, box, button);
  });
  fill(list, ...rows);
  return h("section", { "aria-labelledby": "classes-heading" }, h("h2", { id: "classes-heading" }, "Classes"), list, colorWarning(desk));
}

/** Names two classes whose colours many people cannot tell apart. */
function colorWarning({ project }: Desk): HTMLElement | null {
  const pair = confusable(project.classes);
  return pair && h("p", { className: "dim color-warning" },
    `The colours of ${pair[0].name} and ${pair[1].name} look alike to some people; hide one of them to tell them apart.`);
}
