/** List of the reference layers, each to be turned on and off. */

import { fill, h, swatch } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { Reference } from "../desk/references";
import { copyCommand, emptyState } from "./empty";
import { TEXTS } from "../texts";

export function referencesPanel(desk: Desk): HTMLElement {
  const { references } = desk.display;
  const rows = h("div", { className: "references-rows" });
  const none = emptyState(TEXTS.references.none, copyCommand(TEXTS.references.command));
  const heading = h("h2", { id: "references-heading" }, TEXTS.references.heading);
  const section = h("section", { className: "references", "aria-labelledby": heading.id }, heading, none, rows);
  references.listed.watch((listed) => (section.hidden = !listed));
  let listed = "";
  const notes = new Map<string, HTMLElement>();
  references.layers.watch((layers) => {
    none.hidden = layers.length > 0;
    const names = layers.map(({ key, shown }) => `${key} ${String(shown)}`).join("\n");
    // Whoever goes through the list by keyboard keeps the focus while notes change.
    if (names !== listed && !sameKeys(names, listed)) {
      notes.clear();
      fill(rows, ...layers.map((layer) => row(desk, layer, notes)));
    }
    listed = names;
    for (const layer of layers) {
      fill(notes.get(layer.key)!, noteOf(layer));
      const box = rows.querySelector<HTMLInputElement>(`[data-layer="${CSS.escape(layer.key)}"]`);
      if (box) box.checked = layer.shown;
    }
  });
  return section;
}

function sameKeys(a: string, b: string): boolean {
  const keys = (names: string): string => names.replace(/ (true|false)$/gm, "");
  return keys(a) === keys(b);
}

function row(desk: Desk, { key, name, color, shown }: Reference, notes: Map<string, HTMLElement>): HTMLElement {
  const note = h("span", { className: "dim", role: "status" });
  notes.set(key, note);
  const box = h("input", { type: "checkbox", checked: shown, "data-layer": key });
  box.addEventListener("change", () => desk.display.references.toggle(key));
  return h("div", { className: "reference" }, h("label", {}, box, swatch(color), name), note);
}

function noteOf({ shown, inView, failed }: Reference): string {
  if (!shown) return "";
  if (failed) return TEXTS.references.failed;
  return inView ? TEXTS.references.inView(inView.drawn, inView.total) : "";
}
