/** How well a few letters fit a name. */

/** Ways to fit, the best first: the whole, its beginning, a word's, the initials, within, in this order. */
export const FIT = { whole: 0, start: 1, word: 2, initials: 3, within: 4, inOrder: 5 } as const;

/** Letters without case and accents. */
export const plainLetters = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** How well `letters` (as of `plainLetters`, trimmed) fit a name, the least best; null where they do not. */
export function fitOf(letters: string, name: string): number | null {
  const whole = plainLetters(name);
  if (whole === letters) return FIT.whole;
  if (whole.startsWith(letters)) return FIT.start;
  const words = whole.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (words.some((word) => word.startsWith(letters))) return FIT.word;
  const initials = words.map((word) => word[0]).join("");
  if (initials.startsWith(letters)) return FIT.initials;
  if (letters.split(/\s+/).every((part) => whole.includes(part))) return FIT.within;
  return isInOrder(letters.replace(/\s+/g, ""), whole) ? FIT.inOrder : null;
}

/** The items that `rank` gives a rank, the least first, else in the order given. */
export function bestFirst<T>(items: readonly T[], rank: (item: T) => number | null): T[] {
  const ranked = items.flatMap((item) => {
    const found = rank(item);
    return found === null ? [] : [{ item, found }];
  });
  return ranked.sort((a, b) => a.found - b.found).map(({ item }) => item);
}

/** Return whether the letters come in this order. */
function isInOrder(letters: string, text: string): boolean {
  let at = 0;
  for (const letter of text) if (letter === letters[at]) at += 1;
  return at === letters.length;
}
