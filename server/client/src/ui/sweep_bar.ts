/** Bar over the map while the scene is swept: how far it is, back, on and end. */

import type { Desk } from "../desk/desk";
import type { SweepState } from "../desk/sweep";
import { fill, h, keyCap } from "../browser/dom";
import type { Scope } from "../model/ground/seen_ground";
import { completion } from "./completion";
import { commandButton } from "./toolbar";
import { TEXTS } from "../texts";

export function sweepBar(desk: Desk): HTMLElement {
  const { sweep } = desk.search;
  const words = h("span", { className: "sweep-words" });
  const done = h("progress", { max: 1, value: 0, "aria-label": TEXTS.sweep.progress });
  const scope = h(
    "select",
    { "aria-label": TEXTS.sweep.scope },
    ...Object.entries(TEXTS.sweep.scopes).map(([value, label]) => h("option", { value }, label)),
  );
  scope.addEventListener("change", () => {
    sweep.setScope(scope.value as Scope);
    desk.focus();
  });
  const next = h(
    "button",
    { type: "button", className: "sweep-next", onclick: (event: MouseEvent) => press(desk, event) },
    TEXTS.sweep.next,
    " ",
    keyCap(TEXTS.sweep.space),
  );
  const end = h("button", { type: "button", onclick: () => (sweep.end(), desk.focus()) }, TEXTS.sweep.end);
  const others = ["sweep-back", "nearest-unseen"].map((id) => commandButton(id, desk));
  const row = h("div", { className: "sweep-buttons" }, next, ...others, scope, end);
  const finished = completion(desk);
  const bar = h("section", { className: "card sweep", "aria-label": TEXTS.sweep.heading }, words, done, row, finished);
  sweep.state.watch((state) => {
    bar.hidden = state === null;
    if (!state) return;
    fill(words, wordsOf(state, desk.comparing.state.value.shown));
    [done.max, done.value] = [state.plan.screens.length, state.done];
    // Once all has been seen, the scene can be said to be complete.
    finished.hidden = state.done < state.plan.screens.length;
    scope.value = state.plan.scope;
  });
  return bar;
}

/** Go on; whoever used the mouse goes on with the map's keys. */
function press(desk: Desk, event: MouseEvent): void {
  desk.search.sweep.next();
  if (event.detail > 0) desk.focus();
}

function wordsOf({ plan, done, waits }: SweepState, covered: boolean): string {
  const { length } = plan.screens;
  if (waits && covered) return TEXTS.sweep.covered;
  return waits ? TEXTS.sweep.waits : TEXTS.sweep.cells(done, length);
}
