/** Texts of questions on places. */

import { n } from "./numbers";

/** What somebody else made of a pin. */
interface Theirs {
  readonly author: string;
  readonly text: string;
  readonly state: "open" | "resolved" | "removed";
}

export const PIN_TEXTS = {
  pins: {
    heading: "Questions",
    counted: (count: number) => `Questions (${n(count)})`,
    open: (count: number) => (count === 1 ? "1 open question" : `${n(count)} open questions`),
    none: "Ask about a place where there is no object: a pin keeps the question there.",
    allResolved: "All questions are resolved.",
    noneOpen: "There are no open questions in this scene.",
    begin: "Ask about a place",
    notLoaded: (why: string) => `The questions could not be loaded: ${why}`,
    next: "Next",
    showResolved: (count: number) => `Show ${n(count)} resolved`,
    resolved: "resolved",
    atPlace: "Question about this place",
    ofPin: "Question of this pin",
    hint: "One line; Enter saves, Esc gives it up.",
    giveUp: "Give up",
    blank: "There is nothing to save: write a question, or give it up with Esc.",
    tooLong: (length: number, longest: number) =>
      `The question has ${n(length)} characters, expected at most ${n(longest)}: shorten it; nothing was cut off.`,
    saved: "The question is saved.",
    noAnswer: "the server does not answer.",
    failed: (why: string) => `That was not saved: ${why}`,
    changed: ({ author, text, state }: Theirs) =>
      `Not saved, ${author} changed this pin meanwhile: “${text}”, ${state}. Look at it, then do it again or leave it so.`,
    gone: "Somebody else removed this pin.",
    unfinished: "Save the question that is being written, or give it up with Esc.",
    outside: "That is beside the scene, expected a place on it.",
    card: "Question",
    close: "Close the question",
    resolve: "Resolve",
    reopen: "Reopen",
    edit: "Edit",
    remove: "Remove",
    undo: "Undo the removal",
    turned: {
      open: "The question is open.",
      resolved: "The question is resolved.",
      removed: "The question is removed; its card brings it back.",
    },
    did: { open: "changed by", resolved: "resolved by", removed: "removed by" },
  },
} as const;
