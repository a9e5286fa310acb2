/** The tools, one below the other at the map's left edge, in four groups; exactly one is in use. */

import type { Command } from "../commands";
import { COMMANDS, keyCaps } from "../commands";
import type { Desk } from "../desk/desk";
import { h, keyCap } from "../browser/dom";
import { toolOf } from "../desk/mode";
import { icon } from "./icons";
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
  const button = h(
    "button",
    {
      type: "button",
      className: "mode",
      title: `${command.hint} (${key})`,
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
  return button;
}
