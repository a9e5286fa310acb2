/** How many features of a scene are in each state. */

import type { Change } from "./change";
import type { FeatureState } from "./feature";

export type Tally = Readonly<Record<FeatureState, number>>;

export function afterChange(tally: Tally, { before, after }: Change): Tally {
  const counts = { ...tally };
  if (before) counts[before.state] -= 1;
  if (after) counts[after.state] += 1;
  return counts;
}
