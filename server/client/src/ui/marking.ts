/** The handling marking over and under everything, in the colour its level customarily has. */

import { h } from "./dom";

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

export function markingBanners(marking: string | null): HTMLElement[] {
  if (!marking) return [];
  const level = LEVELS.find(([prefix]) => marking.toUpperCase().startsWith(prefix))?.[1] ?? "other";
  return ["top", "bottom"].map((where) =>
    h("div", { className: `marking marking-${level}`, "aria-label": `Handling marking, ${where}`, role: "note" }, marking),
  );
}
