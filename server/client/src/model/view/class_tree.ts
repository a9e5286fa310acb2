/** The tree that classes stand in; a list of them has each right before those below it. */

import type { ClassReply } from "../wire";

type Nested = Pick<ClassReply, "key" | "name" | "parent">;

const MOST_LEVELS = 4;

/** The classes above one, the highest first. */
export function above<T extends Nested>(one: T, classes: readonly T[]): T[] {
  const line: T[] = [];
  let at = parentOf(one, classes);
  while (at && !line.includes(at)) {
    line.unshift(at);
    at = parentOf(at, classes);
  }
  return line;
}

/** The key of a class and those of all below it. */
export function withBelow(key: string, classes: readonly Nested[]): string[] {
  const found = [key];
  for (const one of classes) if (one.parent !== null && found.includes(one.parent)) found.push(one.key);
  return found;
}

/** "Vehicle › Truck". */
export const pathOf = (one: Nested, classes: readonly Nested[]): string =>
  [...above(one, classes), one].map(({ name }) => name).join(" › ");

/** The name for a list in the order of the tree, two hard spaces further in for each class above. */
export const indented = (one: Nested, classes: readonly Nested[]): string =>
  "\u00a0\u00a0".repeat(above(one, classes).length) + one.name;

/** The classes that one can be put below. */
export function possibleParents<T extends Nested>(one: T, classes: readonly T[]): T[] {
  const own = withBelow(one.key, classes);
  const levelOf = (it: T): number => above(it, classes).length;
  const height = 1 + Math.max(...classes.filter(({ key }) => own.includes(key)).map(levelOf)) - levelOf(one);
  return classes.filter((it) => !own.includes(it.key) && levelOf(it) + 1 + height <= MOST_LEVELS);
}

/** The classes that stand below the same one as `key` does, it among them. */
export function siblings<T extends Nested>(key: string, classes: readonly T[]): T[] {
  const parent = classes.find((one) => one.key === key)?.parent ?? null;
  return classes.filter((one) => one.parent === parent);
}

function parentOf<T extends Nested>({ parent }: T, classes: readonly T[]): T | undefined {
  return parent === null ? undefined : classes.find(({ key }) => key === parent);
}
