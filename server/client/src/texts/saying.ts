/** Texts of what a person says of objects: unsure, notes. */

import { n, objects } from "./numbers";

export const SAYING_TEXTS = {
  saying: {
    marks: (unsure: boolean) => (count: number) =>
      unsure ? `This marks ${objects(count)} as unsure.` : `This takes the mark "unsure" from ${objects(count)}.`,
    marked: (count: number, unsure: boolean) => {
      if (count === 1) return unsure ? "Marked as unsure: Alt+W reviews such objects." : "No longer unsure.";
      return unsure ? `${objects(count)} marked as unsure.` : `${objects(count)} no longer unsure.`;
    },
    notes: (isNote: boolean) => (count: number) =>
      isNote ? `This gives ${objects(count)} this note.` : `This removes the notes of ${objects(count)}.`,
    unsure: "unsure",
    note: "Note",
    noteOn: (count: number) => (count === 1 ? "Note on the selected object" : `Note on ${objects(count)}`),
    noteHint: "One line; Enter saves, Esc leaves it as it was. Empty removes the note.",
    several: "They have different notes; this one replaces them.",
    left: (left: number) => `${n(left)} left`,
    tooLong: (length: number, longest: number) =>
      `The note has ${n(length)} characters, expected at most ${n(longest)}: shorten it; nothing was cut off.`,
    save: "Save",
    settles: "A decision clears the mark",
    settlesHint: "Off: accepted or rejected, the object stays marked as unsure",
    filterUnsure: "Unsure",
    filterNote: "Note",
    any: "any",
    onlyUnsure: "only unsure",
    notUnsure: "not unsure",
    withNote: "with a note",
    withoutNote: "without",
    position: (position: number, total: number) => `${n(position)} of ${n(total)} unsure`,
    allDecided: "All unsure ones seen",
    toDecide: (open: number) => ` · ${n(open)} to see`,
    reviewCount: (count: number) => (count ? `Review ${n(count)}` : "None"),
  },
  attributes: {
    filterBy: "Attribute",
    filterValue: "What the attribute must be",
    filterText: "Part of the text",
    filterFrom: "from",
    filterTo: "to",
    filterSet: "has a value",
    filterMissing: "missing",
    filterContains: "contains…",
    filterRange: "from … to …",
    filterNoNumber: "The limits of the attribute are numbers, such as 2.5; expected digits.",
    heading: (name: string, count: number) =>
      count === 1 ? `${name}: attributes` : `${name}: attributes of ${objects(count)}`,
    none: (name: string) => `The class ${name} has no attributes: geoengine classes attributes set declares them.`,
    oneClass: "The selected objects are of several classes: select those of one.",
    hint: "Tab between fields, digits or letters pick; Enter saves and accepts, Esc leaves all as it was.",
    save: "Save",
    required: "required",
    missing: (names: readonly string[]) => `Missing: ${names.join(", ")}`,
    differ: "different",
    nothing: "–",
    yes: "yes",
    no: "no",
    confidence: "Confidence",
    confidences: { possible: "possible", probable: "probable", confirmed: "confirmed" },
    tooLong: (name: string, length: number, longest: number) =>
      `${name} has ${n(length)} characters, expected at most ${n(longest)}.`,
    noNumber: (name: string, text: string, low: number | null, high: number | null, unit: string | null) => {
      const limits = [low === null ? "" : `from ${low}`, high === null ? "" : `to ${high}`, unit ?? ""];
      return `${name} is "${text.slice(0, 40)}", expected ${["a number", ...limits].filter(Boolean).join(" ")}.`;
    },
    fills: (count: number) => `This gives ${objects(count)} these attributes.`,
    filter: "Attributes",
    incomplete: "required missing",
    complete: "complete",
  },
} as const;
