/** Table of the commands: toolbar, keyboard and help read it. */

import type { LabelClass } from "./api";
import { keyOf } from "./browser/keys";
import type { Desk } from "./desk/desk";
import { nextCircle, toolOf } from "./desk/mode";
import { chosenPair } from "./model/view/compare";
import type { QueueKind } from "./model/view/review";
import { COMMAND_TEXTS, TEXTS } from "./texts";

export interface Command {
  readonly id: string;
  readonly label: string;
  /** As in `keyName`; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly group: "Review" | "Edit" | "Operations" | "View" | "Mode";
  readonly hint: string;
  /** The keys in words, where they are too many to be listed. */
  readonly shown?: string;
  /** True if the keys stand for it at the moment; always where this is missing. */
  when?(desk: Desk): boolean;
  /** `key` is the one of `keys` that was pressed; the first where it was a button. */
  run(desk: Desk, key: string, held?: boolean): void;
  /** True if holding its key down repeats it: what moves repeats, what decides, deletes or makes does not. */
  readonly repeats?: boolean;
  /** True if its key leaves what is being drawn or measured; while anything is, the key does not. */
  readonly leaves?: boolean;
  /** The key was let go. A command that has this runs once however long its key is held. */
  letGo?(desk: Desk): void;
}

const ARROWS: Record<string, readonly [number, number]> = {
  arrowleft: [-1, 0],
  arrowright: [1, 0],
  arrowup: [0, 1],
  arrowdown: [0, -1],
};
const MANY = 10;
const DEGREE = Math.PI / 180;

/** Steps to the right and up that an arrow key stands for; ten times as many with Shift. */
function arrowOf(key: string): readonly [number, number] {
  const [x, y] = ARROWS[key.split("+").at(-1)!] ?? [0, 0];
  const times = key.includes("shift+") ? MANY : 1;
  return [x * times, y * times];
}

const arrows = (modifier: string): string[] =>
  ["", "shift+"].flatMap((shift) => Object.keys(ARROWS).map((arrow) => `${modifier}+${shift}${arrow}`));

const REPEATED: ReadonlySet<string> = new Set(
  "next previous undo redo back zoom-in zoom-out brighter darker nudge rotate".split(" "),
);

const LEAVING: ReadonlySet<string> = new Set(
  "redraw extend add-part next previous next-scene previous-scene review-unsure review-overlaps paste duplicate again".split(
    " ",
  ),
);

