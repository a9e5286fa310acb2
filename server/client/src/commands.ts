/** Everything an analyst can do by key or button, in one table: toolbar, keyboard and help read it. */

import type { LabelClass } from "./api";
import type { Desk } from "./desk/desk";

export interface Command {
  readonly id: string;
  readonly label: string;
  /** As in `keyName`; the first is the one that is shown. */
  readonly keys: readonly string[];
  readonly group: "Review" | "Edit" | "Shape" | "View" | "Mode";
  readonly hint: string;
  /** The keys in words, where they are too many to be listed. */
  readonly shown?: string;
  /** Whether the keys stand for it at the moment; always where this is missing. */
  when?(desk: Desk): boolean;
  /** `key` is the one of `keys` that was pressed; the first where it was a button. */
  run(desk: Desk, key: string): void;
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
const holdsSomething = (desk: Desk): boolean => !desk.selection.empty;

/** Steps to the right and up that an arrow key stands for; ten times as many with Shift. */
function arrowOf(key: string): readonly [number, number] {
  const [x, y] = ARROWS[key.split("+").at(-1)!] ?? [0, 0];
  const times = key.includes("shift+") ? MANY : 1;
  return [x * times, y * times];
}

const arrows = (held: string): string[] =>
  ["", "shift+"].flatMap((shift) => Object.keys(ARROWS).map((arrow) => `${held}+${shift}${arrow}`));

const SHAPE_COMMANDS: readonly Command[] = [
  {
    group: "Mode",
    id: "transform",
    label: "Transform",
    keys: ["t"],
    hint: "Move, turn and scale what is in hand by a frame",
    run: (d) => d.enter("transform"),
  },
  {
    group: "Mode",
    id: "lasso",
    label: "Lasso",
    keys: ["s"],
    hint: "Draw a ring around objects to take them in hand",
    run: (d) => d.enter("lasso"),
  },
  {
    group: "Mode",
    id: "row",
    label: "Row",
    keys: ["ctrl+shift+d"],
    hint: "Copies of what is in hand along a row",
    run: (d) => d.shaping.row(),
  },
  {
    group: "Shape",
    id: "shape",
    label: "Shape…",
    keys: ["e"],
    hint: "Everything that can be done with what is in hand, by a letter each; with Shift the letters do it at once",
    run: (d) => d.shaping.ask(),
  },
  {
    group: "Shape",
    id: "again",
    label: "Once more",
    keys: ["ctrl+e"],
    hint: "Do the last of these operations to what is in hand now",
    run: (d) => d.shaping.again(),
  },
  {
    group: "Shape",
    id: "copy",
    label: "Copy",
    keys: ["ctrl+c"],
    hint: "Copy what is in hand",
    when: holdsSomething,
    run: (d) => d.shaping.copy(),
  },
  {
    group: "Shape",
    id: "cut",
    label: "Cut",
    keys: ["ctrl+x"],
    hint: "Copy what is in hand and delete it",
    when: holdsSomething,
    run: (d) => d.shaping.cut(),
  },
  {
    group: "Shape",
    id: "paste",
    label: "Paste",
    keys: ["ctrl+v"],
    hint: "Put the copied objects where the pointer is",
    run: (d) => d.shaping.paste(),
  },
  {
    group: "Shape",
    id: "duplicate",
    label: "Duplicate",
    keys: ["ctrl+d"],
    hint: "A copy of what is in hand beside it",
    run: (d) => d.shaping.duplicate(),
  },
  {
    group: "Shape",
    id: "nudge",
    label: "Nudge",
    keys: arrows("alt"),
    shown: "Alt+arrows",
    hint: "Move the chosen corners, or else the objects, or while drawing a cross, by one pixel; with Shift, by ten",
    run: (d, key) => d.nudge(...arrowOf(key)),
  },
  {
    group: "Shape",
    id: "turn",
    label: "Turn",
    keys: arrows("ctrl"),
    shown: "Ctrl+arrows",
    hint: "Turn by one degree (← →), scale by one pixel (↑ ↓); with Shift, by ten",
    run: (d, key) => {
      const [right, up] = arrowOf(key);
      if (right) d.nudges.turn(-right * DEGREE);
      else d.nudges.grow(up * d.scene.native_resolution);
    },
  },
];

export const COMMANDS: readonly Command[] = [
  command("Mode", "select", "Select", ["v"], "Click takes an object in hand", (d) => d.enter("select")),
  command("Mode", "draw", "Draw", ["d"], "Draw a missing object corner by corner, or freehand with Shift", (d) =>
    d.enter("draw"),
  ),
  command("Mode", "rectangle", "Rectangle", ["b"], "Draw a rectangle: drag, or click, from corner to corner", (d) =>
    d.enter("rectangle"),
  ),
  command(
    "Mode",
    "oriented",
    "Turned",
    ["u"],
    "Draw a turned rectangle: drag along a side, or click twice; then click its depth",
    (d) => d.enter("oriented"),
  ),
  command("Mode", "circle", "Circle", ["i"], "Draw a circle: drag, or click, from its middle to its edge", (d) =>
    d.enter("circle"),
  ),
  command("Mode", "split", "Split", ["k"], "Split what is in hand, or what the line crosses, by a line", (d) =>
    d.enter("split"),
  ),
  command("Mode", "hole", "Hole", ["j"], "Cut a hole into what is in hand, or into what lies there", (d) =>
    d.enter("hole"),
  ),
  command(
    "Mode",
    "outline",
    "Outline",
    ["w"],
    "Click an object, or drag a box around it, to have its outline proposed",
    (d) => d.enter("outline"),
  ),
  command("Mode", "review", "Review", ["q"], "Go through the proposals, best first", (d) => d.enter("review")),
  command("Mode", "measure", "Measure", ["m"], "Measure lengths and areas, point by point", (d) => d.enter("measure")),
  command("Review", "accept", "Accept", ["a"], "Accept; in review, go on to the next", (d) => d.accept()),
  command("Review", "reject", "Reject", ["r", "x"], "Reject; in review, go on to the next", (d) => d.reject()),
  command("Review", "next", "Next", ["n", "arrowright"], "Next proposal (starts the review)", (d) => d.next()),
  command("Review", "previous", "Previous", ["p", "arrowleft"], "Previous proposal", (d) => d.previous()),
  command("Edit", "delete", "Delete", ["delete"], "Delete the chosen corners, or else what is in hand", (d) =>
    d.remove(),
  ),
  command("Edit", "all", "All", ["ctrl+a"], "All corners of what is in hand, or else all objects in view", (d) =>
    d.selectAll(),
  ),
  command("Edit", "undo", "Undo", ["ctrl+z"], "Undo; while drawing, take the last corner back", (d) => d.undo()),
  command("Edit", "redo", "Redo", ["ctrl+shift+z", "ctrl+y"], "Redo", (d) => d.redo()),
  command("Edit", "repair", "Repair", ["y"], "Repair what is being drawn, or what is in hand", (d) => d.repair()),
  command(
    "Edit",
    "snap",
    "Snap",
    ["f2"],
    "Snap to corners and edges of other objects; Alt sets one corner without",
    (d) => d.snapper.toggle("objects"),
  ),
  command("Edit", "angles", "Right angles", ["f4"], "Draw right angles where the pointer is near one", (d) =>
    d.snapper.toggle("angles"),
  ),
  command(
    "Edit",
    "place",
    "Corner",
    [" "],
    "Set a corner, or point at an object to outline, where Alt+arrows have moved a cross, or at the pointer",
    (d) => d.place(),
  ),
  command("Edit", "finish", "Finish", ["enter"], "Finish the outline being drawn", (d) => d.finish()),
  {
    // Elsewhere Tab goes from button to button.
    ...command(
      "Edit",
      "alternative",
      "Other outline",
      ["tab"],
      "Show the next proposed outline",
      (d) => void d.alternative(),
    ),
    when: (d) => d.mode.value === "outline",
  },
  command("Edit", "back", "Corner back", ["backspace"], "Take the last drawn corner back", (d) => d.stepBack()),
  command("Edit", "escape", "Leave", ["escape"], "Give up the outline, the selection, then the mode", (d) =>
    d.escape(),
  ),
  command("View", "fit", "Fit", ["f"], "Show the whole scene", (d) => d.map.fit()),
  command("View", "native", "1:1", ["z"], "One screen pixel per raster pixel", (d) => d.map.showAt(1)),
  command("View", "closer", "Closer", ["+", "="], "Closer: 1:2, 1:1, 2:1, 4:1, …", (d) => d.map.step(1)),
  command("View", "farther", "Farther", ["-"], "Farther, ratio by ratio", (d) => d.map.step(-1)),
  command("View", "goto", "Go to", ["g"], "Go to coordinates", (d) => d.display.ask()),
  command("View", "copy-place", "Copy place", ["f9"], "Copy the place under the mouse, and pin it", (d) =>
    d.display.copy(),
  ),
  command("View", "format", "Coordinates", ["f8"], "Write places another way: degrees, UTM, MGRS, pixel", (d) =>
    d.display.nextFormat(),
  ),
  command("View", "brighter", "Brighter", ["]", "."], "Brighter picture", (d) => d.display.brighten(1)),
  command("View", "darker", "Darker", ["[", ","], "Darker picture", (d) => d.display.brighten(-1)),
  command("View", "center", "Centre", ["c"], "Bring the selected object to the middle", (d) => d.center()),
  {
    ...command(
      "View",
      "compare",
      "Compare",
      ["o"],
      "Show or hide the other scene of this ground; held, show it that long",
      (d) => d.comparing.flick(),
    ),
    letGo: (d) => d.comparing.letGo(),
  },
  command("View", "wipe", "Divider", ["f6"], "A divider between this scene and the other", (d) => d.comparing.wipe()),
  command("View", "labels", "Objects", ["l"], "Hide or show all objects but the selected one", (d) =>
    d.toggleObjects(),
  ),
  command("View", "scores", "Scores", ["f7"], "Write score and class at objects that are near enough", (d) =>
    d.toggleScores(),
  ),
  command("View", "rejected", "Hide rejected", ["h"], "Hide or show rejected objects", (d) => d.toggleRejected()),
  ...SHAPE_COMMANDS,
];

function command(
  group: Command["group"],
  id: string,
  label: string,
  keys: string[],
  hint: string,
  run: (desk: Desk) => void,
): Command {
  return { group, id, label, keys, hint, run };
}

/** The key that gives class `index` of a project: its own, unless a command has it, else its number. */
export function classKey(classes: readonly LabelClass[], index: number): string {
  const own = classes[index]?.hotkey?.toLowerCase();
  return own && !COMMANDS.some((c) => c.keys.includes(own)) ? own : String(index + 1);
}

/** A letter without its Shift. */
function plain(key: string): string {
  return key.replace(/^shift\+(?=.$)/, "");
}

/** Runs what a key stands for, a command or a class; false where it stands for nothing. */
export function runKey(desk: Desk, key: string): boolean {
  // With Shift, a letter of the menu of shapes is done at once; any other letter is what it is without.
  if (key !== plain(key)) return desk.shaping.shortcut(plain(key)) || runKey(desk, plain(key));
  const found = COMMANDS.find((c) => c.keys.includes(key) && (c.when?.(desk) ?? true));
  const classes = desk.classes.value;
  const label =
    classes.find((_, i) => classKey(classes, i) === key) ??
    (/^[1-9]$/.test(key) ? classes[Number(key) - 1] : undefined);
  if (found) found.run(desk, key);
  else if (label) desk.classify(label.key);
  return Boolean(found ?? label);
}

/** Whether holding the key down must not repeat what it stands for. */
export function isHeld(key: string): boolean {
  return COMMANDS.some((c) => c.letGo && c.keys.includes(plain(key)));
}

/** A key was let go. */
export function letGoKey(desk: Desk, key: string): void {
  COMMANDS.find((c) => c.keys.includes(plain(key)))?.letGo?.(desk);
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

/** The name of the key that was pressed; Command counts as Ctrl, Shift only together with it, an arrow or a letter. */
export function keyName(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  const control = event.ctrlKey || event.metaKey;
  const shift = event.shiftKey && (control || key.startsWith("arrow") || /^[a-z]$/.test(key));
  return `${event.altKey ? "alt+" : ""}${control ? "ctrl+" : ""}${shift ? "shift+" : ""}${key}`;
}
