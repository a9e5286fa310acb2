/** What stands where there is nothing to list: one sentence, and one button. */

import { COMMANDS, keyCaps } from "../commands";
import type { Desk } from "../desk/desk";
import { copyText } from "../browser/clipboard";
import { h, keyCap } from "../browser/dom";
import { TEXTS } from "../texts";

export function emptyState(words: string, button: HTMLElement): HTMLElement {
  return h("div", { className: "empty" }, h("p", {}, words), button);
}

/** The button of a command under a name of its own, with its key. */
export function namedCommand(desk: Desk, id: string, name: string): HTMLButtonElement {
  const command = COMMANDS.find((c) => c.id === id)!;
  const run = (event: MouseEvent): void => {
    command.run(desk, command.keys[0]!);
    if (event.detail > 0) desk.focus();
  };
  const props = { type: "button", title: command.hint, onclick: run };
  return h("button", props, name, " ", keyCap(keyCaps(command.keys[0]!)));
}

/** A command of the shell that helps here, to be copied: the button says whether it was. */
export function copyCommand(command: string): HTMLButtonElement {
  const { copy, copied, copyFailed } = TEXTS.empty;
  const button = h("button", { type: "button", title: command }, copy);
  button.addEventListener("click", () => {
    void copyText(command).then((done) => (button.textContent = done ? copied(command) : copyFailed(command)));
  });
  return button;
}

/** A link to another page that looks like the buttons beside it. */
export function buttonLink(href: string, name: string): HTMLAnchorElement {
  return h("a", { className: "button", href }, name);
}
