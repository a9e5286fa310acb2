/** Whether the work is safe, and short notices; both are spoken by screen readers. */

import type { Outbox, SaveStatus } from "../model/outbox";
import type { Signal } from "../model/signal";
import { h } from "./dom";

/** Saves that take no longer than this are not worth announcing. */
const QUIET_MS = 400;
const NOTICE_MS = 7000;

function words(status: SaveStatus, waiting: number): string {
  const edits = waiting === 1 ? "1 edit" : `${waiting} edits`;
  if (status === "offline") return `Offline – ${edits} kept on this computer`;
  if (status === "attention") return "An edit needs your decision";
  return status === "saving" ? "Saving…" : "Saved";
}

export function saveStatus(outbox: Outbox, decide: () => void): HTMLElement {
  const text = h("span", { role: "status", "aria-live": "polite" });
  const button = h("button", { type: "button", className: "attention", onclick: decide }, "Decide…");
  const element = h("div", { className: "save-status" }, h("span", { className: "dot", "aria-hidden": "true" }), text, button);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const update = (): void => {
    const status = outbox.status.value;
    document.body.dataset["saveStatus"] = status;
    clearTimeout(timer);
    const show = (): void => {
      element.dataset["status"] = status;
      text.textContent = words(status, outbox.waiting.value);
      button.hidden = status !== "attention";
    };
    if (status === "saving") timer = setTimeout(show, QUIET_MS);
    else show();
  };
  outbox.status.watch(update);
  outbox.waiting.watch(update);
  return element;
}

export function notices(notice: Signal<string>): HTMLElement {
  const element = h("div", { className: "notice", role: "status", "aria-live": "polite" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  notice.watch((text) => {
    element.textContent = text;
    element.classList.toggle("shown", text !== "");
    clearTimeout(timer);
    if (text) timer = setTimeout(() => notice.set(""), NOTICE_MS);
  });
  return element;
}
