/** The panel beside the map: the card of decisions, and below it everything else in tabs. */

import { h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import { comparePanel } from "./compare";
import { decisionCard } from "./decision_card";
import { detailsPanel } from "./details";
import { displayPanel } from "./display_panel";
import { filterPanel } from "./filter";
import { classLegend } from "./legend";
import { mapNotes } from "./map_notes";
import { watchPassing } from "./passing";
import { pinList } from "./pin_list";
import { queuePanel } from "./queue";
import { referencesPanel } from "./references";
import { scoresPanel } from "./scores_panel";
import { searchPanel } from "./search_panel";
import { tabs } from "./tabs";
import { commandButton } from "./toolbar";
import { TEXTS } from "../texts";

export function panelParts(desk: Desk): HTMLElement[] {
  const passing = watchPassing(desk);
  return [
    decisionCard(desk),
    mapNotes(desk),
    ...tabs(desk, {
      review: [queuePanel(desk), detailsPanel(desk), scoresPanel(desk, passing), pinList(desk), searchPanel(desk)],
      objects: [classLegend(desk), filterPanel(desk, passing), stepsPanel(desk)],
      view: [displayPanel(desk), referencesPanel(desk), comparePanel(desk)],
    }),
  ];
}

/** The ways into the history. */
function stepsPanel(desk: Desk): HTMLElement {
  const heading = h("h2", { id: "steps-heading" }, TEXTS.toolbar.history);
  const buttons = ["steps", "versions"].map((id) => commandButton(id, desk, "", true));
  return h("section", { "aria-labelledby": heading.id }, heading, h("div", { className: "decisions" }, ...buttons));
}
