/** A box for coordinates in any format, and what came of it. */

import type { Desk } from "../desk/desk";
import { h } from "../browser/dom";
import { TEXTS } from "../texts";

export function goToBox(desk: Desk): HTMLElement {
  const { display } = desk;
  const input = h("input", {
    type: "text",
    id: "goto",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 200,
    "aria-describedby": "goto-answer",
    placeholder: display.map.grid.onEarth ? TEXTS.coordinates.examplesOnEarth : TEXTS.coordinates.examplesPixels,
  });
  const answer = h("p", { id: "goto-answer", role: "status" });
  const form = h(
    "form",
    { className: "card goto" },
    h("label", { for: "goto" }, TEXTS.coordinates.goTo),
    input,
    h("button", { type: "submit" }, TEXTS.coordinates.go),
    answer,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const before = display.pinned.value;
    answer.textContent = display.goTo(input.value);
    const found = display.pinned.value !== before;
    input.setAttribute("aria-invalid", String(!found));
    if (found) desk.focus();
    else input.select();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    display.dismiss();
  });
  display.asking.watch((asking) => {
    if (!asking && form.contains(document.activeElement)) desk.focus();
    form.hidden = !asking;
    answer.textContent = "";
  });
  display.asked.watch(() => {
    if (!display.asking.value) return;
    input.focus();
    input.select();
  });
  return form;
}
