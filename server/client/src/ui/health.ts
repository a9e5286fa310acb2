/** Button in the bar that lists what is wrong with the project; nothing where all is well. */

import * as api from "../api";
import { fill, h } from "../browser/dom";
import { Poller } from "../browser/poller";
import { backoff } from "../model/labels/backoff";
import { Signal } from "../model/labels/signal";
import type { Finding, Row } from "../model/view/health";
import { pauseAfterFindings, rowOf, signatureOf } from "../model/view/health";
import { TEXTS } from "../texts";

const { health: WORDS } = TEXTS;

export function healthButton(): HTMLElement {
  const findings = new Signal<readonly Finding[]>([]);
  const said = h("span", { className: "spoken", role: "status", "aria-live": "polite" });
  const button = h("button", {
    type: "button",
    className: "problems",
    title: WORDS.hint,
    "aria-haspopup": "dialog",
    onclick: () => showList(findings),
  });
  findings.watch(({ length }) => {
    button.hidden = length === 0;
    fill(button, h("span", { className: "dot", "aria-hidden": "true" }), WORDS.button(length));
  });
  let failures = 0;
  new Poller(async () => {
    try {
      const found = await api.findings();
      failures = 0;
      announce(said, findings.value, found);
      findings.set(found);
      return pauseAfterFindings(found);
    } catch {
      // What was known stays: that the server is away is said beside the edits that wait for it.
      return Math.max(backoff(++failures), pauseAfterFindings(findings.value));
    }
  });
  return h("div", { className: "health" }, button, said);
}

/** Say what is new, once. */
function announce(said: HTMLElement, before: readonly Finding[], now: readonly Finding[]): void {
  if (signatureOf(before) === signatureOf(now)) return;
  said.textContent = now.length ? WORDS.announced(now.length) : WORDS.solved;
}

/** Show the list until it is closed or a link in it is followed; it follows what the server says meanwhile. */
function showList(findings: Signal<readonly Finding[]>): void {
  const list = h("ul", { className: "findings" });
  const close = h("button", { value: "" }, WORDS.close);
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "health-heading" }, WORDS.heading),
    list,
    h("div", { className: "buttons" }, close),
  );
  const dialog = h("dialog", { className: "health-list", "aria-labelledby": "health-heading" }, form);
  let shown: string | null = null;
  const unwatch = findings.watch((found) => {
    const rows = found.map(rowOf);
    const text = JSON.stringify(rows);
    // What is read, or has the focus, is made anew only where it changed.
    if (text === shown) return;
    shown = text;
    fill(list, ...(rows.length ? rows.map((row) => rowElement(row, dialog)) : [h("li", {}, WORDS.none)]));
  });
  dialog.addEventListener("close", () => {
    unwatch();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

function rowElement({ heading, message, remedy, links, unnamed }: Row, dialog: HTMLDialogElement): HTMLElement {
  const items = links.map(({ label, hash }) => {
    const link = h("a", { href: hash, onclick: () => dialog.close() }, label);
    return h("li", {}, link);
  });
  if (unnamed > 0) items.push(h("li", { className: "dim" }, WORDS.more(unnamed)));
  return h(
    "li",
    {},
    h("h3", {}, heading),
    h("p", {}, message),
    h("p", { className: "dim" }, WORDS.whatToDo, ...withCode(remedy)),
    items.length > 0 && h("ul", { className: "finding-links" }, ...items),
  );
}

/** Return a text whose parts between backticks are code. */
function withCode(text: string): (string | HTMLElement)[] {
  return text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));
}
