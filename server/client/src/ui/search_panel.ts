/** Search for misses: what begins it, and whether the scene is complete. */

import type { Desk } from "../desk/desk";
import { h } from "../browser/dom";
import { completeAreas, completion, completionHistory } from "./completion";
import { commandButton } from "./toolbar";
import { TEXTS } from "../texts";

export function searchPanel(desk: Desk): HTMLElement {
  const sweep = commandButton("sweep", desk);
  desk.search.sweep.state.watch((state) => sweep.setAttribute("aria-pressed", String(state !== null)));
  const buttons = h("div", { className: "search-buttons" }, sweep, commandButton("nearest-unseen", desk));
  const heading = h("h2", { id: "search-heading" }, TEXTS.sweep.panel);
  return h(
    "section",
    { "aria-labelledby": "search-heading" },
    heading,
    buttons,
    h("div", { className: "completion-row" }, completion(desk), commandButton("area", desk, "mark-area")),
    completeAreas(desk),
    completionHistory(desk),
  );
}
