/** The commands that work on objects in hand as wholes. */

import type { Command } from "./commands";
import type { Desk } from "./desk/desk";

const ARROWS: Record<string, readonly [number, number]> = {
  arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, 1], arrowdown: [0, -1],
};
const MANY = 10;
const DEGREE = Math.PI / 180;
const holdsSomething = (desk: Desk): boolean => !desk.hand.empty;

/** Steps to the right and up that an arrow key stands for; ten times as many with Shift. */
function arrowOf(key: string): readonly [number, number] {
  const [x, y] = ARROWS[key.split("+").at(-1)!] ?? [0, 0];
  const times = key.includes("shift+") ? MANY : 1;
  return [x * times, y * times];
}

const arrows = (held: string): string[] => ["", "shift+"].flatMap((shift) => Object.keys(ARROWS).map((arrow) => `${held}+${shift}${arrow}`));

export const SHAPE_COMMANDS: readonly Command[] = [
  { group: "Mode", id: "transform", label: "Transform", keys: ["t"], hint: "Move, turn and scale what is in hand by a frame", run: (d) => d.enter("transform") },
  { group: "Mode", id: "lasso", label: "Lasso", keys: ["s"], hint: "Draw a ring around objects to take them in hand", run: (d) => d.enter("lasso") },
  { group: "Mode", id: "row", label: "Row", keys: ["ctrl+shift+d"], hint: "Copies of what is in hand along a row", run: (d) => d.shaping.row() },
  { group: "Shape", id: "shape", label: "Shape…", keys: ["e"], hint: "Everything that can be done with what is in hand, by a letter each; with Shift the letters do it at once", run: (d) => d.shaping.ask() },
  { group: "Shape", id: "again", label: "Once more", keys: ["ctrl+e"], hint: "Do the last of these operations to what is in hand now", run: (d) => d.shaping.again() },
  { group: "Shape", id: "copy", label: "Copy", keys: ["ctrl+c"], hint: "Copy what is in hand", when: holdsSomething, run: (d) => d.shaping.copy() },
  { group: "Shape", id: "cut", label: "Cut", keys: ["ctrl+x"], hint: "Copy what is in hand and delete it", when: holdsSomething, run: (d) => d.shaping.cut() },
  { group: "Shape", id: "paste", label: "Paste", keys: ["ctrl+v"], hint: "Put the copied objects where the pointer is", run: (d) => d.shaping.paste() },
  { group: "Shape", id: "duplicate", label: "Duplicate", keys: ["ctrl+d"], hint: "A copy of what is in hand beside it", run: (d) => d.shaping.duplicate() },
  {
    group: "Shape", id: "nudge", label: "Nudge", keys: arrows("alt"), shown: "Alt+arrows",
    hint: "Move the chosen corners, or else the objects, or while drawing a cross, by one pixel; with Shift, by ten", run: (d, key) => d.nudge(...arrowOf(key)),
  },
  {
    group: "Shape", id: "turn", label: "Turn", keys: arrows("ctrl"), shown: "Ctrl+arrows",
    hint: "Turn by one degree (← →), scale by one pixel (↑ ↓); with Shift, by ten", run: (d, key) => {
      const [right, up] = arrowOf(key);
      if (right) d.nudges.turn(-right * DEGREE);
      else d.nudges.grow(up * d.scene.native_resolution);
    },
  },
];
