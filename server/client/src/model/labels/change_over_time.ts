/** What became of an object since the other date: new, gone or changed, as attributes that are exported with it. */

import type { Attributes } from "../feature";

export const CHANGES = ["new", "gone", "changed"] as const;
export type ChangeOverTime = (typeof CHANGES)[number];

/** Attribute with the word, and that with the key of the scene that it was compared with. */
export const CHANGE = "change";
export const COMPARED_WITH = "compared_with";

export function changeOf(attributes: Attributes): ChangeOverTime | null {
  return CHANGES.find((word) => word === attributes[CHANGE]) ?? null;
}

/** The word after this one, and none after the last. */
export function nextChange(now: ChangeOverTime | null): ChangeOverTime | null {
  return CHANGES[now === null ? 0 : CHANGES.indexOf(now) + 1] ?? null;
}

/** The attributes that say so; null takes them away. */
export function saysChange(word: ChangeOverTime | null, scene: string): Attributes {
  return { [CHANGE]: word, [COMPARED_WITH]: word === null ? null : scene };
}
