/** Numbers of a scene's features by state. */

import type { Step } from "./change";
import type { FeatureState } from "../feature";

export type StateCounts = Readonly<Record<FeatureState, number>>;

export function afterStep(current: StateCounts, { changes }: Step): StateCounts {
  const counts = { ...current };
  for (const { before, after } of changes) {
    if (before) counts[before.state] -= 1;
    if (after) counts[after.state] += 1;
  }
  return counts;
}
