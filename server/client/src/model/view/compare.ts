/** Comparison with another scene of the same area, as a value. */

import type { PairReply as Pair } from "../wire";

export interface Comparison {
  readonly pairs: readonly Pair[];
  /** Place in `pairs`. */
  readonly chosen: number;
  readonly shown: boolean;
  /** Of the other scene while it is shown, 0 to 1. */
  readonly opacity: number;
  /** Share of the map's width from which on the other scene is drawn; null where it is drawn all over. */
  readonly divider: number | null;
}

export const NOTHING: Comparison = { pairs: [], chosen: 0, shown: false, opacity: 1, divider: null };

/** Switching faster than this would flash more than three times a second (WCAG 2.3.1), as a held key does. */
export const CALM_MS = 340;

/** Return the scene chosen for comparison; null where there is none. */
export function chosenPair({ pairs, chosen }: Comparison): Pair | null {
  return pairs[chosen] ?? null;
}

/** Another pair is chosen, and shown. */
export function choose(comparison: Comparison, index: number): Comparison {
  return index in comparison.pairs ? { ...comparison, chosen: index, shown: true } : comparison;
}

/** Another opacity, which shows the other scene where there is anything to see of it. */
export function fade(comparison: Comparison, opacity: number): Comparison {
  const within = Math.min(1, Math.max(0, opacity));
  return { ...comparison, opacity: within, shown: within > 0 };
}

/** Shown or hidden in turn; what had faded to nothing comes back whole. */
export function flick(comparison: Comparison): Comparison {
  if (!chosenPair(comparison)) return comparison;
  return { ...comparison, shown: !comparison.shown, opacity: comparison.opacity || 1 };
}

/** The divider comes, in the middle and with the other scene beside it, or goes, and the other scene with it. */
export function swipe(comparison: Comparison): Comparison {
  if (!chosenPair(comparison)) return comparison;
  if (comparison.divider !== null && comparison.shown) return { ...comparison, divider: null, shown: false };
  return { ...comparison, divider: 0.5, shown: true, opacity: comparison.opacity || 1 };
}

/** The divider elsewhere, on the map. */
export function slide(comparison: Comparison, divider: number): Comparison {
  return { ...comparison, divider: Math.min(1, Math.max(0, divider)) };
}

/** "Town, 2023-05-01 (365 days earlier)" */
export function describe({ name, acquired_at: time, days, marking }: Pair): string {
  const distance = `${Math.abs(days).toLocaleString("en")} ${Math.abs(days) === 1 ? "day" : "days"}`;
  const title = `${name}, ${time.slice(0, 10)} (${distance} ${days < 0 ? "earlier" : "later"})`;
  return marking ? `${title} – ${marking}` : title;
}
