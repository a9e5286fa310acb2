/** Notice of what this browser cannot keep, or keeps that is not understood; it stays until that is over. */

import { fill, h } from "../browser/dom";
import type { LocalStore, StoreTrouble } from "../model/labels/local_store";
import { TEXTS } from "../texts";

const { storage: WORDS } = TEXTS;

export function storageNotice(store: LocalStore): HTMLElement {
  const element = h("div", { className: "storage-notice", role: "status", "aria-live": "polite" });
  store.trouble.watch((trouble) => {
    const rows = [blocked(store), full(store, trouble), aside(store, trouble)].filter((row) => row !== null);
    element.hidden = rows.length === 0;
    fill(element, ...rows);
  });
  window.addEventListener("beforeunload", (event) => {
    if (store.trouble.value.unstored.length) event.preventDefault();
  });
  return element;
}

function blocked(store: LocalStore): HTMLElement | null {
  return store.blocked ? h("p", {}, WORDS.blocked) : null;
}

function full(store: LocalStore, { unstored }: StoreTrouble): HTMLElement | null {
  if (store.blocked || !unstored.length) return null;
  const save = button(WORDS.save, () => download("unsaved-edits", unstored));
  return h("p", {}, WORDS.full(unstored.length), save);
}

function aside(store: LocalStore, { setAside }: StoreTrouble): HTMLElement | null {
  if (!setAside.length) return null;
  const save = button(WORDS.save, () => download("set-aside", setAside));
  const forget = button(WORDS.forget, () => store.forgetSetAside());
  return h("p", {}, WORDS.setAside(setAside.length), save, forget);
}

function button(label: string, onclick: () => void): HTMLElement {
  return h("button", { type: "button", onclick }, label);
}

function download(name: string, content: unknown): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
  const link = h("a", { href: address, download: `geoengine-${name}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
