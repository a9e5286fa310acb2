/** How many features of a scene are in each state. */

import type { Step } from "./change";
import type { FeatureState } from "../feature";

export type Tally = Readonly<Record<FeatureState, number>>;

export function afterStep(tally: Tally, { changes }: Step): Tally {
  const counts = { ...tally };
  for (const { before, after } of changes) {
    if (before) counts[before.state] -= 1;
    if (after) counts[after.state] += 1;
  }
  return counts;
}
