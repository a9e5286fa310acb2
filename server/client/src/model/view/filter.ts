/** Filter of features: one value for the map, the review queue and the counts. */

import type { Feature, FeatureState } from "../feature";
import type { AttributeCondition } from "./attribute_condition";
import { meets, queryOf } from "./attribute_condition";

export interface Filter {
  readonly hiddenClasses: ReadonlySet<string>;
  readonly hiddenStates: ReadonlySet<FeatureState>;
  /** Both ends belong to the range; a feature without a score passes whatever it is. */
  readonly minScore: number;
  readonly maxScore: number;
  /** Exactly this model or author; "" for any. */
  readonly model: string;
  readonly author: string;
  /** Days of the last edit, UTC, as "2026-05-03", both included; "" for any. */
  readonly since: string;
  readonly until: string;
  /** Only those marked as unsure, or only the others; null for both. */
  readonly unsure: boolean | null;
  /** Only those with a note, or only those without; null for both. */
  readonly noted: boolean | null;
  /** Only those that lack a required attribute, or only the others; null for both. */
  readonly incomplete: boolean | null;
  /** What one attribute must be; null for anything. */
  readonly attribute: AttributeCondition | null;
}

export const STATES: readonly FeatureState[] = ["proposed", "accepted", "rejected"];

export const EVERYTHING: Filter = Object.freeze({
  hiddenClasses: new Set<string>(),
  hiddenStates: new Set<FeatureState>(),
  minScore: 0,
  maxScore: 1,
  model: "",
  author: "",
  since: "",
  until: "",
  unsure: null,
  noted: null,
  incomplete: null,
  attribute: null,
});

/** `lacks` returns whether a feature lacks a required attribute. */
export function passes(filter: Filter, feature: Feature, lacks: (feature: Feature) => boolean = () => false): boolean {
  const { score, time, said } = feature;
  const day = time.slice(0, 10);
  return (
    !filter.hiddenClasses.has(feature.classKey) &&
    !filter.hiddenStates.has(feature.state) &&
    (score === null || (score >= filter.minScore && score <= filter.maxScore)) &&
    (!filter.model || feature.model === filter.model) &&
    (!filter.author || feature.author === filter.author) &&
    // What has not been saved yet has no time: it is of now.
    (!filter.since || !day || day >= filter.since) &&
    (!filter.until || !day || day <= filter.until) &&
    (filter.unsure === null || said.unsure === filter.unsure) &&
    (filter.noted === null || (said.note !== "") === filter.noted) &&
    (filter.attribute === null || meets(filter.attribute, feature.attributes)) &&
    (filter.incomplete === null || lacks(feature) === filter.incomplete)
  );
}

/** Return whether the filter leaves nothing out. */
export function isOpen(filter: Filter): boolean {
  return toQuery(filter, [...filter.hiddenClasses]) === "" && filter.hiddenClasses.size === 0;
}

/** Return whether nothing at all can pass, so that there is nothing to ask for. */
export function isClosed({ hiddenClasses, hiddenStates }: Filter, classes: readonly string[]): boolean {
  return (
    STATES.every((state) => hiddenStates.has(state)) ||
    (classes.length > 0 && classes.every((key) => hiddenClasses.has(key)))
  );
}

/** The filter as the server's query parameters, "" where it leaves nothing out; `classes` are the keys of the project. */
export function toQuery(filter: Filter, classes: readonly string[]): string {
  const query = new URLSearchParams();
  const put = (key: string, value: string | number, neutral: string | number): void => {
    if (value !== neutral) query.set(key, String(value));
  };
  if (filter.hiddenClasses.size) {
    put("class", classes.filter((key) => !filter.hiddenClasses.has(key)).join(","), "");
    // Each class is shown or not for itself: without this, those below one that is shown would pass, too.
    put("class_exact", "true", "");
  }
  if (filter.hiddenStates.size) put("state", STATES.filter((state) => !filter.hiddenStates.has(state)).join(","), "");
  put("min_score", filter.minScore, 0);
  put("max_score", filter.maxScore, 1);
  for (const key of ["model", "author", "since", "until"] as const) put(key, filter[key], "");
  for (const key of ["unsure", "noted", "incomplete"] as const) put(key, String(filter[key]), "null");
  for (const [key, value] of Object.entries(filter.attribute ? queryOf(filter.attribute) : {})) query.set(key, value);
  return query.toString();
}

/** The set with all `items` taken out where any is in, put in where none is. */
export function togglesAll<T>(set: ReadonlySet<T>, items: readonly T[]): ReadonlySet<T> {
  const rest = [...set].filter((item) => !items.includes(item));
  return new Set(rest.length < set.size ? rest : [...rest, ...items]);
}

/** The set with `item` taken out where it is in, put in where it is not. */
export function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const copy = new Set(set);
  if (!copy.delete(item)) copy.add(item);
  return copy;
}
