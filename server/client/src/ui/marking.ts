/** The handling marking over and under everything, in the colour its level customarily has. */

import { h } from "../browser/dom";
import { TEXTS } from "../texts";

/** The longest match comes first. */
const LEVELS: readonly [prefix: string, level: string][] = [
  ["TOP SECRET//SCI", "sci"],
  ["TOP SECRET", "top-secret"],
  ["SECRET", "secret"],
  ["CONFIDENTIAL", "confidential"],
  ["CUI", "cui"],
  ["CONTROLLED", "cui"],
  ["UNCLASSIFIED", "unclassified"],
];

function levelOf(marking: string): string {
  return LEVELS.find(([prefix]) => marking.toUpperCase().startsWith(prefix))?.[1] ?? "other";
}

/** A scene's own marking, beside its name. */
export function markingBadge(marking: string): HTMLElement {
  return h("span", { className: `scene-marking marking-${levelOf(marking)}`, title: TEXTS.marking.scene }, marking);
}

export function markingBanners(marking: string | null): HTMLElement[] {
  if (!marking) return [];
  return ["top", "bottom"].map((where) =>
    h(
      "div",
      { className: `marking marking-${levelOf(marking)}`, "aria-label": TEXTS.marking.banner(where), role: "region" },
      marking,
    ),
  );
}
