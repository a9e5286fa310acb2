/** Which objects are shown, and how many: states, scores, model, author, date. */

import * as api from "../api";
import type { Desk } from "../desk";
import { LOOKS } from "../map/styles";
import type { Feature } from "../model/feature";
import type { Filter } from "../model/filter";
import { EVERYTHING, isOpen, STATES, toggled, toQuery } from "../model/filter";
import type { ScoreCounts } from "../model/scores";
import { total } from "../model/scores";
import { Signal } from "../model/signal";
import { fill, h, keyCap, lineSample } from "./dom";
import { scoreRange } from "./scores";

const SETTLE_MS = 400;

const count = (n: number): string => n.toLocaleString("en");

export function filterPanel(desk: Desk): HTMLElement {
  const change = (news: Partial<Filter>): void => desk.setFilter(news);
  const counts = new Signal<ScoreCounts | null>(null);
  const shown = h("p", { className: "shown", "aria-live": "polite" });
  const reset = h("button", { type: "button", className: "reset" }, "Show all");
  reset.addEventListener("click", () => {
    change(EVERYTHING);
    desk.filtered();
    desk.focus();
  });
  watchCounts(desk, counts, shown);
  desk.filter.watch((filter) => (reset.disabled = isOpen(filter)));
  return h("section", { className: "filter", "aria-labelledby": "objects-heading" },
    h("h2", { id: "objects-heading" }, "Objects"), loadingNote(desk), stateRows(desk),
    scoreRange(desk.filter, counts, change, () => desk.filtered()),
    more(desk, change), h("div", { className: "outcome" }, shown, reset));
}

/** Says what is on the map where it is not outlines. */
function loadingNote(desk: Desk): HTMLElement {
  const note = h("p", { className: "note", role: "status" });
  desk.loader.state.watch(({ counts, total: n, failed }) => {
    const words = counts ? `Showing counts: ${count(n)} objects in view; zoom in to see outlines.` : "";
    note.textContent = failed ? "Objects could not be fetched; trying again." : words;
    note.classList.toggle("bad", failed);
    document.body.dataset["shows"] = counts ? "counts" : "outlines";
  });
  return note;
}

function stateRows(desk: Desk): HTMLElement {
  const rows = STATES.map((state) => {
    const { width, dash, line } = LOOKS[state];
    const box = h("input", { type: "checkbox", id: `show-${state}` });
    const number = h("span", { className: "count" });
    box.addEventListener("change", () => {
      desk.setFilter({ hiddenStates: toggled(desk.filter.value.hiddenStates, state) });
      desk.filtered();
    });
    desk.filter.watch(({ hiddenStates }) => (box.checked = !hiddenStates.has(state)));
    desk.tally.watch((tally) => (number.textContent = count(tally[state])));
    const key = state === "rejected" && keyCap("H");
    return h("li", { "data-state": state },
      h("label", {}, box, lineSample(width, dash, line) as unknown as Node, h("span", {}, state), key, number));
  });
  return h("ul", { className: "states" }, ...rows);
}

/** What is asked for seldom, folded away. */
function more(desk: Desk, change: (news: Partial<Filter>) => void): HTMLElement {
  const fields = [
    field(desk, change, "model", "Found by model", "text"), field(desk, change, "author", "Last edit by", "text"),
    field(desk, change, "since", "Edited from", "date"), field(desk, change, "until", "Edited until", "date"),
  ];
  const summary = h("summary", {}, "Model, author, date");
  desk.filter.watch(({ model, author, since, until }) => summary.classList.toggle("on", Boolean(model || author || since || until)));
  return h("details", { className: "more" }, summary, ...fields);
}

function field(
  desk: Desk, change: (news: Partial<Filter>) => void, key: "model" | "author" | "since" | "until", label: string, type: string,
): HTMLElement {
  const input = h("input", { type, id: `filter-${key}`, autocomplete: "off" });
  const known = h("datalist", { id: `known-${key}` });
  if (type === "text") {
    input.setAttribute("list", known.id);
    input.placeholder = "any";
    input.addEventListener("focus", () => fill(known, ...valuesOf(desk.workspace.labels, key).map((value) => h("option", { value }))));
  }
  input.addEventListener("change", () => {
    change({ [key]: input.value.trim() });
    desk.filtered();
  });
  desk.filter.watch((filter) => (input.value = filter[key]));
  return h("div", { className: "more-field" }, h("label", { for: input.id }, label), input, known);
}

function valuesOf(features: Iterable<Feature>, key: "model" | "author" | "since" | "until"): string[] {
  const found = new Set<string>();
  for (const feature of features) if (key === "model" || key === "author") found.add(feature[key] ?? "");
  return [...found].filter(Boolean).sort();
}

/** Keeps the histogram, and how many pass, up to date: soon after the filter or the objects have changed. */
function watchCounts(desk: Desk, counts: Signal<ScoreCounts | null>, shown: HTMLElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  const ask = async (): Promise<void> => {
    const mine = ++turn;
    const { value: filter } = desk.filter;
    const classes = desk.project.classes.map((c) => c.key);
    try {
      const anyScore = await api.scores(desk.scene.id, toQuery({ ...filter, minScore: 0, maxScore: 1 }, classes));
      const narrow = filter.minScore > 0 || filter.maxScore < 1;
      const passing = desk.closed ? 0 : total(narrow ? await api.scores(desk.scene.id, desk.query()) : anyScore);
      if (mine !== turn) return;
      counts.set(anyScore);
      const { proposed, accepted, rejected } = desk.tally.value;
      const hidden = Math.max(0, proposed + accepted + rejected - passing);
      shown.textContent = hidden ? `${count(passing)} shown, ${count(hidden)} hidden` : `All ${count(passing)} shown`;
    } catch {
      // The map says that the server cannot be reached; the numbers come with the next change.
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), SETTLE_MS);
  };
  desk.filter.watch(soon);
  desk.tally.watch(soon);
}
