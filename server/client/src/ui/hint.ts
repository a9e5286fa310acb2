/** One line over the map that says what the mode expects next. */

import type { Desk } from "../desk/desk";
import type { ModeName } from "../desk/mode";
import { DRAWING } from "../desk/mode";
import { fill, h } from "../browser/dom";
import { MODE_HINTS, TEXTS } from "../texts";

const HINTS: Partial<Record<ModeName, string>> = MODE_HINTS;

/** Tools that set corners. */
const BY_KEYS: ReadonlySet<ModeName> = new Set<ModeName>([...DRAWING, "split", "hole", "measure", "area", "pin"]);

export function modeHint(desk: Desk): HTMLElement {
  const element = h("p", { className: "mode-hint" });
  const show = (): void => {
    const mode = desk.mode.value;
    const words = HINTS[mode] ?? "";
    const { shape, skipped } = desk.birth;
    const born = shape === null ? "" : TEXTS.birth.hint(shape, skipped.value);
    // The field and the card of a question are in its place.
    element.hidden = (!words && !born) || (mode === "pin" && desk.pins.isShown);
    const redrawn = desk.redrawing.target.value;
    const name = desk.nameOf(desk.redrawing.classKey);
    const what = redrawn === null ? "" : desk.redrawing.adds ? TEXTS.kinds.adds(name) : TEXTS.redrawing.hint(name);
    fill(
      element,
      words
        ? what + words + born + (BY_KEYS.has(mode) && mode !== "outline" ? TEXTS.modes.byKeys : "") + TEXTS.modes.leave
        : what + born,
    );
  };
  desk.mode.watch(show);
  desk.redrawing.target.watch(show);
  for (const signal of [desk.pins.writing, desk.pins.chosen]) signal.watch(show);
  for (const signal of [desk.birth.skipped, desk.drawClass, desk.classes]) signal.watch(show);
  return element;
}
