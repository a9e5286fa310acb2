/** Toolbar over the map. */

import type { Command } from "../commands";
import { COMMANDS, keyCaps } from "../commands";
import type { Desk } from "../desk/desk";
import type { Snapping } from "../desk/snapper";
import { h, keyCap } from "../browser/dom";
import { TEXTS } from "../texts";

/** `cap`: show the key also where it is one of two keys pressed together. */
export function commandButton(id: string, desk: Desk, className = "", cap = false): HTMLButtonElement {
  const command = COMMANDS.find((c) => c.id === id) as Command;
  const key = command.keys[0]!;
  return h(
    "button",
    {
      type: "button",
      className,
      title: `${command.hint} (${command.keys.map(keyCaps).join(", ")})`,
      "data-command": id,
      onclick: (event: MouseEvent) => {
        command.run(desk, key);
        // Whoever used the mouse goes on with the map's keys; whoever came by keyboard stays on the button.
        if (event.detail > 0) desk.focus();
      },
    },
    command.label,
    " ",
    key.includes("+") && !cap ? null : keyCap(keyCaps(key)),
  );
}

/** A button that stays pressed while something is on. */
function toggleButton(id: string, desk: Desk, isOn: (settings: Snapping) => boolean): HTMLButtonElement {
  const button = commandButton(id, desk);
  desk.snapper.settings.watch((settings) => button.setAttribute("aria-pressed", String(isOn(settings))));
  return button;
}

export function toolbar(desk: Desk): HTMLElement {
  const [undo, redo] = [commandButton("undo", desk), commandButton("redo", desk)];
  desk.workspace.history.watch(({ past, future }) => {
    // Drawing takes corners back with Undo before anything is in the history.
    undo.setAttribute("aria-disabled", String(past.length === 0));
    redo.setAttribute("aria-disabled", String(future.length === 0));
  });
  const group = (label: string, ...buttons: Node[]): HTMLElement =>
    h("div", { className: "group", role: "group", "aria-label": label }, ...buttons);
  return h(
    "div",
    { className: "toolbar", role: "toolbar", "aria-label": TEXTS.toolbar.label },
    group(TEXTS.toolbar.history, undo, redo),
    group(
      TEXTS.toolbar.snapping,
      toggleButton("snap", desk, (s) => s.objects),
      toggleButton("angles", desk, (s) => s.angles),
    ),
    group(TEXTS.operations.list, commandButton("shape", desk)),
    group(TEXTS.toolbar.view, commandButton("fit", desk), commandButton("native", desk)),
  );
}
