/** Field for the question of a pin: one line, Enter saves; where that fails it stays, and says why. */

import { fill, h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import { lengthOf, oneLine } from "../desk/saying";
import { TEXTS } from "../texts";
import { pasteOneLine } from "./one_line";

/** How many characters are left is said from here on. */
const NEARLY = 100;

const words = TEXTS.pins;

export function pinField(desk: Desk): HTMLElement {
  const { pins } = desk;
  const input = h("input", { type: "text", id: "pin-text", autocomplete: "off", "aria-describedby": "pin-hint" });
  const label = h("label", { for: input.id });
  const hint = h("p", { id: "pin-hint", className: "dim", role: "status" });
  const save = h("button", { type: "submit" }, TEXTS.saying.save);
  const leave = h("button", { type: "button", onclick: () => pins.giveUp() }, words.giveUp);
  const buttons = h("div", { className: "pin-buttons" }, save, leave);
  const form = h("form", { className: "card note-field pin-field" }, label, input, buttons, hint);
  let shown: string | null = null;

  const tell = (): void => {
    const left = pins.longest - lengthOf(oneLine(input.value));
    const isBad = left < 0 || pins.failure.value !== "";
    hint.classList.toggle("bad", isBad);
    input.setAttribute("aria-invalid", String(isBad));
    if (left < 0) fill(hint, words.tooLong(pins.longest - left, pins.longest));
    else if (isBad) fill(hint, pins.failure.value);
    else fill(hint, left < NEARLY ? TEXTS.saying.left(left) : words.hint);
  };

  const changed = (): void => {
    pins.typed(input.value);
    tell();
  };
  input.addEventListener("input", changed);
  pasteOneLine(input, changed);
  pins.failure.watch(tell);
  pins.asks.watch((asks) => save.setAttribute("aria-disabled", String(asks)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void pins.save(input.value);
  });
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) pins.giveUp();
  });
  pins.writing.watch((draft) => {
    const had = form.contains(document.activeElement);
    form.hidden = draft === null;
    if (draft) {
      fill(label, draft.revision ? words.ofPin : words.atPlace);
      // One that moves, or that somebody else has changed, keeps what is typed.
      if (draft.uid !== shown) input.value = draft.text;
      tell();
      input.focus();
    } else if (had) desk.focus();
    shown = draft?.uid ?? null;
  });
  return form;
}
