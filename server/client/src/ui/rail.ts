/** The tools, one below the other at the map's left edge; exactly one is in use. */

import { COMMANDS, keyCaps } from "../commands";
import type { Desk } from "../desk/desk";
import { h, keyCap } from "../browser/dom";
import { toolOf } from "../desk/mode";
import { icon } from "./icons";
import { TEXTS } from "../texts";

export function rail(desk: Desk): HTMLElement {
  const tools = COMMANDS.filter((c) => c.group === "Mode").map((command) => {
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
      icon(command.id) as unknown as Node,
      h("span", {}, command.label),
      key.includes("+") ? null : keyCap(key),
    );
    desk.mode.watch((mode) => button.setAttribute("aria-pressed", String(toolOf(mode) === command.id)));
    return button;
  });
  return h("nav", { className: "rail", "aria-label": TEXTS.toolbar.modes }, ...tools);
}
