/** One line over the map that says what the tool in use wants next. */

import type { Desk } from "../desk/desk";
import type { ModeName } from "../desk/mode";
import { fill, h } from "../browser/dom";

const HINTS: Partial<Record<ModeName, string>> = {
  draw: "Click corner by corner, or draw with Shift held; Ctrl+click follows a neighbour. Enter, double-click or the first corner again finishes.",
  rectangle: "Drag from corner to corner, or click both. The middle mouse button moves the map.",
  oriented: "Drag along one side, or click both its ends; then click the opposite side.",
  circle: "Drag from the middle to the edge, or click both. The middle mouse button moves the map.",
  split: "Click a line across, or draw it with Shift held; Enter or double-click splits.",
  measure: "Click point by point; click the first point again for the area. Enter or double-click finishes.",
  hole: "Click the hole's corners within an object; Enter, double-click or the first corner again cuts it out.",
  transform:
    "Drag inside the frame to move, a square to scale, the round handle to turn. Shift keeps proportions and steps of 15°, Ctrl the middle.",
  lasso:
    "Draw a ring around objects. Shift adds them, Ctrl lets go of them, Alt counts those it touches too; Del deletes what is in hand.",
  row: "Click where the last copy is to be. The wheel or + and − change how many there are; Enter makes them.",
};

/** Tools that set corners. */
const BY_KEYS: ReadonlySet<ModeName> = new Set(["draw", "rectangle", "oriented", "circle", "split", "hole", "measure"]);

export function modeHint(desk: Desk): HTMLElement {
  const element = h("p", { className: "mode-hint" });
  desk.mode.watch((mode) => {
    const words = HINTS[mode];
    element.hidden = !words;
    fill(element, words ? `${words}${BY_KEYS.has(mode) ? " By keys: Alt+arrows, Space." : ""} Esc leaves.` : "");
  });
  return element;
}
