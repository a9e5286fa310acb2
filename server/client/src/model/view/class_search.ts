/** Search of classes by a few letters. */

import type { ClassReply } from "../wire";
import { bestFirst, FIT, fitOf, plainLetters } from "./fuzzy";

/** How well letters fit a class, the least best: its name, else its key; null: not at all. */
function fit(letters: string, { name, key }: ClassReply): number | null {
  const byName = fitOf(letters, name);
  if (byName !== null && byName <= FIT.initials) return byName;
  const short = plainLetters(key);
  if (short.startsWith(letters)) return FIT.initials + 0.5;
  return short.includes(letters) ? FIT.within : byName;
}

/** The classes that letters fit, the best first, else in the order of the project; all where nothing is given. */
export function classesLike(text: string, classes: readonly ClassReply[]): ClassReply[] {
  const letters = plainLetters(text.trim());
  if (!letters) return [...classes];
  return bestFirst(classes, (one) => fit(letters, one));
}
