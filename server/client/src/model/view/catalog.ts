/** The scenes of a project as a list to choose from: found by words, put in order. */

import type { SceneSummaryReply as SceneSummary } from "../wire";
import { TEXTS } from "../../texts";

export type SortKey = "added" | "name" | "newest" | "open" | "edited";

/** What a list is sorted by; with a minus sign the other way round. */
export type SortOrder = SortKey | `-${SortKey}`;

export const ORDERS: Readonly<Record<SortKey, string>> = TEXTS.scenes.orders;

/** The scenes that have every word of `text` somewhere in what is known of them. */
export function find(scenes: readonly SceneSummary[], text: string): SceneSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return scenes.filter((scene) => {
    const { name, key, sensor, acquired_at: time, crs, marking } = scene;
    const known = [name, key, sensor, time?.slice(0, 10), crs, marking].join(" ").toLowerCase();
    return words.every((word) => known.includes(word));
  });
}

export function isOrder(name: string | null): name is SortOrder {
  return name !== null && Object.hasOwn(ORDERS, name.replace(/^-/, ""));
}

/** What an order sorts by, whichever way round. */
export function keyOf(order: SortOrder): SortKey {
  return order.replace(/^-/, "") as SortKey;
}

/** The same order the other way round. */
export function reversed(order: SortOrder): SortOrder {
  return order === keyOf(order) ? `-${order}` : keyOf(order);
}

type Compare = (a: SceneSummary, b: SceneSummary) => number;

const byName: Compare = (a, b) => a.name.localeCompare(b.name, "en", { numeric: true }) || a.id - b.id;

/** Latest first. */
const byTime = (a: string | null, b: string | null): number => ((a ?? "") < (b ?? "") ? 1 : a === b ? 0 : -1);

const COMPARE: Readonly<Record<SortKey, Compare>> = {
  added: (a, b) => a.id - b.id,
  name: byName,
  newest: (a, b) => byTime(a.acquired_at, b.acquired_at),
  open: (a, b) => b.counts.proposed - a.counts.proposed,
  edited: (a, b) => byTime(a.activity.edited_at, b.activity.edited_at),
};

/** Scenes without what is sorted by come last, either way round. */
const LACKING: Partial<Record<SortKey, (scene: SceneSummary) => boolean>> = {
  newest: (scene) => scene.acquired_at === null,
  edited: (scene) => scene.activity.edited_at === null,
};

export function inOrder(scenes: readonly SceneSummary[], order: SortOrder): SceneSummary[] {
  const key = keyOf(order);
  const way = key === order ? 1 : -1;
  const lacks = LACKING[key] ?? (() => false);
  const compare: Compare = (a, b) => Number(lacks(a)) - Number(lacks(b)) || way * COMPARE[key](a, b) || byName(a, b);
  return [...scenes].sort(compare);
}

/** A scene with proposals; `wrapped` where the list was begun anew to find it. */
export interface Unfinished {
  readonly scene: SceneSummary;
  readonly wrapped: boolean;
}

/**
 * The next scene with proposals after `from` in the list, or, with a `way` of -1, before it; null where there is none.
 *
 * `from` stands where it did as it was opened, and comes last itself.
 */
export function unfinished(
  scenes: readonly SceneSummary[],
  order: SortOrder,
  from: Pick<SceneSummary, "id" | "counts" | "activity">,
  way: 1 | -1,
): Unfinished | null {
  const listed = inOrder(
    scenes.map((scene) => (scene.id === from.id ? { ...scene, counts: from.counts, activity: from.activity } : scene)),
    order,
  ).map(({ id }) => id);
  if (way < 0) listed.reverse();
  const at = listed.indexOf(from.id);
  const known = new Map(scenes.map((scene) => [scene.id, scene]));
  for (const [step, id] of [...listed.slice(at + 1), ...listed.slice(0, at + 1)].entries()) {
    const scene = known.get(id)!;
    if (scene.counts.proposed > 0) return { scene, wrapped: at + 1 + step >= listed.length };
  }
  return null;
}
