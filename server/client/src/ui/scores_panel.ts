/** The scores in the panel: from which on proposals are shown, and the button that accepts those in view. */

import { h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { Passing } from "./passing";
import { scoreRange } from "./scores";
import { surestButton } from "./surest";
import { TEXTS } from "../texts";

export function scoresPanel(desk: Desk, { scores, words }: Passing): HTMLElement {
  const shown = h("p", { className: "dim passing" });
  words.watch((now) => (shown.textContent = now));
  const { filtering } = desk;
  const heading = h("h2", { id: "scores-heading" }, TEXTS.filter.scores);
  return h(
    "section",
    { "aria-labelledby": heading.id },
    heading,
    scoreRange(
      filtering.filter,
      scores,
      (news) => filtering.change(news),
      () => filtering.rest(),
    ),
    shown,
    surestButton(desk),
  );
}
