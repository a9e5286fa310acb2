/** Choice of scenes: all of them, those that no model has looked at, or some that are found by their names. */

import type { SceneSummary } from "../api";
import { h } from "../browser/dom";
import { isBare } from "../model/view/home";
import { TEXTS } from "../texts";

const words = TEXTS.work;

export interface SceneChoice {
  readonly element: HTMLElement;
  /** Numbers of the chosen scenes; null for all. */
  chosen(): number[] | null;
}

export interface ChoiceOptions {
  /** Scenes that are chosen at first; with none, all are. */
  readonly first?: readonly number[];
  /** Whether those that no model has looked at can be chosen as such. */
  readonly offersBare?: boolean;
}

/** The choice; it fires `change`, which bubbles. */
export function sceneChoice(
  scenes: readonly SceneSummary[],
  { first = [], offersBare = false }: ChoiceOptions = {},
): SceneChoice {
  const bare = scenes.filter(isBare).map(({ id }) => id);
  const hasBare = offersBare && bare.length > 0;
  const radio = (label: string, checked: boolean): [HTMLInputElement, HTMLElement] => {
    const input = h("input", { type: "radio", name: "scenes", checked });
    return [input, h("label", { className: "check" }, input, label)];
  };
  const wanted = new Set(first);
  const [unseen, unseenLabel] = radio(words.bare(bare.length), hasBare && wanted.size === 0);
  const [all, allLabel] = radio(words.all(scenes.length), !hasBare && wanted.size === 0);
  const [some, someLabel] = radio(words.some, wanted.size > 0);
  const find = h("input", { type: "text", "aria-label": words.find, placeholder: words.find, autocomplete: "off" });
  const count = h("span", { className: "dim", role: "status" });
  const boxes = scenes.map((scene) => {
    const box = h("input", { type: "checkbox", checked: wanted.has(scene.id) });
    return { scene, box, row: h("li", {}, h("label", { className: "check" }, box, scene.name)) };
  });
  // What is chosen is seen first.
  const sorted = [...boxes].sort((a, b) => Number(b.box.checked) - Number(a.box.checked));
  const list = h("ul", { className: "choice-list" }, ...sorted.map(({ row }) => row));
  const part = h("div", { className: "choice-some" }, h("div", { className: "pair" }, find, count), list);
  const ticked = (): number[] => boxes.filter(({ box }) => box.checked).map(({ scene }) => scene.id);
  const show = (): void => {
    part.hidden = !some.checked;
    count.textContent = words.chosen(ticked().length);
  };
  show();
  for (const input of [unseen, all, some]) input.addEventListener("change", show);
  list.addEventListener("change", show);
  find.addEventListener("input", () => {
    const text = find.value.trim().toLowerCase();
    for (const { scene, row } of boxes) row.hidden = !scene.name.toLowerCase().includes(text);
  });
  find.addEventListener("keydown", (event) => {
    // Enter would send the form.
    if (event.key === "Enter") event.preventDefault();
  });
  const kinds = h("div", { className: "choices" }, hasBare && unseenLabel, allLabel, someLabel);
  const element = h("fieldset", {}, h("legend", {}, words.scenes), kinds, part);
  return { element, chosen: () => (some.checked ? ticked() : unseen.checked ? bare : null) };
}
