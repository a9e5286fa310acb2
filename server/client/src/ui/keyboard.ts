/** Keys go to the desk unless somebody is typing or a dialog is open. */

import { keyName, runKey } from "../commands";
import type { Desk } from "../desk";

const SWITCH = "geoengine/single-keys";

/** Whether keys without Ctrl act; speech input and some keyboards need them off (WCAG 2.1.4). */
export function singleKeys(): boolean {
  return localStorage.getItem(SWITCH) !== "off";
}

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(SWITCH, on ? "on" : "off");
}

export function listenToKeys(desk: () => Desk | null, help: () => void): void {
  document.addEventListener("keydown", (event) => {
    const open = desk();
    const key = keyName(event);
    if (document.querySelector("dialog[open]") || isTaken(event.target, key)) return;
    if (key.length === 1 && !singleKeys()) return;
    const done = key === "?" ? (help(), true) : open !== null && runKey(open, key);
    if (done) event.preventDefault();
  });
}

/** Whether the focused control has its own use for the key. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLButtonElement) return key === "enter";
  if (!(target instanceof HTMLInputElement)) return false;
  if (target.type === "range") return key.startsWith("arrow");
  return target.type === "text" || target.type === "date";
}