export const COMMANDS: readonly Command[] = [
  command("Mode", "select", ["v"], (d) => d.enter("select")),
  command("Mode", "draw", ["d"], (d) => d.enter("draw")),
  command("Mode", "rectangle", ["b"], (d) => d.enter("rectangle")),
  command("Mode", "oriented", ["u"], (d) => d.enter("oriented")),
  command("Mode", "circle", ["i"], (d) => (d.isUnfinished ? d.notice.set(TEXTS.desk.unfinished) : enterCircle(d))),
  command("Mode", "split", ["k"], (d) => d.enter("split")),
  command("Mode", "hole", ["j"], (d) => d.enter("hole")),
  // Again: another proposal.
  command("Mode", "outline", ["w"], (d) => void (d.alternative() || d.enter("outline"))),
  command("Mode", "review", ["q"], (d) => review(d, "proposals")),
  command("Mode", "measure", ["m"], (d) => d.enter("measure")),
  command("Mode", "transform", ["t"], (d) => d.enter("transform")),
  command("Mode", "lasso", ["s"], (d) => d.enter("lasso")),
  command("Mode", "area", ["shift+f3"], (d) => d.enter("area")),
  command("Mode", "pin", ["alt+p"], (d) => d.enter("pin")),
  command("Mode", "row", ["ctrl+shift+d"], (d) => d.shaping.row()),
  command("Review", "accept", ["a"], (d) => d.decisions.decide("accepted")),
  command("Review", "reject", ["r", "x"], (d) => d.decisions.decide("rejected")),
  command("Review", "reopen", ["alt+r"], (d) => d.decisions.reopen()),
  command("Review", "redraw", ["shift+d"], (d) => d.redrawing.begin()),
  command("Review", "unsure", ["shift+u"], (d) => d.saying.toggleUnsure()),
  command("Review", "note", ["shift+t"], (d) => d.saying.askNote()),
  command("Review", "attributes", ["shift+e"], (d) => d.saying.askAttributes()),
  command("Review", "review-unsure", ["alt+w"], (d) => review(d, "unsure")),
  command("Review", "review-overlaps", ["alt+o"], (d) => reviewOverlaps(d)),
  { ...command("Review", "pair-first", ["alt+j"], (d) => d.pairs.keep(0)), when: hasPair },
  { ...command("Review", "pair-second", ["alt+k"], (d) => d.pairs.keep(1)), when: hasPair },
  { ...command("Review", "pair-merge", ["alt+m"], (d) => d.pairs.merge()), when: hasPair },
  { ...command("Review", "pair-both", ["alt+b"], (d) => d.pairs.keepBoth()), when: hasPair },
  command("Review", "next", ["n", "arrowright"], (d) => d.next()),
  command("Review", "previous", ["p", "arrowleft"], (d) => d.previous()),
  command("Review", "order", ["alt+q"], (d) => d.queue.chooseNext()),
  command("Review", "next-scene", ["shift+n"], (d) => void d.nextScene.go(1)),
  command("Review", "previous-scene", ["shift+p"], (d) => void d.nextScene.go(-1)),
  command("Review", "next-pin", ["alt+n"], (d) => void d.pins.next()),
  command("Review", "sweep", ["f3"], (d) => void d.search.sweep.toggle()),
  command("Review", "nearest-unseen", ["ctrl+f3"], (d) => void d.search.sweep.nearest()),
  command("Review", "sweep-back", ["shift+ "], (d) => d.search.sweep.back()),
  command("Edit", "delete", ["delete"], (d) => d.decisions.remove()),
  command("Edit", "all", ["ctrl+a"], (d) => d.selectAll()),
  command("Edit", "palette", ["/"], (d) => d.decisions.choosing.set(true)),
  command("Edit", "undo", ["ctrl+z"], (d, _, held) => d.history.undo(held)),
  command("Edit", "redo", ["ctrl+shift+z", "ctrl+y"], (d) => d.history.redo()),
  command("Edit", "steps", ["alt+h"], (d) => void d.past.toggleSteps()),
  command("Edit", "versions", ["alt+v"], (d) => void d.past.toggleVersions()),
  command("Edit", "extend", ["alt+l"], (d) => d.redrawing.extend()),
  command("Edit", "add-part", ["alt+g"], (d) => d.redrawing.addPart()),
  command("Edit", "repair", ["y"], (d) => d.repair()),
  command("Edit", "snap", ["f2"], (d) => d.snapper.toggle("objects")),
  command("Edit", "snap-class", ["ctrl+f2"], (d) => d.decisions.toggleSnapping()),
  command("Edit", "angles", ["f4"], (d) => d.snapper.toggle("angles")),
  command("Edit", "birth-shape", ["alt+s"], (d) => d.birth.toggle()),
  command("Edit", "vertex", [" "], (d) => d.addPoint()),
  {
    ...command("Edit", "offer", ["alt+enter"], (d) => d.decisions.takeOffer()),
    when: (d) => d.decisions.offer.value !== null,
  },
  command("Edit", "finish", ["enter"], (d) => d.finish()),
  command("Edit", "back", ["backspace"], (d) => d.stepBack()),
  command("Edit", "escape", ["escape"], (d) => d.escape()),
  command("View", "fit", ["f"], (d) => d.map.fit()),
  command("View", "native", ["z"], (d) => d.map.showAt(1)),
  command("View", "zoom-in", ["+", "="], (d) => d.map.step(1)),
  command("View", "zoom-out", ["-"], (d) => d.map.step(-1)),
  command("View", "goto", ["g"], (d) => d.display.ask()),
  command("View", "copy-coordinates", ["f9"], (d) => d.display.copy()),
  command("View", "format", ["f8"], (d) => d.display.nextFormat()),
  command("View", "brighter", ["]", "."], (d) => d.display.brighten(1)),
  command("View", "darker", ["[", ","], (d) => d.display.brighten(-1)),
  command("View", "stretch-view", ["shift+c"], (d) => void d.display.stretch.toggle()),
  command("View", "next-limits", ["shift+g"], (d) => d.display.nextLimits()),
  command("View", "center", ["c"], (d) => d.sight.center()),
  { ...command("View", "compare", ["o"], (d) => d.comparing.flick()), letGo: (d) => d.comparing.letGo() },
  command("Review", "change", ["shift+f6"], (d) => d.saying.nextChange(chosenPair(d.comparing.state.value))),
  command("View", "swipe", ["f6"], (d) => d.comparing.swipe()),
  { ...command("View", "labels", ["l"], (d) => d.hiding.press()), letGo: (d) => d.hiding.letGo() },
  command("View", "scores", ["f7"], (d) => (d.bulk.scores = !d.bulk.scores)),
  command("View", "rejected", ["h"], (d) => d.filtering.toggleRejected()),
  command("View", "panel-tab", ["alt+t"], (d) => d.panel.next()),
  command("View", "filter", ["alt+f"], (d) => d.panel.ask("objects", "show-proposed")),
  command("View", "introduction", ["alt+i"], (d) => d.panel.introduction.show()),
  command("Operations", "shape", ["e"], (d) => d.shaping.ask()),
  command("Operations", "again", ["ctrl+e"], (d) => d.shaping.again()),
  { ...command("Operations", "copy", ["ctrl+c"], (d) => d.shaping.copy()), when: hasSelection },
  { ...command("Operations", "cut", ["ctrl+x"], (d) => d.shaping.cut()), when: hasSelection },
  command("Operations", "paste", ["ctrl+v"], (d) => d.shaping.paste()),
  command("Operations", "duplicate", ["ctrl+d"], (d) => d.shaping.duplicate()),
  { ...command("Operations", "nudge", arrows("alt"), (d, key) => d.nudge(...arrowOf(key))), shown: "Alt+arrows" },
  { ...command("Operations", "rotate", arrows("ctrl"), rotateOrScale), shown: "Ctrl+arrows" },
];

