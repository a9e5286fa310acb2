/** Keys go to the desk unless somebody is typing or a dialog is open. */

import { digitOf, HeldKeys } from "../browser/keys";
import { isKnown, isRepeated, keyName, letGoAll, letGoKey, runKey } from "../commands";
import type { Desk } from "../desk/desk";
import { recall, remember } from "../browser/memory";

const SWITCH = "geoengine/single-keys";

/** Return whether keys without Ctrl act; speech input and some keyboards need them off (WCAG 2.1.4). */
export function singleKeys(): boolean {
  return recall(SWITCH) !== "off";
}

export function setSingleKeys(on: boolean): void {
  remember(SWITCH, on ? "on" : "off");
}

/** What keys do on every page. */
export interface PageKeys {
  help(): void;
  /** Ctrl+K, also while somebody is typing. */
  find(): void;
}

export function listenToKeys(desk: () => Desk | null, page: PageKeys): void {
  const down = new HeldKeys();
  const find = (event: KeyboardEvent): void => {
    if (keyName(event) !== "ctrl+k") return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat && !document.querySelector("dialog:modal") && !desk()?.vertexEditor.dragging) page.find();
  };
  // Before forms and menus see it, which keep their keys from the map.
  document.addEventListener("keydown", find, true);
  document.addEventListener("keydown", (event) => {
    const held = down.press(event);
    const open = desk();
    const key = keyName(event);
    if (document.querySelector("dialog:modal") || isTaken(event.target, key)) return;
    const names = [key, digitOf(event)].filter((name) => name !== null);
    if (/^(shift\+)?\S$/.test(key) && !singleKeys()) return;
    if (held && !isRepeated(key)) return void (open && isKnown(open, key) && event.preventDefault());
    const done = key === "?" ? (page.help(), true) : open !== null && names.some((name) => runKey(open, name, held));
    if (done) event.preventDefault();
  });
  document.addEventListener("keyup", (event) => {
    down.letGo(event);
    const open = desk();
    if (open) letGoKey(open, keyName(event));
  });
  window.addEventListener("blur", () => {
    down.clear();
    const open = desk();
    if (open) letGoAll(open);
  });
}

/** Return whether the focused control has its own use for the key. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLAnchorElement) return key === "enter";
  if (target instanceof HTMLElement && target.matches("button, summary"))
    return ["enter", " ", "shift+ "].includes(key);
  if (!(target instanceof HTMLInputElement)) return false;
  if (target.type === "range") return key.startsWith("arrow");
  if (target.type === "checkbox") return key === " ";
  return true;
}
