/** What a decision on many objects left alone, with a button for those too. */

import type { Desk } from "../desk/desk";
import { fill, h } from "../browser/dom";

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
      ...(offer ? [h("span", {}, offer.words), h("button", { type: "button", onclick: run }, offer.label)] : []),
    );
  });
  return bar;
}