function command(
  group: Command["group"],
  id: keyof typeof COMMAND_TEXTS,
  keys: string[],
  run: Command["run"],
): Command {
  const [label, hint] = COMMAND_TEXTS[id];
  const leaves = group === "Mode" || LEAVING.has(id);
  return { group, id, label, keys, hint, run, repeats: REPEATED.has(id), leaves };
}

/** Review proposals, or what is marked as unsure. */
function review(desk: Desk, kind: QueueKind): void {
  if (desk.mode.value === "review" && desk.queue.kind.value === kind) return;
  if (desk.mode.value === "review") desk.enter("select");
  desk.queue.kind.set(kind);
  desk.enter("review");
}

/** Review pairs of proposals that overlap. */
function reviewOverlaps(desk: Desk): void {
  if (desk.queue.kind.value !== "proposals") desk.enter("select");
  desk.queue.choose("overlaps");
  review(desk, "proposals");
}

function hasPair(desk: Desk): boolean {
  return desk.pairs.atHand.value !== null;
}

function hasSelection(desk: Desk): boolean {
  return !desk.selection.empty;
}

/** Draw circles as before; while they are drawn, in the next way. */
function enterCircle(desk: Desk): void {
  desk.enter(nextCircle(desk.mode.value));
}

/** Rotate by an arrow to the left or right, scale by one up or down. */
function rotateOrScale(desk: Desk, key: string): void {
  const [right, up] = arrowOf(key);
  if (right) desk.nudges.turn(-right * DEGREE);
  else desk.nudges.grow(up * desk.scene.native_resolution);
}

