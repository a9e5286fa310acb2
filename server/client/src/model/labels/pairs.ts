/** Two objects of one class that overlap, and what a person said of them: that they are two. */

import type { Attributes, Feature } from "../feature";

/** Attribute of an object: the uids of others that it overlaps without being one of them, as the server reads it. */
export const DISTINCT_FROM = "distinct_from";

/** The uids that an object is not, as its attributes have them. */
export function distinctFrom(attributes: Attributes): readonly string[] {
  const value = attributes[DISTINCT_FROM];
  return typeof value === "string" ? value.split(" ").filter(Boolean) : [];
}

export function areApart(one: Feature | undefined, other: Feature | undefined): boolean {
  if (!one || !other) return false;
  return distinctFrom(one.attributes).includes(other.uid) || distinctFrom(other.attributes).includes(one.uid);
}
