/** Card of a pin: its question, who asked when, and what becomes of it. */

import { fill, h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { Pin } from "../api";
import { ago, localTime } from "../model/view/when";
import { TEXTS } from "../texts";

const words = TEXTS.pins;

export function pinCard(desk: Desk): HTMLElement {
  const { pins } = desk;
  const text = h("p", { className: "pin-text" });
  const said = h("p", { className: "dim" });
  const spoken = h("p", { className: "spoken", role: "status" });
  const button = (run: () => void): HTMLButtonElement => {
    const onclick = (event: MouseEvent): void => {
      run();
      if (event.detail > 0 && !pins.isWriting) desk.focus();
    };
    return h("button", { type: "button", onclick });
  };
  const isState = (state: Pin["state"]): boolean => pins.chosen.value?.state === state;
  const turn = button(() => void pins.turn(isState("open") ? "resolved" : "open"));
  const edit = button(() => pins.edit());
  const remove = button(() => void pins.turn(isState("removed") ? "open" : "removed"));
  const close = h("button", { type: "button", className: "close", "aria-label": words.close }, "×");
  close.addEventListener("click", () => {
    pins.dismiss();
    desk.focus();
  });
  fill(edit, words.edit);
  const tellTimes = (): void => {
    const pin = pins.chosen.value;
    if (pin) fill(said, ...saidOf(pin));
  };
  const buttons = h("div", { className: "pin-buttons" }, turn, edit, remove);
  const card = h("section", { className: "card pin-card", "aria-label": words.card }, close, text, said, buttons);
  let last: string | null = null;
  pins.chosen.watch((pin) => {
    const had = card.contains(document.activeElement);
    card.hidden = pin === null;
    if (!pin && had) desk.focus();
    if (pin && pin.uid !== last) spoken.textContent = `${words.card}: ${pin.text}`;
    last = pin?.uid ?? null;
    if (!pin) return;
    fill(text, pin.text);
    tellTimes();
    card.dataset["state"] = pin.state;
    turn.hidden = edit.hidden = pin.state === "removed";
    fill(turn, pin.state === "open" ? words.resolve : words.reopen);
    fill(remove, pin.state === "removed" ? words.undo : words.remove);
  });
  pins.now.watch(tellTimes);
  pins.asks.watch((asks) => {
    for (const each of [turn, edit, remove]) each.setAttribute("aria-disabled", String(asks));
  });
  return h("div", { className: "pin-card-place" }, card, spoken);
}

/** Who asked when, and who said what of it last. */
function saidOf(pin: Pin): Node[] {
  const time = (iso: string): HTMLElement => h("time", { title: localTime(iso) }, ago(iso, Date.now()));
  const asked = h("span", {}, `${pin.asked_by}, `, time(pin.asked_at));
  if (pin.revision === 1) return [asked];
  const did = words.did[pin.state];
  return [asked, h("span", {}, ` · ${did} ${pin.author}, `, time(pin.time))];
}