/** The key that gives class `index` of a project: its own, unless a command has it, else its number, 0 for the tenth; none beyond. */
export function classKey(classes: readonly LabelClass[], index: number): string | null {
  const own = classes[index]?.hotkey?.toLowerCase();
  if (own && !COMMANDS.some((c) => c.keys.includes(own))) return own;
  return index < 10 ? String((index + 1) % 10) : null;
}

/** A letter without its Shift. */
function plain(key: string): string {
  return key.replace(/^shift\+(?=.$)/, "");
}

/** Return whether a command has this very key, with its Shift. */
function isExact(key: string): boolean {
  return COMMANDS.some((c) => c.keys.includes(key));
}

/** Run what a key stands for, a command or a class; false where it stands for nothing. */
export function runKey(desk: Desk, key: string, held = false): boolean {
  // With Shift, a letter of the menu of shapes is done at once; any other letter of no command is what it is without.
  if (key !== plain(key) && !isExact(key)) return desk.shaping.shortcut(plain(key)) || runKey(desk, plain(key), held);
  const found = COMMANDS.find((c) => c.keys.includes(key) && (c.when?.(desk) ?? true));
  const classes = desk.classes.value;
  const label =
    classes.find((_, i) => classKey(classes, i) === key) ??
    (/^\d$/.test(key) ? classes[(Number(key) + 9) % 10] : undefined);
  if (found?.leaves && desk.isUnfinished && found.id !== toolOf(desk.mode.value))
    desk.notice.set(TEXTS.desk.unfinished);
  else if (found) found.run(desk, key, held);
  else if (label) desk.decisions.classify(label.key);
  return Boolean(found ?? label);
}

/** Run a command without its key, as a short press of it would. */
export function runCommand(desk: Desk, command: Command): void {
  if (command.leaves && desk.isUnfinished && command.id !== toolOf(desk.mode.value))
    return desk.notice.set(TEXTS.desk.unfinished);
  command.run(desk, command.keys[0]!);
  command.letGo?.(desk);
}

/** Return whether holding the key down repeats what it stands for; keys of nothing here are the browser's. */
export function isRepeated(key: string): boolean {
  const meant = isExact(key) ? key : plain(key);
  return COMMANDS.some((c) => c.repeats && c.keys.includes(meant));
}

/** Return whether a key stands for anything. */
export function isKnown(desk: Desk, key: string): boolean {
  const isCommand = COMMANDS.some((c) => c.keys.includes(plain(key)));
  return isCommand || desk.classes.value.some((_, i) => classKey(desk.classes.value, i) === key) || /^\S$/.test(key);
}

/** A key was let go. */
export function letGoKey(desk: Desk, key: string): void {
  COMMANDS.find((c) => c.keys.includes(plain(key)))?.letGo?.(desk);
}

/** The page learns no more of its keys: those that act while they are held are let go. */
export function letGoAll(desk: Desk): void {
  for (const command of COMMANDS) command.letGo?.(desk);
}

const CAPS: Record<string, string> = {
  arrowright: "→",
  arrowleft: "←",
  arrowup: "↑",
  arrowdown: "↓",
  escape: "Esc",
  delete: "Del",
  enter: "Enter",
  backspace: "Backspace",
  " ": "Space",
};

/** "ctrl+shift+z" as it is printed on the keys. */
export function keyCaps(key: string): string {
  return key
    .split(/\+(?=.)/)
    .map((k) => CAPS[k] ?? k[0]!.toUpperCase() + k.slice(1))
    .join("+");
}

/** The name of the key that was pressed; Command counts as Ctrl, Shift only together with it, an arrow, Space, a letter or F1 to F12. */
export function keyName(event: KeyboardEvent): string {
  const key = keyOf(event);
  const control = event.ctrlKey || event.metaKey;
  const shift = event.shiftKey && (control || key.startsWith("arrow") || /^([a-z ]|f\d+)$/.test(key));
  return `${event.altKey ? "alt+" : ""}${control ? "ctrl+" : ""}${shift ? "shift+" : ""}${key}`;
}
