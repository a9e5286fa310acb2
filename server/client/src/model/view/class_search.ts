/** Search of classes by a few letters. */

import type { ClassReply } from "../wire";
import { above, pathOf } from "./class_tree";
import { bestFirst, FIT, fitOf, plainLetters } from "./fuzzy";

/** Added to a fit by the name of another class. */
const AFTER = 10;

/** How well letters fit a class alone, the least best: its name, else its key; null: not at all. */
function fit(letters: string, { name, key }: ClassReply): number | null {
  const byName = fitOf(letters, name);
  if (byName !== null && byName <= FIT.initials) return byName;
  const short = plainLetters(key);
  if (short.startsWith(letters)) return FIT.initials + 0.5;
  return short.includes(letters) ? FIT.within : byName;
}

/** A class is found by those above it, too, after what is called so itself: "vehicle", or "veh tr" for the truck. */
function fitInTree(letters: string, one: ClassReply, classes: readonly ClassReply[]): number | null {
  const own = fit(letters, one);
  const line = above(one, classes);
  if (own !== null || !line.length) return own;
  const whole = fitOf(letters, pathOf(one, classes));
  const found = [...line.map((it) => fit(letters, it)), whole].filter((it): it is number => it !== null);
  return found.length ? AFTER + Math.min(...found) : null;
}

/** The classes that letters fit, the best first, else in the order of the project; all where nothing is given. */
export function classesLike(text: string, classes: readonly ClassReply[]): ClassReply[] {
  const letters = plainLetters(text.trim());
  if (!letters) return [...classes];
  return bestFirst(classes, (one) => fitInTree(letters, one, classes));
}
