/** List of the reference layers, each to be turned on and off; tiles can be faded, and put below the imagery. */

import { fill, h, swatch } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { Reference } from "../desk/references";
import * as managing from "../managing";
import { ask } from "./dialogs";
import { copyCommand, emptyState } from "./empty";
import { pickLayer } from "./layer_picker";
import { numberField } from "./number_field";
import { TEXTS } from "../texts";

/** A row, and what of it follows its layer. */
interface Row {
  readonly element: HTMLElement;
  show(layer: Reference): void;
}

export function referencesPanel(desk: Desk): HTMLElement {
  const { references } = desk.display;
  const rows = h("div", { className: "references-rows" });
  const none = emptyState(TEXTS.references.none, copyCommand(TEXTS.references.command));
  const add = adding(desk, none);
  const heading = h("h2", { id: "references-heading" }, TEXTS.references.heading);
  const section = h("section", { className: "references", "aria-labelledby": heading.id }, heading, none, rows, add);
  references.listed.watch((listed) => (section.hidden = !listed));
  let listed = new Map<string, Row>();
  references.layers.watch((layers) => {
    none.hidden = layers.length > 0;
    // Whoever goes through the list by keyboard keeps the focus while notes change.
    if (layers.length !== listed.size || layers.some(({ key }) => !listed.has(key))) {
      listed = new Map(layers.map((layer) => [layer.key, rowOf(desk, layer)]));
      fill(rows, ...[...listed.values()].map(({ element }) => element));
    }
    for (const layer of layers) listed.get(layer.key)!.show(layer);
  });
  return section;
}

/** Button that adds a layer; hidden where the server allows no folder, or nothing may be changed. */
function adding(desk: Desk, none: HTMLElement): HTMLButtonElement {
  let folders: readonly string[] = [];
  const added = (name: string): void => void desk.display.references.renew(name);
  const button = h(
    "button",
    { type: "button", hidden: true, onclick: () => pickLayer(folders, signed(desk), added), className: "add-layer" },
    TEXTS.references.adding.button,
  );
  const offer = async (): Promise<void> => {
    folders = (await managing.imagery()).folders.map(({ name }) => name);
    button.hidden = folders.length === 0;
    // Where the page can add layers, nobody needs the command.
    if (folders.length) fill(none, h("p", {}, TEXTS.references.noneYet));
  };
  // Without an answer the command is said all the same.
  if (!desk.searcher.readOnly) offer().catch(() => undefined);
  return button;
}

const signed = ({ searcher }: Desk): managing.Signed => ({ project: searcher.project, author: searcher.author() });

async function remove(desk: Desk, key: string, name: string): Promise<void> {
  const words = TEXTS.references;
  const answer = await ask(
    "conflict",
    `${words.remove(name)}?`,
    [],
    [
      ["", TEXTS.operations.cancel],
      ["remove", words.removes],
    ],
  );
  if (answer !== "remove") return desk.focus();
  try {
    await managing.removeLayer(key, signed(desk));
    desk.notice.set(words.removed(name));
  } catch (error) {
    desk.notice.set((error as Error).message);
  }
  await desk.display.references.renew(null);
  desk.focus();
}

function rowOf(desk: Desk, { key, name, kind, marking, color }: Reference): Row {
  const note = h("span", { className: "dim", role: "status" });
  const box = h("input", { type: "checkbox", "data-layer": key });
  box.addEventListener("change", () => desk.display.references.toggle(key));
  const title = marking ? `${name} – ${marking}` : name;
  const sign = kind === "vectors" ? swatch(color) : null;
  const look = kind === "vectors" ? null : tileControls(desk, key, name);
  const isOurs = !key.includes(":") && !desk.searcher.readOnly;
  const away = h("button", { type: "button", className: "close", "aria-label": TEXTS.references.remove(name) }, "×");
  away.addEventListener("click", () => void remove(desk, key, name));
  const element = h(
    "div",
    { className: "reference" },
    h("label", {}, box, sign, title),
    note,
    isOurs && away,
    look?.element,
  );
  return {
    element,
    show: (layer) => {
      box.checked = layer.shown;
      box.disabled = layer.problem !== null;
      fill(note, noteOf(layer));
      look?.show(layer);
    },
  };
}

/** Opacity of map tiles, and whether they lie below the imagery. */
function tileControls(desk: Desk, key: string, name: string): Row {
  const { references } = desk.display;
  const slider = h("input", {
    type: "range",
    min: "0",
    max: "100",
    step: "1",
    "aria-label": TEXTS.references.opacity(name),
  });
  slider.addEventListener("input", () => references.fade(key, slider.valueAsNumber / 100));
  slider.addEventListener("pointerup", () => desk.focus());
  const value = numberField(
    { label: TEXTS.display.typed(TEXTS.references.opacity(name)), least: 0, most: 100, step: 1, unit: "%" },
    (percent) => references.fade(key, percent / 100),
    () => desk.focus(),
  );
  const below = h("input", { type: "checkbox" });
  below.addEventListener("change", () => references.place(key, below.checked));
  const element = h(
    "div",
    { className: "reference-look" },
    slider,
    value.element,
    h("label", {}, below, TEXTS.references.under),
  );
  return {
    element,
    show: ({ shown, opacity, under }) => {
      element.hidden = !shown;
      slider.valueAsNumber = Math.round(100 * opacity);
      value.show(slider.valueAsNumber);
      below.checked = under;
    },
  };
}

function noteOf({ shown, problem, tooFar, inView, failed }: Reference): string {
  if (problem !== null) return problem;
  if (!shown) return "";
  if (failed) return TEXTS.references.failed;
  if (tooFar) return TEXTS.references.tooFar;
  return inView ? TEXTS.references.inView(inView.drawn, inView.total) : "";
}
