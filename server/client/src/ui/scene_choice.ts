/** Choice of scenes: all of them, or some that are found by their names. */

import type { SceneSummary } from "../api";
import { h } from "../browser/dom";
import { TEXTS } from "../texts";

const words = TEXTS.exports;

export interface SceneChoice {
  readonly element: HTMLElement;
  /** Numbers of the chosen scenes; null for all. */
  chosen(): number[] | null;
}

export function sceneChoice(scenes: readonly SceneSummary[]): SceneChoice {
  const radio = (label: string, checked: boolean): [HTMLInputElement, HTMLElement] => {
    const input = h("input", { type: "radio", name: "scenes", checked });
    return [input, h("label", { className: "check" }, input, label)];
  };
  const [all, allLabel] = radio(words.all(scenes.length), true);
  const [some, someLabel] = radio(words.some, false);
  const find = h("input", { type: "text", "aria-label": words.find, placeholder: words.find, autocomplete: "off" });
  const count = h("span", { className: "dim", role: "status" });
  const boxes = scenes.map((scene) => {
    const box = h("input", { type: "checkbox" });
    return { scene, box, row: h("li", {}, h("label", { className: "check" }, box, scene.name)) };
  });
  const list = h("ul", { className: "choice-list" }, ...boxes.map(({ row }) => row));
  const part = h("div", { className: "choice-some", hidden: true }, h("div", { className: "pair" }, find, count), list);
  const chosen = (): number[] => boxes.filter(({ box }) => box.checked).map(({ scene }) => scene.id);
  const show = (): void => {
    part.hidden = !some.checked;
    count.textContent = words.chosen(chosen().length);
  };
  for (const input of [all, some]) input.addEventListener("change", show);
  list.addEventListener("change", show);
  find.addEventListener("input", () => {
    const text = find.value.trim().toLowerCase();
    for (const { scene, row } of boxes) row.hidden = !scene.name.toLowerCase().includes(text);
  });
  find.addEventListener("keydown", (event) => {
    // Enter would send the form.
    if (event.key === "Enter") event.preventDefault();
  });
  const legend = h("legend", {}, words.scenes);
  const element = h("fieldset", {}, legend, h("div", { className: "choices" }, allLabel, someLabel), part);
  return { element, chosen: () => (some.checked ? chosen() : null) };
}
