/** Texts of the history: steps of a person, and revisions of an object. */

import { n } from "./numbers";

const some = (one: string, many: string) => (count: number) => (count === 1 ? `1 ${one}` : `${n(count)} ${many}`);

/** What became of objects in a step, by the server's word for it. */
const DID: Record<string, (count: number) => string> = {
  drawn: some("drawn", "drawn"),
  deleted: some("deleted", "deleted"),
  restored: some("brought back", "brought back"),
  reshaped: some("outline changed", "outlines changed"),
  classified: some("class changed", "classes changed"),
  accepted: some("accepted", "accepted"),
  rejected: some("rejected", "rejected"),
  proposed: some("proposed again", "proposed again"),
  said: some("noted", "noted"),
};

export const PAST_TEXTS = {
  past: {
    steps: "Your last steps",
    object: "Revisions of this object",
    stepsHint: "On this scene, also of other days. Enter goes there.",
    objectHint: "A revision that has the focus is drawn in dotted white; going back to one makes a new revision.",
    none: "You have not changed anything on this scene yet.",
    draw: "Draw an object",
    failed: "The history could not be fetched; try again when the server answers.",
    needsOne: "Select one object to see its revisions.",
    close: "Close",
    did: (counts: Readonly<Record<string, number>>) =>
      Object.entries(counts)
        .map(([word, count]) => DID[word]?.(count) ?? `${n(count)} ${word}`)
        .join(", "),
    versions: "Revisions",
    bringBack: (count: number) => (count === 1 ? "Bring it back" : `Bring ${n(count)} back`),
    broughtBack: "Brought back",
    revision: (revision: number) => `Revision ${revision}`,
    now: "as it is now",
    changes: {
      drawn: "drawn",
      found: "proposed",
      deleted: "deleted",
      restored: "brought back",
      outline: "outline",
      class: "class",
      state: "state",
      unsure: "unsure",
      note: "note",
      attributes: "attributes",
    },
    back: "Back to this",
    backNamed: (revision: number) => `Back to revision ${revision}`,
    reverted: (revision: number) => `Back to revision ${revision}`,
    isReverted: (revision: number) => `As it was at revision ${revision}. Ctrl+Z takes it back.`,
    same: "The object is just so already.",
    classGone: (name: string) => `As it was, but for its class, which is gone from the project: it stays ${name}.`,
  },
} as const;
