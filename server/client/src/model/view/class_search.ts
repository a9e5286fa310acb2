/** Search of classes by a few letters. */

import type { ClassReply } from "../wire";

/** Letters without case and accents. */
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** How well letters fit a class, the least best: its name's beginning, a word's, the initials, within; null: not at all. */
function fit(letters: string, { name, key }: ClassReply): number | null {
  const [whole, short] = [plain(name), plain(key)];
  const words = whole.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const ways = [
    whole === letters,
    whole.startsWith(letters),
    words.some((word) => word.startsWith(letters)),
    words
      .map((word) => word[0])
      .join("")
      .startsWith(letters),
    short.startsWith(letters),
    whole.includes(letters) || short.includes(letters),
    inOrder(letters, whole),
  ];
  const found = ways.indexOf(true);
  return found < 0 ? null : found;
}

/** Return whether the letters come in this order. */
function inOrder(letters: string, text: string): boolean {
  let at = 0;
  for (const letter of text) if (letter === letters[at]) at += 1;
  return at === letters.length;
}

/** The classes that letters fit, the best first, else in the order of the project; all where nothing is given. */
export function classesLike(text: string, classes: readonly ClassReply[]): ClassReply[] {
  const letters = plain(text.trim());
  if (!letters) return [...classes];
  return classes
    .map((one) => ({ one, rank: fit(letters, one) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => a.rank! - b.rank!)
    .map(({ one }) => one);
}
