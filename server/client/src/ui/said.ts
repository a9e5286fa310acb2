/** What a person says of objects, in the panel: on the card, as filters, and the way into the review of unsure ones. */

import * as api from "../api";
import type { Desk } from "../desk/desk";
import type { Attributes, Feature } from "../model/feature";
import { shown } from "../model/labels/attributes";
import { CHANGE, changeOf, COMPARED_WITH } from "../model/labels/change_over_time";
import { DISTINCT_FROM, distinctFrom } from "../model/labels/pairs";
import type { Filter } from "../model/view/filter";
import { h } from "../browser/dom";
import { attributeFilter } from "./attribute_filter";
import { TEXTS } from "../texts";

const SETTLE_MS = 400;

/** Rows of the card of one object: only what is said, what it has of attributes, and which required ones it lacks. */
export function saidParts(desk: Desk, feature: Feature): Node[] {
  const { said, attributes, classKey } = feature;
  const row = (name: string, value: string, className = ""): Node[] => [
    h("dt", {}, name),
    h("dd", { className }, value),
  ];
  const declared = desk.classes.value.find((one) => one.key === classKey)?.attributes ?? [];
  const order = [...declared.map(({ key }) => key), ...Object.keys(attributes)];
  const change = changeOf(attributes);
  const own = new Set([DISTINCT_FROM, ...(change ? [CHANGE, COMPARED_WITH] : [])]);
  const names = [...new Set(order)].filter((key) => key in attributes && !own.has(key));
  const apart = distinctFrom(attributes).length;
  const lacking = desk.saying.lacks(feature);
  return [
    ...(said.note ? row(TEXTS.saying.note, said.note) : []),
    ...(said.confidence ? row(TEXTS.attributes.confidence, said.confidence) : []),
    ...names.flatMap((key) => {
      const attribute = declared.find((one) => one.key === key);
      // What no class asks for, or no longer does, is shown all the same.
      return row(
        attribute?.name ?? key,
        shown(attribute, attributes[key]),
        attribute && !attribute.retired ? "" : "dim",
      );
    }),
    ...(change ? row(TEXTS.changes.heading, TEXTS.changes.since(change, otherName(desk, attributes))) : []),
    ...(apart ? row(TEXTS.pairs.keptBeside, TEXTS.pairs.others(apart), "dim") : []),
    ...(lacking.length ? [h("dt", {}), h("dd", { className: "lacking" }, TEXTS.attributes.missing(lacking))] : []),
  ];
}

/** Name of the scene that an object was compared with; its key where it is not there any longer. */
function otherName(desk: Desk, attributes: Attributes): string {
  const key = attributes[COMPARED_WITH];
  if (typeof key !== "string") return "";
  return desk.comparing.state.value.pairs.find((pair) => pair.key === key)?.name ?? key;
}

/** The state in words: "accepted, unsure". */
export function stateInWords({ state, said }: Feature): string {
  return said.unsure ? `${state}, ${TEXTS.saying.unsure}` : state;
}

/** Switch whether a decision in the review of unsure objects takes their mark away. */
export function settlesSwitch(desk: Desk): HTMLElement {
  const box = h("input", { type: "checkbox", checked: desk.saying.settles.value });
  box.addEventListener("change", () => {
    desk.saying.settle(box.checked);
    desk.focus();
  });
  return h("label", { className: "check", title: TEXTS.saying.settlesHint }, box, TEXTS.saying.settles);
}

/** Filters by what is said. */
export function saidFilters(desk: Desk): HTMLElement {
  return h(
    "div",
    { className: "said-filters" },
    choice(desk, "unsure", TEXTS.saying.filterUnsure, TEXTS.saying.onlyUnsure, TEXTS.saying.notUnsure),
    choice(desk, "noted", TEXTS.saying.filterNote, TEXTS.saying.withNote, TEXTS.saying.withoutNote),
    incompleteFilter(desk),
    attributeFilter(desk),
  );
}

/** Where any class requires attributes: those that lack one. */
function incompleteFilter(desk: Desk): HTMLElement {
  const { filter, incomplete, complete } = TEXTS.attributes;
  const element = choice(desk, "incomplete", filter, incomplete, complete);
  desk.classes.watch((classes) => {
    const requires = classes.some(({ attributes }) => attributes.some((one) => one.required && !one.retired));
    element.hidden = !requires;
  });
  return element;
}

function choice(
  desk: Desk,
  key: "unsure" | "noted" | "incomplete",
  words: string,
  yes: string,
  no: string,
): HTMLElement {
  const option = (value: string, label: string): HTMLElement => h("option", { value }, label);
  const select = h(
    "select",
    { id: `filter-${key}` },
    option("null", TEXTS.saying.any),
    option("true", yes),
    option("false", no),
  );
  select.addEventListener("change", () => {
    desk.filtering.change({ [key]: JSON.parse(select.value) as boolean | null } satisfies Partial<Filter>);
    desk.filtering.rest();
    desk.focus();
  });
  desk.filtering.filter.watch((filter) => (select.value = String(filter[key])));
  return h("label", { className: "said-filter" }, words, select);
}

/** Say on the button how many objects are unsure, soon after any has changed. */
export function watchUnsure(desk: Desk, button: HTMLButtonElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  const ask = async (): Promise<void> => {
    const mine = ++turn;
    try {
      await desk.workspace.saved();
      const { proposed, accepted, rejected } = await api.uids(desk.scene.id, null, "unsure=true", 0);
      if (mine === turn) button.textContent = TEXTS.saying.reviewCount(proposed + accepted + rejected);
    } catch {
      // The map says that the server cannot be reached; the number comes with the next change.
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), SETTLE_MS);
  };
  desk.visit.counts.watch(soon);
  desk.workspace.labels.watch(soon);
}
