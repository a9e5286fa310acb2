/** A box for coordinates in any format, and what came of it. */

import type { Desk } from "../desk/desk";
import { h } from "../browser/dom";
import { PlaceList } from "./place_list";
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
  const places = new PlaceList(display.map.scene.id, ({ name, lon, lat, in_scene: isThere }) => {
    if (!isThere) return void (answer.textContent = TEXTS.places.liesOutside(name));
    display.goTo(`${lon.toFixed(7)} ${lat.toFixed(7)}`);
    places.clear();
    answer.textContent = TEXTS.places.goneTo(name);
    desk.focus();
  });
  const form = h(
    "form",
    { className: "card goto" },
    h("label", { for: "goto" }, TEXTS.coordinates.goTo),
    input,
    h("button", { type: "submit" }, TEXTS.coordinates.go),
    answer,
    places.element,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const before = display.pinned.value;
    answer.textContent = display.goTo(input.value);
    places.clear();
    const found = display.pinned.value !== before;
    input.setAttribute("aria-invalid", String(!found));
    if (found) return desk.focus();
    input.select();
    void places.search(input.value).then(
      (said) => {
        if (said === null) return;
        answer.textContent = said;
        input.setAttribute("aria-invalid", String(places.element.hidden));
      },
      (error: unknown) => void (answer.textContent = (error as Error).message),
    );
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
    places.clear();
  });
  display.asked.watch(() => {
    if (!display.asking.value) return;
    input.focus();
    input.select();
  });
  return form;
}
