/** Texts of selecting, drawing and changing objects. */

import { n, objects, proposals, vertices } from "./numbers";

const SHAPES = { squared: "squared", round: "made round" } as const;
const SHAPED = { squared: "Squared", round: "Made round" } as const;

export const DESK_TEXTS = {
  selection: {
    tooMany: (found: number, most: number) => `${n(found)} objects found; the first ${n(most)} are selected.`,
    count: (count: number) => (count ? `${objects(count)} selected.` : "Nothing selected."),
    heading: (count: number) => (count > 1 ? `${n(count)} selected objects` : "Selected object"),
    inMenu: (count: number) => (count ? `${objects(count)} selected` : "Nothing selected"),
    none: "Select an object first: click it.",
    nothing: "Nothing selected",
    drawing: "Next object",
    drawingHint: "What is drawn next is of this class.",
    redrawing: "The next outline replaces that of the object.",
    leaveDrawing: "Back to selecting",
    noneHint: "Click an object to select it, or go through the proposals one by one.",
    review: (count: number) => `Review the ${count === 1 ? "proposal" : proposals(count)}`,
    reviewDone: "Nothing is left to review here; Esc leaves the review.",
    nextScene: "On to the next scene",
    noClasses: "The project has no classes yet: an object needs one.",
    addClasses: "Add classes",
    allDecided: "All proposals are decided: what is left is to look for what was missed.",
    sweep: "Search for misses",
    noObjects: "There are no objects here yet.",
    draw: "Draw the first one",
  },
  desk: {
    noClasses: "The project has no classes to draw.",
    undone: (step: string) => `Undone: ${step.toLowerCase()}.`,
    redone: (step: string) => `Redone: ${step.toLowerCase()}.`,
    stepGone: "Nothing was overwritten: the history has changed since the question was asked.",
    putBack: (problem: string) => `${problem} It was put back; Y applies it repaired.`,
    nothingWrong: "Nothing is wrong with this outline.",
    selectToRepair: "Select an object to repair it.",
    whileDrawing: "Finish the drawing, or leave it with Esc, to select objects.",
    goesOn: "The unfinished drawing goes on: Enter finishes it, Esc drops it.",
    unfinished: "Finish this first: Enter finishes it, Esc drops it.",
    noVertexChosen: "No vertex is selected any more; Del again deletes the object.",
    beyondScene: "The selected object lies outside of this scene and cannot be shown whole; Del deletes it.",
    outOfSight: "The selected objects are out of view and were left alone: C centres the map on them.",
    classOutOfSight: (name: string) =>
      `The selected objects are out of view and were left alone; the next object drawn is ${name}.`,
    snapping: (name: string, on: boolean) => `${name} ${on ? "snaps" : "does not snap"} to other objects.`,
    hidden: "Objects are hidden: L shows them, so that they can be selected and changed.",
    counted: "Objects are shown as counts here: zoom in to select or change them.",
    holeFilled: "The hole had three vertices: it is filled. Ctrl+Z brings it back.",
    tooFewVertices: "The outline needs at least three vertices that enclose an area.",
    tooShortLine: "The line needs at least two vertices; Del without a selected vertex deletes the object.",
    boxHasFour: "A box keeps its four corners: drag one, or a side.",
  },
  decisions: {
    leftAlone: (done: number, state: string, others: number) =>
      `${n(done)} ${state}; ${n(others)} decided before left alone.`,
    thoseToo: (state: string, others: number) =>
      `${state === "accepted" ? "Accept" : "Reject"} ${others === 1 ? "that one" : `those ${n(others)}`} too`,
    rejectedInstead: (count: number) =>
      count === 1 ? "A proposal is rejected, not deleted." : `${n(count)} proposals are rejected, not deleted.`,
    many: "Many objects at once",
    deletes: (count: number) => `This deletes ${objects(count)}.`,
    classifies: (name: string) => (count: number) => `This makes ${objects(count)} ${name}.`,
    moves: (count: number) => `This changes the outlines of ${objects(count)}.`,
    confirm: (count: number) => `Change ${objects(count)}`,
  },
  redrawing: {
    hint: (name: string) => `Redraw this ${name}. `,
    needsOne: "Select one object to redraw it.",
    drawingWaits: "An unfinished drawing waits: D goes on with it. Finish or drop it first.",
    notFetched: "The object that is redrawn could not be fetched: try again when the server answers.",
    deleted: "The object that was redrawn has been deleted: Enter draws the outline as a new object, Esc drops it.",
    classStays: "An object keeps its class while it is redrawn; change it before or after.",
  },
  birth: {
    none: (name: string) => `What is drawn of ${name} stays as it is drawn; the page of classes says otherwise.`,
    hint: (shape: "squared" | "round", skipped: boolean) =>
      skipped ? ` Left as drawn (Alt+S: ${SHAPES[shape]}).` : ` ${SHAPED[shape]} when finished (Alt+S: not this one).`,
    state: (shape: "squared" | "round", skipped: boolean) =>
      skipped ? "This one stays as it is drawn." : `This one is ${SHAPES[shape]}.`,
    asDrawn: (shape: "squared" | "round", why: string) => `Not ${SHAPES[shape]}, but left as drawn: ${why}`,
    overlaps: (share: number) => `only ${Math.floor(100 * share)} % would be common to both, expected more than half.`,
  },
  nextScene: {
    ended: "All proposals of this scene are decided.",
    done: ({ accepted, rejected, drawn }: { accepted: number; rejected: number; drawn: number }) =>
      accepted + rejected + drawn
        ? `In this visit: ${n(accepted)} accepted, ${n(rejected)} rejected, ${n(drawn)} drawn.`
        : "Nothing was decided in this visit.",
    asked: "Looking for the next scene…",
    failed: "The next scene could not be fetched; Shift+N tries again when the server answers.",
    nothingLeft: "Nothing is left to review in this project.",
    next: (scene: string, proposed: number) => `Next: ${scene}, ${n(proposed)} to review`,
    again: (proposed: number) => `${proposals(proposed)} came or changed here meanwhile: open the scene again`,
    onlyThis: "No other scene has proposals to review.",
    fromTheStart: "End of the list: on with its first unfinished scene.",
    fromTheEnd: "Start of the list: on with its last unfinished scene.",
    close: "Close",
  },
  inView: {
    heading: (total: number) => `${objects(total)} in view`,
    accept: (count: number | null, least: number, most: number) => {
      const range = most < 1 ? `${least.toFixed(2)} – ${most.toFixed(2)}` : `≥ ${least.toFixed(2)}`;
      if (count === null) return `Accept the proposals ${range} in view`;
      return count ? `Accept the ${proposals(count)} ${range} in view` : `No proposal ${range} in view`;
    },
    hint: "Too many to be selected one by one: A accepts and R rejects the proposals among them, in one step. Zoom in to select.",
    decides: (state: string) => (count: number) =>
      `This ${state === "accepted" ? "accepts" : "rejects"} ${proposals(count)} in view. One Ctrl+Z takes it back.`,
    decided: (count: number, state: string, left: number) =>
      `${proposals(count)} ${state}${left ? `; ${n(left)} decided before left alone` : ""}.`,
    newer: (count: number) => (count ? ` ${n(count)} that came or changed meanwhile were left alone.` : ""),
    step: (state: string, count: number) => `${state === "accepted" ? "Accepted" : "Rejected"} ${proposals(count)}`,
    deciding: "The server is still deciding.",
    noProposals: "There is no open proposal in view.",
    notAsked: "The server did not answer; select again when it does.",
    notSaved: "A decision on many comes after the edits that wait to be saved: try again when they are.",
    failed: (refusal: string | null) =>
      refusal ?? "The server did not answer: look whether it has decided before you try again.",
    onlyDecided: "All objects in view can be accepted or rejected; zoom in to select, classify or delete them.",
  },
  steps: {
    replaced: "Proposal replaced",
    oneKept: "Duplicate rejected",
    bothKept: "Both kept",
    reopened: "Proposed again",
    accepted: "Accepted",
    rejected: "Rejected",
    classChanged: "Class changed",
    deleted: "Deleted",
    outlineChanged: "Outline changed",
    drawn: "Drawn",
    redrawn: "Redrawn",
    split: "Split",
    holeCut: "Hole cut",
    repaired: "Repaired",
    verticesRemoved: "Vertices removed",
    verticesMoved: "Vertices moved",
    moved: "Moved",
    rotated: "Rotated",
    scaled: "Scaled",
    cut: "Cut",
    unsure: "Marked as unsure",
    sure: "No longer unsure",
    noted: "Note written",
    filled: "Attributes set",
    noteRemoved: "Note removed",
    pasted: "Pasted",
    duplicated: "Duplicated",
    row: "Copied in a row",
  },
  operations: {
    within: (amount: number) => `Within ${amount} px`,
    grownBy: (amount: number) => (amount < 0 ? `Shrunk by ${-amount} px` : `Grown by ${amount} px`),
    cornersDropped: (amount: number) => (amount ? `Edges under ${amount} px dropped` : "No corner dropped"),
    preview: (amount: string, before: number, after: number, added: number) =>
      `${amount}: ${vertices(before)} become ${n(after)}${added ? `, ${n(added)} new objects` : ""}.`,
    unchanged: (problem: string) => `${problem} Nothing was changed.`,
    nothingToChange: (operation: string) => `${operation}: nothing to change.`,
    noneYet: "No operation has been done yet: E lists them.",
    copied: (count: number) => `Copied ${objects(count)}; Ctrl+V pastes at the pointer.`,
    nothingCopied: "Nothing has been copied yet.",
    otherCrs: (from: string, to: string) =>
      `The copied objects are in ${from}, this scene is in ${to}: they cannot be pasted here.`,
    rowTooLong: (count: number, total: number, most: number) =>
      `A row of ${count} would be ${total} objects, expected at most ${most} at once.`,
    mergeNeedsTwo: "Merging needs at least two selected objects.",
    notAlike: "Only polygons can be merged with polygons, and lines with lines.",
    splitNeedsVertex: "Select a vertex between the ends of a line first: the line is split there.",
    noParts: "Nothing selected has several parts.",
    noHoleHere: "The pointer is in no hole of a selected object.",
    noHoles: "Nothing selected has a hole.",
    list: "Operations",
    decisionsGroup: "Decide",
    outlineGroup: "Outline",
    objectsGroup: "Objects",
    less: "Less",
    more: "More",
    cancel: "Cancel",
    apply: "Apply",
    pixels: (amount: number) => `${amount} pixels`,
  },
  modes: {
    byKeys: " By keys: Alt+arrows, Space.",
    leave: " Esc leaves.",
    selectToTransform: "Click an object to select it: the frame is laid around it.",
    rowCopies: (count: number, placed: boolean) =>
      `${count === 1 ? "1 copy" : `${count} copies`}; the wheel or + and − change the number, ${placed ? "Enter places them" : "click where the last one goes"}.`,
    queueFailed: "The review queue could not be fetched; try again when the server answers.",
    proposalFailed: "This proposal could not be fetched; try again when the server answers.",
    reviewFinished: "Review finished: every proposal that passes the filter has been decided.",
    unsureFinished: "Every unsure object that passes the filter has been looked at.",
    unsureLeft: (count: number) =>
      `All other proposals are decided; ${count === 1 ? "1 unsure one is" : `${n(count)} unsure ones are`} left: Alt+W reviews them.`,
    outlineFirst: "First click on an object; then Alt+click on what is not part of it.",
    outlineSearching: "Looking for the outline…",
    outlineNone: "No object found here: drag a box around it, or draw it.",
    outlineFailed: "The outline could not be fetched; try again when the server answers.",
    outlineFound: (index: number, count: number) =>
      `Enter accepts the outline${count > 1 ? `, W shows another (${index + 1} of ${count})` : ""}, Shift+click adds to it, Alt+click removes from it.`,
    sketchSuspended: "The unfinished drawing is kept: its tool goes on with it, Esc there drops it.",
    traceNeeds: "Tracing needs the last vertex and this place on the outline of the same object.",
    refusedDrawing: (problem: string) => `${problem} Y repairs it, Backspace removes the last vertex.`,
    doubtfulDrawing: (problem: string) => `${problem} It was drawn all the same; Ctrl+Z undoes it.`,
    lineCrossesNothing: "The line crosses no object.",
    holeOutside: "The hole must lie within an object.",
  },
} as const;
