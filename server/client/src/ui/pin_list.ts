/** The questions on places of the scene, in the panel: open ones first; a click or Enter goes there. */

import type { Pin } from "../api";
import { fill, h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import { ago, localTime } from "../model/view/when";
import { TEXTS } from "../texts";
import { emptyState, namedCommand } from "./empty";

const words = TEXTS.pins;

export function pinList(desk: Desk): HTMLElement {
  const { pins } = desk;
  const heading = h("h2", { id: "pins-heading" }, words.heading);
  const next = namedCommand(desk, "next-pin", words.next);
  const list = h("ol", { className: "pin-list" });
  const nothing = h("div", {});
  const box = h("input", { type: "checkbox" });
  box.addEventListener("change", () => pins.resolvedShown.set(box.checked));
  const resolved = h("span", {});
  const choice = h("label", { className: "check" }, box, resolved);
  let times: (() => void)[] = [];

  const show = (): void => {
    const shown = pins.listed;
    const [open, all] = [pins.all.value.filter(({ state }) => state === "open").length, pins.all.value.length];
    const focused = (document.activeElement as HTMLElement | null)?.dataset["pin"];
    fill(heading, open ? words.counted(open) : words.heading);
    next.hidden = open === 0;
    times = [];
    fill(list, ...shown.map((pin) => h("li", {}, row(desk, pin, times))));
    list.hidden = shown.length === 0;
    if (focused) list.querySelector<HTMLElement>(`[data-pin="${CSS.escape(focused)}"]`)?.focus();
    fill(nothing, ...(open ? [] : [empty(desk, all > 0)]));
    choice.hidden = all === open;
    fill(resolved, words.showResolved(all - open));
    document.body.dataset["pins"] = `${open} of ${all}`;
  };
  for (const signal of [pins.all, pins.resolvedShown, pins.missing]) signal.watch(show);
  pins.now.watch(() => times.forEach((tell) => tell()));
  pins.chosen.watch((chosen) => {
    for (const each of list.querySelectorAll<HTMLElement>("[data-pin]"))
      each.setAttribute("aria-current", String(each.dataset["pin"] === chosen?.uid));
  });
  return h(
    "section",
    { className: "pins", "aria-labelledby": heading.id },
    h("div", { className: "legend-head" }, heading, next),
    nothing,
    list,
    choice,
  );
}

function row(desk: Desk, pin: Pin, times: (() => void)[]): HTMLElement {
  const when = h("span", { title: localTime(pin.asked_at) });
  const tell = (): void => fill(when, ago(pin.asked_at, Date.now()));
  tell();
  times.push(tell);
  const state = pin.state === "resolved" ? `${words.resolved} · ` : "";
  const go = (event: MouseEvent): void => {
    desk.pins.goTo(pin);
    // On a narrow page the map may be out of sight.
    desk.map.map.getTargetElement()?.scrollIntoView({ block: "nearest" });
    if (event.detail > 0) desk.focus();
  };
  return h(
    "button",
    {
      type: "button",
      className: `pin-row pin-${pin.state}`,
      "data-pin": pin.uid,
      "aria-current": String(desk.pins.chosen.value?.uid === pin.uid),
      onclick: go,
    },
    h("span", { className: "pin-text" }, pin.text),
    h("span", { className: "dim" }, `${state}${pin.asked_by}, `, when),
  );
}

function empty(desk: Desk, anyResolved: boolean): HTMLElement {
  const { missing } = desk.pins;
  if (missing.value !== null) return h("p", { className: "bad", role: "alert" }, words.notLoaded(missing.value));
  return emptyState(anyResolved ? words.allResolved : words.none, namedCommand(desk, "pin", words.begin));
}
