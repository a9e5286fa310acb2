/** Whether the scene or areas of it are complete, with what says so, takes it back, or leads to unseen ground. */

import type { Desk } from "../desk/desk";
import { fill, h } from "../browser/dom";
import { localTime } from "../model/view/when";
import type { CompletionReply as Completion } from "../model/wire";
import { TEXTS } from "../texts";

export function completion(desk: Desk): HTMLElement {
  const { completing } = desk.search;
  const element = h("div", { className: "completion" });
  completing.state.watch(() => fill(element, ...completionParts(desk)));
  return element;
}

/** The areas that are complete, each with buttons that show it and take it back. */
export function completeAreas(desk: Desk): HTMLElement {
  const summary = h("summary");
  const list = h("ol", { className: "complete-areas" });
  const element = h("details", {}, summary, list);
  desk.search.completing.state.watch(({ areas, asks }) => {
    element.hidden = areas.length === 0;
    summary.textContent = TEXTS.complete.areas(areas.length);
    fill(list, ...areas.map((one, index) => areaRow(desk, one, index + 1, asks)));
  });
  return element;
}

function areaRow(desk: Desk, { area, author, time, missing }: Completion, number: number, asks: boolean): HTMLElement {
  const { completing } = desk.search;
  const words = TEXTS.completeArea;
  const goTo = (): void => {
    completing.goTo(area!);
    desk.focus();
  };
  const back = (): void => void completing.sayOf(area!, false);
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", className: "link", "aria-label": words.goTo(number), onclick: goTo },
      words.named(number),
    ),
    " ",
    words.by(author, localTime(time)),
    " ",
    h(
      "button",
      { type: "button", "aria-label": words.takeBack(number), "aria-disabled": String(asks), onclick: back },
      TEXTS.complete.takeBack,
    ),
    missing.length
      ? h("p", { className: "dim" }, TEXTS.complete.missing(missing.map((key) => desk.nameOf(key))))
      : null,
  );
}

/** "Complete" with who said so, or the button that says it, and why it cannot be said yet. */
export function completionParts(desk: Desk): Node[] {
  const { complete, refused, asks } = desk.search.completing.state.value;
  const said = complete ? [h("p", { className: "complete" }, wordsOf(complete))] : [];
  const missing = complete?.missing.map((key) => desk.nameOf(key)) ?? [];
  if (missing.length) said.push(h("p", { className: "dim" }, TEXTS.complete.missing(missing)));
  const again = !complete || missing.length > 0;
  const buttons = [
    again && button(desk, missing.length ? TEXTS.complete.again : TEXTS.complete.mark, true, asks),
    complete && button(desk, TEXTS.complete.takeBack, false, asks),
  ].filter((each) => each !== false && each !== null);
  const why = refused ? [h("p", { className: "refused", role: "alert" }, refused), toUnseen(desk)] : [];
  return [...said, ...buttons, ...why];
}

/** All that was ever said of the scene, asked for when it is opened. */
export function completionHistory(desk: Desk): HTMLElement {
  const { completing } = desk.search;
  const list = h("ol", { className: "completion-history" });
  const element = h("details", {}, h("summary", {}, TEXTS.complete.history), list);
  element.addEventListener("toggle", () => element.open && void completing.loadHistory());
  completing.history.watch((history) => {
    const rows = history?.map((one) => h("li", {}, wordsOf(one))) ?? [];
    fill(list, ...(history && !rows.length ? [h("li", { className: "dim" }, TEXTS.complete.nothingYet)] : rows));
  });
  return element;
}

function wordsOf({ complete, author, time, share, area }: Completion): string {
  const of = area ? TEXTS.completeArea.of : "";
  return complete
    ? of + TEXTS.complete.by(author, localTime(time), share)
    : of + TEXTS.complete.takenBackBy(author, localTime(time));
}

function button(desk: Desk, label: string, complete: boolean, asks: boolean): HTMLButtonElement {
  return h(
    "button",
    {
      type: "button",
      className: complete ? "mark-complete" : "take-back",
      "aria-disabled": String(asks),
      onclick: (event: MouseEvent) => {
        void desk.search.completing.say(complete);
        if (event.detail > 0) desk.focus();
      },
    },
    label,
  );
}

function toUnseen(desk: Desk): HTMLButtonElement {
  const go = (): void => {
    void desk.search.sweep.nearest();
    desk.focus();
  };
  return h("button", { type: "button", className: "to-unseen", onclick: go }, TEXTS.complete.toUnseen);
}
