/** Everything an analyst can do by key or button, in one table: toolbar, keyboard and help read it. */

import type { LabelClass } from "./api";
import type { Desk } from "./desk";

export interface Command {
  readonly id: string;
  readonly label: string;
  /** As in `keyName`; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly group: "Review" | "Edit" | "View" | "Mode";
  readonly hint: string;
  run(desk: Desk): void;
}

export const COMMANDS: readonly Command[] = [
  command("Mode", "select", "Select", ["v"], "Click takes an object in hand", (d) => d.enter("select")),
  command("Mode", "draw", "Draw", ["d"], "Draw a missing object, corner by corner", (d) => d.enter("draw")),
  command("Mode", "outline", "Outline", ["w"], "Click an object, or drag a box around it, to have its outline proposed", (d) => d.enter("outline")),
  command("Mode", "review", "Review", ["q"], "Go through the proposals, best first", (d) => d.enter("review")),
  command("Review", "accept", "Accept", ["a"], "Accept; in review, go on to the next", (d) => d.accept()),
  command("Review", "reject", "Reject", ["r", "x"], "Reject; in review, go on to the next", (d) => d.reject()),
  command("Review", "next", "Next", ["n", "arrowright"], "Next proposal (starts the review)", (d) => d.next()),
  command("Review", "previous", "Previous", ["p", "arrowleft"], "Previous proposal", (d) => d.previous()),
  command("Edit", "delete", "Delete", ["delete"], "Delete the selected object", (d) => d.remove()),
  command("Edit", "undo", "Undo", ["ctrl+z"], "Undo; while drawing, take the last corner back", (d) => d.undo()),
  command("Edit", "redo", "Redo", ["ctrl+shift+z", "ctrl+y"], "Redo", (d) => d.redo()),
  command("Edit", "finish", "Finish", ["enter"], "Finish the outline being drawn", (d) => d.finish()),
  command("Edit", "alternative", "Other outline", ["tab"], "Show the next proposed outline", (d) => d.alternative()),
  command("Edit", "back", "Corner back", ["backspace"], "Take the last drawn corner back", (d) => d.stepBack()),
  command("Edit", "escape", "Leave", ["escape"], "Give up the outline, the selection, then the mode", (d) => d.escape()),
  command("View", "fit", "Fit", ["f"], "Show the whole scene", (d) => d.map.fit()),
  command("View", "native", "1:1", ["z"], "One screen pixel per raster pixel", (d) => d.map.oneToOne()),
  command("View", "center", "Centre", ["c"], "Bring the selected object to the middle", (d) => d.center()),
  command("View", "compare", "Compare", ["o"], "Show or hide the other scene of this ground", (d) => d.flick()),
  command("View", "labels", "Objects", ["l"], "Hide or show all objects but the selected one", (d) => d.toggleObjects()),
  command("View", "rejected", "Hide rejected", ["h"], "Hide or show rejected objects", (d) => d.toggleRejected()),
];

function command(
  group: Command["group"], id: string, label: string, keys: string[], hint: string, run: (desk: Desk) => void,
): Command {
  return { group, id, label, keys, hint, run };
}

/** The key that gives class `index` of a project: its own, unless a command has it, else its number. */
export function classKey(classes: readonly LabelClass[], index: number): string {
  const own = classes[index]?.hotkey?.toLowerCase();
  return own && !COMMANDS.some((c) => c.keys.includes(own)) ? own : String(index + 1);
}

/** Runs what a key stands for, a command or a class; false where it stands for nothing. */
export function runKey(desk: Desk, key: string): boolean {
  const found = COMMANDS.find((c) => c.keys.includes(key));
  const { classes } = desk.project;
  const label = classes.find((_, i) => classKey(classes, i) === key) ?? (/^[1-9]$/.test(key) ? classes[Number(key) - 1] : undefined);
  // Elsewhere Tab goes from button to button.
  if (found?.id === "alternative") return desk.alternative();
  if (found) found.run(desk);
  else if (label) desk.classify(label.key);
  return Boolean(found ?? label);
}

const CAPS: Record<string, string> = {
  arrowright: "→", arrowleft: "←", escape: "Esc", delete: "Del", enter: "Enter", backspace: "Backspace",
};

/** "ctrl+shift+z" as it is printed on the keys. */
export function keyCaps(key: string): string {
  return key.split("+").map((k) => CAPS[k] ?? k[0]!.toUpperCase() + k.slice(1)).join("+");
}

/** The name of the key that was pressed; Command counts as Ctrl, Shift only together with it or with an arrow. */
export function keyName(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  const shift = event.shiftKey && (control || key.startsWith("arrow"));
  return `${event.altKey ? "alt+" : ""}${control ? "ctrl+" : ""}${shift ? "shift+" : ""}${key}`;
}
