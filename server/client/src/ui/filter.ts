/** Filter panel: states, what is said, model, author, date, and how many objects pass. */

import * as api from "../api";
import type { Desk } from "../desk/desk";
import { LINE_PX, LINES } from "../map/styles";
import type { Filter } from "../model/view/filter";
import { EVERYTHING, isOpen, STATES, toggled } from "../model/view/filter";
import { fill, h, keyCap, lineSample } from "../browser/dom";
import type { Passing } from "./passing";
import { saidFilters } from "./said";
import { TEXTS } from "../texts";

const count = (n: number): string => n.toLocaleString("en");

export function filterPanel(desk: Desk, { words }: Passing): HTMLElement {
  const change = (news: Partial<Filter>): void => desk.filtering.change(news);
  const shown = h("p", { className: "shown", "aria-live": "polite" });
  const reset = h("button", { type: "button", className: "reset" }, TEXTS.filter.showAll);
  reset.addEventListener("click", () => {
    change(EVERYTHING);
    desk.filtering.rest();
    desk.focus();
  });
  words.watch((now) => (shown.textContent = now));
  desk.filtering.filter.watch((filter) => (reset.disabled = isOpen(filter)));
  return h(
    "section",
    { className: "filter", "aria-labelledby": "objects-heading" },
    h("h2", { id: "objects-heading" }, TEXTS.filter.heading),
    h("div", { className: "outcome" }, shown, reset),
    stateRows(desk),
    saidFilters(desk),
    more(desk, change),
  );
}

function stateRows(desk: Desk): HTMLElement {
  const rows = STATES.map((state) => {
    const { dash } = LINES[state];
    const box = h("input", { type: "checkbox", id: `show-${state}` });
    const number = h("span", { className: "count" });
    box.addEventListener("change", () => {
      desk.filtering.change({ hiddenStates: toggled(desk.filtering.filter.value.hiddenStates, state) });
      desk.filtering.rest();
    });
    desk.filtering.filter.watch(({ hiddenStates }) => (box.checked = !hiddenStates.has(state)));
    desk.visit.counts.watch((counts) => (number.textContent = count(counts[state])));
    const key = state === "rejected" && keyCap("H");
    return h(
      "li",
      { "data-state": state },
      h("label", {}, box, lineSample(LINE_PX, dash) as unknown as Node, h("span", {}, state), key, number),
    );
  });
  return h("ul", { className: "states" }, ...rows);
}

/** Return the rarely used filters, folded; their options are fetched when they are unfolded. */
function more(desk: Desk, change: (news: Partial<Filter>) => void): HTMLElement {
  const choices = { model: h("select", { id: "filter-model" }), author: h("select", { id: "filter-author" }) };
  const days = {
    since: h("input", { id: "filter-since", type: "date" }),
    until: h("input", { id: "filter-until", type: "date" }),
  };
  const all = { ...choices, ...days };
  for (const [key, control] of Object.entries(all)) {
    control.addEventListener("change", () => {
      change({ [key]: control.value });
      desk.filtering.rest();
    });
  }
  const summary = h("summary", {}, TEXTS.filter.more);
  const details = h(
    "details",
    { className: "more" },
    summary,
    ...(
      [
        ["model", TEXTS.filter.fields.model],
        ["author", TEXTS.filter.fields.author],
        ["since", TEXTS.filter.fields.since],
        ["until", TEXTS.filter.fields.until],
      ] as const
    ).map(([key, label]) => h("div", { className: "more-field" }, h("label", { for: all[key].id }, label), all[key])),
  );
  details.addEventListener("toggle", () => details.open && void offer(desk, choices));
  desk.filtering.filter.watch((filter) => {
    const { model, author, since, until } = filter;
    summary.classList.toggle("on", Boolean(model || author || since || until));
    for (const key of ["model", "author"] as const) if (!filter[key]) choices[key].value = "";
    for (const key of ["since", "until"] as const) days[key].value = filter[key];
  });
  return details;
}

/** Fill the choices with the models and authors of the scene and how many objects each has. */
async function offer(desk: Desk, choices: { model: HTMLSelectElement; author: HTMLSelectElement }): Promise<void> {
  const option = (value: string, words: string): HTMLElement => h("option", { value }, words);
  try {
    const { models, authors } = await api.facets(desk.scene.id);
    for (const [key, found] of [
      ["model", models],
      ["author", authors],
    ] as const) {
      fill(
        choices[key],
        option("", TEXTS.filter.any),
        ...Object.entries(found).map(([name, n]) => option(name, TEXTS.filter.option(name, n))),
      );
      choices[key].value = desk.filtering.filter.value[key];
    }
  } catch {
    desk.notice.set(TEXTS.filter.facetsFailed);
  }
}
