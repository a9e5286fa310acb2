/** Button beside the histogram: accept the proposals in view from the lowest score shown on, counted on it. */

import type { Desk } from "../desk/desk";
import type { InView } from "../model/view/in_view";
import { h } from "../browser/dom";
import { TEXTS } from "../texts";

const SETTLE_MS = 400;

export function surestButton(desk: Desk): HTMLElement {
  const button = h("button", { type: "button", className: "surest" });
  let found: InView | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  const ask = async (mine: number): Promise<void> => {
    try {
      // An object without a score passes the filter, but is not sure.
      const counted = await desk.inView.count({ state: "proposed", scored: "true" });
      if (mine === turn) show(counted);
    } catch {
      // The map says that the server cannot be reached; the count comes with the next change.
    }
  };
  const show = (counted: InView | null): void => {
    const { minScore, maxScore } = desk.filtering.filter.value;
    found = counted;
    const count = counted?.counts.proposed ?? 0;
    button.disabled = count === 0 || desk.inView.deciding.value;
    button.hidden = minScore === 0;
    button.textContent = TEXTS.inView.accept(counted && count, minScore, maxScore);
  };
  const soon = (): void => {
    show(null);
    turn += 1;
    clearTimeout(timer);
    if (desk.filtering.filter.value.minScore === 0 || desk.filtering.hidesProposals) return;
    const mine = turn;
    timer = setTimeout(() => void ask(mine), SETTLE_MS);
  };
  button.addEventListener("click", () => {
    if (found) desk.inView.decide("accepted", found);
    desk.focus();
  });
  desk.filtering.filter.watch(soon);
  desk.visit.counts.watch(soon);
  desk.map.map.on("moveend", soon);
  desk.inView.deciding.watch(() => show(found));
  return button;
}
