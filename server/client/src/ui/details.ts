/** Everything else that is known of the selected objects: what is said of them, dimensions, who and when. */

import { fill, h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { Feature } from "../model/feature";
import { ago, localTime } from "../model/view/when";
import { dimensionRows, totalRows } from "./dimensions";
import { saidParts } from "./said";
import { TEXTS } from "../texts";

/** The section of the panel; hidden while nothing is selected, which the card above says. */
export function detailsPanel(desk: Desk): HTMLElement {
  const list = h("dl", {});
  const heading = h("h2", { id: "details-heading" }, TEXTS.panel.details);
  const section = h("section", { className: "details", "aria-labelledby": heading.id }, heading, list);
  const show = (): void => {
    const { features, single } = desk.selection;
    const rows = single ? objectRows(desk, single) : totalRows(desk, features);
    section.hidden = rows.length === 0;
    fill(list, ...rows);
  };
  desk.selection.watch(show);
  desk.display.format.watch(show);
  desk.classes.watch(show);
  return section;
}

function objectRows(desk: Desk, feature: Feature): Node[] {
  const source = feature.origin === "model" ? (feature.model ?? "model") : feature.author;
  const saved = TEXTS.panel.revision(feature.revision);
  return [
    ...saidParts(desk, feature),
    ...dimensionRows(desk, feature),
    h("dt", {}, feature.origin === "model" ? TEXTS.panel.foundBy : TEXTS.panel.drawnBy),
    h("dd", {}, source || "–"),
    h("dt", {}, TEXTS.panel.lastEdit),
    h("dd", {}, feature.author || "–"),
    h("dt", {}),
    h(
      "dd",
      { className: "dim", title: localTime(feature.time) },
      [ago(feature.time, Date.now()), saved].filter(Boolean).join(", "),
    ),
  ];
}
