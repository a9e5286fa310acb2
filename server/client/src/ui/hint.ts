/** One line over the map that says what the mode expects next. */

import type { Desk } from "../desk/desk";
import type { ModeName } from "../desk/mode";
import { fill, h } from "../browser/dom";
import { MODE_HINTS, TEXTS } from "../texts";

const HINTS: Partial<Record<ModeName, string>> = MODE_HINTS;

/** Tools that set corners. */
const BY_KEYS: ReadonlySet<ModeName> = new Set(["draw", "rectangle", "oriented", "circle", "split", "hole", "measure"]);

export function modeHint(desk: Desk): HTMLElement {
  const element = h("p", { className: "mode-hint" });
  desk.mode.watch((mode) => {
    const words = HINTS[mode];
    element.hidden = !words;
    fill(element, words ? words + (BY_KEYS.has(mode) ? TEXTS.modes.byKeys : "") + TEXTS.modes.leave : "");
  });
  return element;
}
