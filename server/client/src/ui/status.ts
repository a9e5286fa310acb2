/** State of saving, and short notices; screen readers speak both. */

import type { Outbox, SaveStatus } from "../model/labels/outbox";
import type { Signal } from "../model/labels/signal";
import { h } from "../browser/dom";
import { TEXTS } from "../texts";

/** Saves that take no longer than this are not worth announcing. */
const QUIET_MS = 400;
/** Longer, and it is said that the server is slow. */
const SLOW_MS = 5000;
const NOTICE_MS = 7000;

function words(status: SaveStatus, waiting: number, slow: boolean): string {
  const edits = TEXTS.status.edits(waiting);
  if (status === "offline") return TEXTS.status.offline(edits);
  if (status === "elsewhere") return TEXTS.status.elsewhere(edits);
  if (status === "failing") return TEXTS.status.failing(edits);
  if (status === "attention") return TEXTS.status.attention;
  if (status === "saved") return TEXTS.status.saved;
  return slow ? TEXTS.status.slow(edits) : TEXTS.status.saving;
}

/** In place of the state of saving, where the project cannot be changed. */
export function readOnlyStatus(): HTMLElement {
  return h("div", { className: "save-status read-only", title: TEXTS.status.readOnlyHint }, TEXTS.status.readOnly);
}

export function saveStatus(outbox: Outbox, decide: () => void): HTMLElement {
  const text = h("span", { role: "status", "aria-live": "polite" });
  const button = h("button", { type: "button", className: "attention", onclick: decide }, TEXTS.status.decide);
  const element = h(
    "div",
    { className: "save-status" },
    h("span", { className: "dot", "aria-hidden": "true" }),
    text,
    button,
  );
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let slow = false;
  const show = (): void => {
    const { value: status } = outbox.status;
    element.dataset["status"] = status;
    text.textContent = words(status, outbox.waiting.value, slow);
    // The bar has room for a part of it only.
    element.title = `${text.textContent}. ${TEXTS.status.kept}.`;
    button.hidden = status !== "attention";
  };
  const update = (): void => {
    const { value: status } = outbox.status;
    document.body.dataset["saveStatus"] = status;
    clearTimeout(quiet);
    if (status === "saving" && !slow) quiet = setTimeout(show, QUIET_MS);
    else show();
  };
  /** The wait for one answer begins. */
  const wait = (): void => {
    clearTimeout(patience);
    slow = false;
    patience = setTimeout(() => {
      slow = true;
      update();
    }, SLOW_MS);
  };
  outbox.status.watch(wait);
  outbox.onSaved(wait);
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
