/** Keys go to the desk unless somebody is typing or a dialog is open. */

import { isKnown, isRepeated, keyName, letGoKey, runKey } from "../commands";
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

export function listenToKeys(desk: () => Desk | null, help: () => void): void {
  document.addEventListener("keydown", (event) => {
    const open = desk();
    const key = keyName(event);
    if (document.querySelector("dialog[open]") || isTaken(event.target, key)) return;
    if (/^(shift\+)?\S$/.test(key) && !singleKeys()) return;
    if (event.repeat && !isRepeated(key)) return void (open && isKnown(open, key) && event.preventDefault());
    const done = key === "?" ? (help(), true) : open !== null && runKey(open, key, event.repeat);
    if (done) event.preventDefault();
  });
  document.addEventListener("keyup", (event) => {
    const open = desk();
    if (open) letGoKey(open, keyName(event));
  });
}

/** Return whether the focused control has its own use for the key. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLElement && target.matches("button, summary")) return key === "enter" || key === " ";
  if (!(target instanceof HTMLInputElement)) return false;
  if (target.type === "range") return key.startsWith("arrow");
  return target.type === "text" || target.type === "date";
}
