/** What is offered over the map, with a button and a key for it. */

import type { Desk } from "../desk/desk";
import { fill, h, keyCap } from "../browser/dom";

export function offerBar(desk: Desk): HTMLElement {
  const bar = h("div", { className: "offer", role: "status", "aria-live": "polite" });
  desk.decisions.offer.watch((offer) => {
    const run = (): void => {
      offer?.run();
      desk.focus();
    };
    bar.hidden = offer === null;
    fill(
      bar,
      ...(offer
        ? [
            h("span", {}, offer.words),
            h("button", { type: "button", onclick: run }, offer.label, " ", keyCap("Alt+Enter")),
          ]
        : []),
    );
  });
  return bar;
}
