/** Attributes that a class declares: which are missing, how they are read from a form and shown. */

import type { ClassAttributeReply as Declared } from "../wire";
import type { Feature } from "../feature";
import type { Result } from "../shapes/result";
import { ok, refuse } from "../shapes/result";
import { TEXTS } from "../../texts";

/** Characters of a text, as the server has it. */
const LONGEST = 500;

/** What a class declares, as far as it matters here. */
interface Declaring {
  readonly key: string;
  readonly attributes: readonly Declared[];
}

/** Attributes that are asked of the objects of a class, in the order of the form. */
export function asked(classes: readonly Declaring[], key: string): readonly Declared[] {
  return classes.find((one) => one.key === key)?.attributes.filter(({ retired }) => !retired) ?? [];
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

/** The required attributes that a feature lacks. */
export function missing(feature: Feature, classes: readonly Declaring[]): readonly Declared[] {
  return asked(classes, feature.classKey).filter(({ key, required }) => required && isEmpty(feature.attributes[key]));
}

/** The text of a control for a value; "" for none. */
export function toText(value: unknown): string {
  if (isEmpty(value)) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value as it is read: a code by its name, a number with its unit. */
export function shown(attribute: Declared | undefined, value: unknown): string {
  const text = toText(value);
  const name = attribute?.choices.find(({ code }) => code === value)?.name;
  if (name !== undefined) return name;
  return attribute?.unit && typeof value === "number" ? `${text} ${attribute.unit}` : text;
}

/** The value that the text of a control stands for, null for none; or a sentence. */
export function parsed(attribute: Declared, text: string): Result<unknown> {
  const words = text.trim();
  if (!words) return ok(null);
  switch (attribute.kind) {
    case "yes-no":
      return ok(words === "yes");
    case "number":
      return number(attribute, words);
    case "choice":
      return ok(words);
    default:
      return [...words].length > LONGEST
        ? refuse(TEXTS.attributes.tooLong(attribute.name, [...words].length, LONGEST))
        : ok(words);
  }
}

function number(attribute: Declared, words: string): Result<unknown> {
  const { name, minimum, maximum, unit } = attribute;
  // Both ways of writing decimals; never thousands.
  const value = /^[+-]?\d*[.,]?\d+$/.test(words) ? Number(words.replace(",", ".")) : NaN;
  const fits = value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity);
  return fits ? ok(value) : refuse(TEXTS.attributes.noNumber(name, words, minimum, maximum, unit));
}
