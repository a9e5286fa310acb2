/** Drawer over the map: a person's last steps, or the revisions of one object. */

import type { Desk } from "../desk/desk";
import type { Shown } from "../desk/past";
import type { Feature } from "../model/feature";
import type { Version } from "../model/labels/versions";
import { changesBetween } from "../model/labels/versions";
import { ago, localTime } from "../model/view/when";
import type { StepReply } from "../model/wire";
import { fill, h } from "../browser/dom";
import { emptyState, namedCommand } from "./empty";
import { TEXTS } from "../texts";

const words = TEXTS.past;

export function pastDrawer(desk: Desk): HTMLElement {
  const heading = h("h2", { id: "past-heading", tabindex: "-1" });
  const hint = h("p", { className: "dim" });
  const list = h("ul", { className: "past-rows" });
  const leave = (): void => {
    desk.past.hide();
    desk.focus();
  };
  const drawer = h(
    "section",
    { className: "past", "aria-labelledby": heading.id },
    h("div", { className: "past-head" }, heading, h("button", { type: "button", onclick: leave }, words.close)),
    hint,
    list,
  );
  drawer.addEventListener("keydown", (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") leave();
    else if (way) step(list, way);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  let was: string | null = null;
  desk.past.shown.watch((shown) => {
    const inside = drawer.contains(document.activeElement);
    const at = focusedRow(list);
    drawer.hidden = shown === null;
    if (!shown) return void (was = null);
    const of = shown.of === "steps" ? "steps" : shown.feature.uid;
    fill(heading, shown.of === "steps" ? words.steps : words.object);
    fill(hint, shown.of === "steps" ? words.stepsHint : words.objectHint);
    const rows = shown.of === "steps" ? stepRows(desk, shown.steps) : versionRows(desk, shown);
    fill(list, ...(rows.length ? rows : [h("li", {}, emptyState(words.none, begin(desk)))]));
    const first = list.querySelector("button") ?? heading;
    if (of !== was) first.focus();
    else if (inside) (list.querySelectorAll<HTMLElement>(".past-row")[at] ?? first).focus();
    was = of;
  });
  return drawer;
}

/** Where nothing was done yet, what there is to do. */
function begin(desk: Desk): HTMLElement {
  const { proposed } = desk.visit.counts.value;
  const button = proposed
    ? namedCommand(desk, "review", TEXTS.selection.review(proposed))
    : namedCommand(desk, "draw", words.draw);
  button.addEventListener("click", () => desk.past.hide());
  return button;
}

function focusedRow(list: HTMLElement): number {
  return [...list.querySelectorAll(".past-row")].findIndex((row) =>
    row.closest("li")?.contains(document.activeElement),
  );
}

function step(list: HTMLElement, way: number): void {
  const rows = [...list.querySelectorAll<HTMLElement>(".past-row")];
  rows[Math.min(rows.length - 1, Math.max(0, focusedRow(list) + way))]?.focus();
}

function when(time: string): HTMLElement {
  return h("span", { className: "dim", title: localTime(time) }, ago(time, Date.now()));
}

function stepRows(desk: Desk, steps: readonly StepReply[]): HTMLElement[] {
  return steps.map((one) => {
    const [uid] = one.uids;
    const isOne = one.uids.length === 1 && uid !== undefined;
    const go = h(
      "button",
      { type: "button", className: "past-row", onclick: () => void desk.past.go(one) },
      h("span", {}, words.did(one.counts)),
      when(one.time),
    );
    const more = [
      isOne && h("button", { type: "button", onclick: () => void desk.past.showVersions(uid) }, words.versions),
      one.deleted.length > 0 &&
        h(
          "button",
          { type: "button", onclick: () => void desk.past.bringBack(one) },
          words.bringBack(one.deleted.length),
        ),
    ];
    return h("li", { "data-changeset": one.changeset }, go, h("span", { className: "past-more" }, ...more));
  });
}

function versionRows(desk: Desk, { feature, versions }: Extract<Shown, { of: "object" }>): HTMLElement[] {
  const before = new Map(versions.map((one, index) => [one.revision, versions[index - 1]?.feature ?? null]));
  return [...versions].reverse().map((one) => versionRow(desk, one, before.get(one.revision)!, feature, versions));
}

function versionRow(
  desk: Desk,
  one: Version,
  before: Feature | null,
  now: Feature,
  versions: readonly Version[],
): HTMLElement {
  const isNow = one.revision === now.revision;
  const changes = changesBetween(before, one.feature).map((change) => words.changes[change]);
  const compare = (): void => desk.past.compare(isNow ? null : one);
  const row = h(
    "button",
    { type: "button", className: "past-row", onfocus: compare, onmouseenter: compare, onclick: compare },
    h("span", {}, h("strong", {}, words.revision(one.revision)), " ", isNow && words.now),
    h("span", {}, [desk.nameOf(one.feature.classKey), one.feature.state, `(${changes.join(", ")})`].join(" ")),
    h("span", {}, `${one.author} · `, when(one.time)),
  );
  const back = h(
    "button",
    {
      type: "button",
      "aria-label": words.backNamed(one.revision),
      onclick: () => desk.past.revert(versions, one),
      onfocus: compare,
    },
    words.back,
  );
  const mayGoBack = !isNow && !one.feature.deleted;
  return h("li", { "data-revision": one.revision }, row, h("span", { className: "past-more" }, mayGoBack && back));
}
