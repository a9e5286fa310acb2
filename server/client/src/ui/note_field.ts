/** Field for a note on the selected objects: one line, Enter saves. */

import type { Desk } from "../desk/desk";
import { lengthOf, oneLine } from "../desk/saying";
import type { Feature } from "../model/feature";
import { fill, h } from "../browser/dom";
import { TEXTS } from "../texts";
import { pasteOneLine } from "./one_line";

/** How many characters are left is said from here on. */
const NEARLY = 100;

export function noteField(desk: Desk): HTMLElement {
  const { saying } = desk;
  const input = h("input", {
    type: "text",
    id: "note",
    autocomplete: "off",
    "aria-describedby": "note-hint",
  });
  const label = h("label", { for: input.id });
  const hint = h("p", { id: "note-hint", className: "dim", role: "status" });
  const save = h("button", { type: "submit" }, TEXTS.saying.save);
  const form = h("form", { className: "card note-field" }, label, input, save, hint);

  const tell = (): void => {
    const left = saying.longest - lengthOf(oneLine(input.value));
    const differ = new Set(saying.noting.value?.map((f) => f.said.note)).size > 1;
    hint.classList.toggle("bad", left < 0);
    input.setAttribute("aria-invalid", String(left < 0));
    if (left < 0) fill(hint, TEXTS.saying.tooLong(saying.longest - left, saying.longest));
    else if (left < NEARLY) fill(hint, TEXTS.saying.left(left));
    else fill(hint, differ ? TEXTS.saying.several : TEXTS.saying.noteHint);
  };

  input.addEventListener("input", tell);
  pasteOneLine(input, tell);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!saying.note(input.value)) tell();
  });
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" && !event.isComposing) saying.noting.set(null);
  });
  saying.noting.watch((features) => {
    const had = form.contains(document.activeElement);
    form.hidden = features === null;
    if (features) {
      fill(label, TEXTS.saying.noteOn(features.length));
      input.value = sharedNote(features);
      tell();
      input.focus();
      input.select();
    } else if (had) desk.focus();
  });
  return form;
}

/** The note that all of them have; none where they differ. */
function sharedNote(features: readonly Feature[]): string {
  const notes = new Set(features.map((f) => f.said.note));
  return notes.size === 1 ? [...notes][0]! : "";
}
