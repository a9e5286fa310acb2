/** Histogram of scores: counts in equal bins from 0 to 1, for each state. */

import type { FeatureState } from "../feature";
import type { ScoresReply } from "../wire";
import { TEXTS } from "../../texts";

export const BINS = 50;

export type ByState = Readonly<Record<FeatureState, readonly number[]>>;

/** Count of each state, and of objects without a score. */
export type ScoreCounts = Pick<ScoresReply, FeatureState | "unscored">;

export interface Bar {
  readonly open: number;
  readonly decided: number;
}

export function bars({ proposed, accepted, rejected }: ByState): Bar[] {
  return proposed.map((open, i) => ({ open, decided: accepted[i]! + rejected[i]! }));
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/** All objects that were counted. */
export function total({ proposed, accepted, rejected, unscored: none }: ScoreCounts): number {
  return sum([...proposed, ...accepted, ...rejected, none.proposed, none.accepted, none.rejected]);
}

/** The middle of the bin in which half of the counts are reached; null where there are none. */
export function median(counts: readonly number[]): number | null {
  const half = sum(counts) / 2;
  let reached = 0;
  for (const [i, count] of counts.entries()) {
    reached += count;
    if (reached >= half && count > 0) return (i + 0.5) / counts.length;
  }
  return null;
}

/** The histogram in a sentence, for whoever cannot see it. */
export function inWords(counts: ByState): string {
  const all = bars(counts);
  const part = (numbers: readonly number[], name: string): string => {
    const middle = median(numbers);
    return middle === null ? TEXTS.filter.noScores(name) : TEXTS.filter.median(sum(numbers), name, middle);
  };
  return TEXTS.filter.histogram(
    part(
      all.map((b) => b.open),
      TEXTS.filter.proposed,
    ),
    part(
      all.map((b) => b.decided),
      TEXTS.filter.decided,
    ),
  );
}
