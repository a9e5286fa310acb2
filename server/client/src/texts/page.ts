/** Texts of the page around the map: bar, dialogs, storage, answers of the server. */

import { n } from "./numbers";

export const PAGE_TEXTS = {
  app: {
    changeName: "Change the name your edits are signed with",
    allScenes: "All scenes",
    keys: "Keyboard shortcuts",
    help: "Help ",
    theme: { dark: "Switch to the light theme", light: "Switch to the dark theme" },
    scenesFailed: "The list of scenes could not be fetched; try again when the server answers.",
    sceneFailed: (id: number, why: string) => `Scene ${id} could not be opened: ${why}`,
    featureFailed: (why: string) => `The object could not be opened: ${why}`,
    map: (scene: string) => `Map of ${scene}; press ? for keyboard shortcuts`,
    review: "Review",
    starting: "The server does not answer; trying again.",
    broken: (why: string) =>
      `The page cannot be shown, though the server answers: ${why}. Reload it; edits kept in this browser stay there.`,
  },
  /** Pages beside home and the scenes, by their hash: name and what they are for. */
  pages: {
    "#jobs": ["Jobs", "Running jobs and their progress"],
    "#imagery": ["Add imagery", "Add rasters of the server's folders, or upload some from this computer"],
    "#prelabel": ["Pre-label", "Let a model propose objects on scenes"],
    "#finetune": ["Fine-tune", "Let a model learn from what was reviewed here"],
    "#models": ["Models", "The installed models: their cards, and how they did in this project"],
    "#export": ["Export", "The labels as one file to download: scenes, classes, states and format"],
    "#classes": ["Classes", "Add, rename, recolour, order and retire classes, and declare their attributes"],
  },
  storage: {
    blocked:
      "This browser keeps nothing for this page (its settings forbid it): edits are safe once they are saved, and those still waiting are lost when the page is closed.",
    full: (count: number) =>
      `This browser's storage is full: ${count === 1 ? "1 edit is" : `${n(count)} edits are`} in this page only. Keep it open until everything is saved.`,
    setAside: (count: number) =>
      `${count === 1 ? "1 entry" : `${n(count)} entries`} in this browser's storage cannot be read as unsaved edits of this project and ${count === 1 ? "was" : "were"} not sent.`,
    save: "Save to a file",
    forget: "Remove from the browser",
  },
  dialogs: {
    help: "Keyboard shortcuts",
    search: "Search: a key, or words such as split or undo",
    noneFound: "Nothing is like this; try fewer letters.",
    all: "Show all",
    mouse: "Mouse and map",
    singleKeys: " Single-letter keys are on",
    close: "Close",
    analyst: "Analyst",
    signedWith: "Your edits are signed with",
    useName: "Use this name",
    changedByOther: (count: number) =>
      count > 1
        ? `${n(count)} objects have been changed by someone else`
        : "This object has been changed by someone else",
    changedSince: "Changed by somebody else since",
    stepOverwrites: (author: string) => `${author} has changed this object since. To go on would overwrite that.`,
    overwrite: "Overwrite",
    leaveIt: "Leave it",
    keepMine: "Keep mine (on top of theirs)",
    takeTheirs: "Take theirs",
    refused: "The server did not accept this edit",
    tryAgain: "Try again",
    discard: "Discard my edit",
    classGone: "The class is gone",
    saveWithClass: "Save it with the class",
    saveWithThisClass: "Save with this class",
    classRemoved: (names: readonly string[]) =>
      `Someone has removed the class ${names.join(" and ")} from the project since this page was opened.`,
    whole: (count: number) =>
      count > 1
        ? `Your step changed ${n(count)} objects at once; it is kept or discarded as a whole, with your later edits of them. `
        : "",
    later: "Esc leaves it for later; nothing is lost.",
    fields: { object: "Object", class: "Class", state: "State", outline: "Outline", unsure: "Unsure", note: "Note" },
    yes: "yes",
    no: "no",
    none: "none",
    deleted: "deleted",
    redrawn: "redrawn",
    dotted: "dotted white on the map",
    andMore: (count: number) => `And ${n(count)} more.`,
    keepingMine: "Keeping yours applies your changes to their version.",
    unchanged: "unchanged",
    savedAfter: (author: string, revision: number, time: string) =>
      `${author || "Someone"} saved revision ${revision} at ${time}, after you had loaded it.`,
    yours: "Your edit",
    theirs: "Theirs",
  },
  status: {
    kept: "Your edits are kept in this browser until the server has saved them",
    edits: (count: number) => (count === 1 ? "1 edit" : `${count} edits`),
    offline: (edits: string) => `Offline – ${edits} kept here`,
    failing: (edits: string) => `Server error – ${edits} kept here`,
    slow: (edits: string) => `Slow server – ${edits} kept here`,
    elsewhere: (edits: string) => `Another project is served here now – ${edits} kept for the former one`,
    attention: "An edit needs your decision",
    saved: "Saved",
    saving: "Saving…",
    decide: "Decide…",
    readOnly: "Read-only",
    readOnlyHint: "The project's disk cannot be written: look and export; edits are refused",
  },
  toolbar: {
    label: "History, snapping and view",
    history: "History",
    snapping: "Snapping",
    view: "View",
    modes: "Modes",
    tools: { select: "Select", review: "Review and measure", draw: "Draw", change: "Change" },
  },
  marking: {
    scene: "Handling marking of this scene",
    banner: (where: string) => `Handling marking, ${where}`,
  },
  server: {
    tooLarge: "This is more than the server accepts at once. Do it in smaller steps, or simplify the outline first.",
    baseLost: "It is not known any more which version this edit was made on.",
    answered: (status: number) => `The server answered ${status}.`,
  },
} as const;
