/** Numbers of a scene's features by state. */

import type { Step } from "./change";
import type { FeatureState } from "../feature";

export type StateCounts = Readonly<Record<FeatureState, number>>;

/** Counts after `number` proposals got a state, or, below 0, were given it back. */
export function afterBulk(current: StateCounts, state: FeatureState, number: number): StateCounts {
  const counts = { ...current };
  counts.proposed -= number;
  counts[state] += number;
  return counts;
}

export function afterStep(current: StateCounts, { changes }: Step): StateCounts {
  const counts = { ...current };
  for (const { before, after } of changes) {
    if (before) counts[before.state] -= 1;
    if (after) counts[after.state] += 1;
  }
  return counts;
}
