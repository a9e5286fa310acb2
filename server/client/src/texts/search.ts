/** Texts of the search for misses. */

import { n } from "./numbers";

export const SEARCH_TEXTS = {
  sweep: {
    panel: "Search for misses",
    heading: "Sweep",
    cells: (done: number, total: number) =>
      `${n(done)} of ${n(total)} ${total === 1 ? "cell" : "cells"}, ${n(Math.floor((100 * done) / total))} %`,
    waits: "Waiting for the image…",
    covered: "Another date lies over the scene: hide it to go on.",
    progress: "Cells seen",
    scope: "What counts as seen",
    scopes: { seen: "by anybody", mine: "by me" },
    next: "Seen, next",
    space: "Space",
    end: "End",
    first: "This is the first cell of the sweep.",
    allSeen: (total: number) => `All ${n(total)} cells of this scene have been seen.`,
    tooSmall: "There is nothing to sweep: the scene has no valid pixels, or the window has no room for a cell.",
    failed: (why: string) => `The sweep cannot begin: ${why}`,
    unseen: "Ground that was not seen",
  },
  complete: {
    mark: "Mark complete",
    again: "Mark complete again",
    takeBack: "Take back",
    toUnseen: "Go to the unseen",
    by: (author: string, time: string, share: number) =>
      `Complete: ${author}, ${time}, ${n(Math.floor(100 * share))} % seen`,
    takenBackBy: (author: string, time: string) => `Taken back: ${author}, ${time}`,
    missing: (classes: readonly string[]) => `Not searched for ${classes.join(", ")}, which came later.`,
    done: "The scene is complete: what is not labelled on its seen ground counts as background.",
    takenBack: "The scene is not complete any more.",
    failed: (why: string) => `That was not saved: ${why}`,
    history: "History",
    nothingYet: "Nobody has marked it complete yet.",
    badge: "complete",
    areas: (count: number) => `${n(count)} ${count === 1 ? "area is" : "areas are"} complete`,
    listed: (author: string, time: string) => `Complete: ${author}, ${time}`,
  },
  completeArea: {
    done: "The area is complete: what is not labelled on its seen ground counts as background.",
    takenBack: "The area is not complete any more.",
    outside: "That is beside the scene, expected a rectangle over it.",
    by: (author: string, time: string) => `${author}, ${time}`,
    named: (number: number) => `Area ${n(number)}`,
    goTo: (number: number) => `Go to area ${n(number)}`,
    takeBack: (number: number) => `Take area ${n(number)} back`,
    of: "An area: ",
  },
} as const;
