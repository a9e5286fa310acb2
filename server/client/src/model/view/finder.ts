/** What Ctrl+K finds: places, commands, classes and scenes, by a few letters of their names. */

import type { Coordinate } from "../ground/lonlat_expansion";
import { covers, polygonOf } from "../shapes/ring";
import type { SceneSummaryReply as SceneSummary } from "../wire";
import { bestFirst, fitOf, plainLetters } from "./fuzzy";

export type EntryKind = "place" | "command" | "class" | "scene";

/** One thing that can be found. */
export interface Entry {
  readonly kind: EntryKind;
  readonly label: string;
  /** More about it, which is searched as well, less than the label. */
  readonly detail: string;
  /** Its key as it is printed on a keyboard; null where it has none. */
  readonly key: string | null;
  run(): void;
}

/** What fits an entry only by its detail comes after what fits by its label. */
const BY_DETAIL = 10;
/** Detail is searched for words, not for letters anywhere in it. */
const LEAST_DETAIL = 3;

/** The entries that letters fit, the best first, else in the order given; all where no letters are. */
export function entriesLike(text: string, entries: readonly Entry[]): Entry[] {
  const letters = plainLetters(text.trim());
  if (!letters) return [...entries];
  return bestFirst(entries, (entry) => rankOf(letters, entry));
}

/** The first few of each kind, in the order given: what to show before a letter is typed, so that no kind hides another. */
export function fewOfEach(entries: readonly Entry[], few: number): Entry[] {
  const shown = new Map<EntryKind, number>();
  return entries.filter(({ kind }) => {
    const count = (shown.get(kind) ?? 0) + 1;
    shown.set(kind, count);
    return count <= few;
  });
}

function rankOf(letters: string, { label, detail }: Entry): number | null {
  const byLabel = fitOf(letters, label);
  if (byLabel !== null) return byLabel;
  return letters.length >= LEAST_DETAIL && plainLetters(detail).includes(letters) ? BY_DETAIL : null;
}

/** The scenes whose footprint holds one of these positions, in degrees. */
export function scenesAt(lonLats: readonly Coordinate[], scenes: readonly SceneSummary[]): SceneSummary[] {
  if (!lonLats.length) return [];
  return scenes.filter(({ footprint }) =>
    footprint?.some((ring) => lonLats.some((at) => covers(polygonOf(ring.map(([x, y]) => [x, y])), at))),
  );
}
