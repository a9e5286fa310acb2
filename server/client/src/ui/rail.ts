/** The tools, one below the other at the map's left edge, in four groups; exactly one is in use. */

import type { Command } from "../commands";
import { COMMANDS, keyCaps } from "../commands";
import type { Desk } from "../desk/desk";
import { h, keyCap } from "../browser/dom";
import type { ModeName } from "../desk/mode";
import { DRAWING, toolOf } from "../desk/mode";
import { isRefused } from "../model/shapes/result";
import { icon, KIND_ICONS } from "./icons";
import { TEXTS } from "../texts";

const GROUPS: readonly (readonly [name: keyof typeof TEXTS.toolbar.tools, ids: readonly string[]])[] = [
  ["select", ["select", "lasso"]],
  ["review", ["review", "measure", "pin"]],
  ["draw", ["outline", "draw", "rectangle", "oriented", "circle"]],
  ["change", ["transform", "split", "hole", "row"]],
];

export function rail(desk: Desk): HTMLElement {
  const groups = GROUPS.map(([name, ids]) =>
    h(
      "div",
      { className: "tools", role: "group", "aria-label": TEXTS.toolbar.tools[name] },
      ...ids.map((id) =>
        tool(
          desk,
          COMMANDS.find((c) => c.id === id)!,
        ),
      ),
    ),
  );
  return h("nav", { className: "rail", "aria-label": TEXTS.toolbar.modes }, ...groups);
}

function tool(desk: Desk, command: Command): HTMLButtonElement {
  const key = keyCaps(command.keys[0]!);
  const title = `${command.hint} (${key})`;
  const button = h(
    "button",
    {
      type: "button",
      className: "mode",
      title,
      "data-command": command.id,
      onclick: (event: MouseEvent) => {
        command.run(desk, command.keys[0]!);
        if (event.detail > 0) desk.focus();
      },
    },
    icon(command.id),
    h("span", {}, command.label),
    key.includes("+") ? null : keyCap(key),
  );
  desk.mode.watch((mode) => button.setAttribute("aria-pressed", String(toolOf(mode) === command.id)));
  const isDrawing = (DRAWING as ReadonlySet<string>).has(command.id);
  // Pressed all the same, it says why it does not draw objects of the class.
  const enable = (): void => {
    const kind = desk.kinds.of(desk.redrawing.classKey);
    if (command.id === "draw")
      button.querySelector(".icon")?.replaceWith(icon(kind === "polygon" ? "draw" : KIND_ICONS[kind]));
    const made = desk.kinds.mode(command.id as ModeName, desk.redrawing.classKey);
    button.setAttribute("aria-disabled", String(isRefused(made)));
    button.title = isRefused(made) ? made.problem : title;
  };
  if (isDrawing) for (const signal of [desk.drawClass, desk.classes, desk.redrawing.target]) signal.watch(enable);
  return button;
}
