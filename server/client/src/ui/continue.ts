/** Button above the list of scenes that opens the one that this author was in last, where it was left. */

import type { SceneSummary } from "../api";
import * as api from "../api";
import { h, keyCap } from "../browser/dom";
import { TEXTS } from "../texts";

/** Put the button above the scenes, once it is known where it leads; Enter does the same where nothing else is meant. */
export async function offerContinue(
  main: HTMLElement,
  scenes: readonly SceneSummary[],
  author: string,
  first: boolean,
  open: (scene: number) => void,
): Promise<void> {
  // A list without the button is a list all the same.
  const left = await api.leftScenes(author).catch(() => []);
  const last = left.map((id) => scenes.find((scene) => scene.id === id)).find((scene) => scene !== undefined);
  if (!last || !main.isConnected) return;
  const button = h(
    "button",
    { type: "button", className: "continue", onclick: () => open(last.id) },
    TEXTS.bookmark.continue(last.name, last.counts.proposed),
    " ",
    keyCap("↵"),
  );
  main.prepend(button);
  // Of a page that has just been opened Enter goes on where one was; later it opens the scene one came from.
  if (first && (document.activeElement === document.body || document.activeElement?.closest("li"))) button.focus();
  document.addEventListener("keydown", function follow(event): void {
    if (!button.isConnected) return document.removeEventListener("keydown", follow);
    if (event.key === "Enter" && !event.repeat && !event.defaultPrevented && isFree(event.target)) button.click();
  });
}

/** True if Enter means nothing where it was pressed: on the page itself, or in an empty search. */
function isFree(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]")) return false;
  if (target instanceof HTMLInputElement) return target.type === "text" && !target.value.trim();
  return target === document.body;
}
