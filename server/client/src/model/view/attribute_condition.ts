/** Condition of the filter on the value of one attribute, as the server has it. */

import type { Attributes } from "../feature";

/** With a key alone: anything, but not missing. */
export interface AttributeCondition {
  readonly key: string;
  readonly missing?: boolean;
  readonly equals?: string | boolean | null;
  readonly contains?: string | null;
  readonly minimum?: number | null;
  readonly maximum?: number | null;
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";
const has = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null;

/** The same letters in capitals or not, as near as a browser comes to what Python calls casefold. */
const folded = (text: string): string => text.toUpperCase().toLowerCase();

/** Return whether the attributes of a feature meet the condition. */
export function meets(condition: AttributeCondition, attributes: Attributes): boolean {
  const { key, missing, equals, contains, minimum, maximum } = condition;
  const value = attributes[key];
  if (missing) return isMissing(value);
  if (has(equals)) return value === equals;
  if (has(contains)) return typeof value === "string" && folded(value).includes(folded(contains));
  if (!has(minimum) && !has(maximum)) return !isMissing(value);
  return typeof value === "number" && value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
}

/** The condition as the server's query parameters. */
export function queryOf(condition: AttributeCondition): Record<string, string> {
  const { key, missing, equals, contains, minimum, maximum } = condition;
  return {
    attribute: key,
    ...(missing && { attribute_missing: "true" }),
    ...(typeof equals === "string" && { attribute_is: equals }),
    ...(typeof equals === "boolean" && { attribute_yes: String(equals) }),
    ...(has(contains) && { attribute_has: contains }),
    ...(has(minimum) && { attribute_min: String(minimum) }),
    ...(has(maximum) && { attribute_max: String(maximum) }),
  };
}
