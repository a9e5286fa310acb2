/** The review queue: what the card says of it, and its part of the panel with progress and order. */

import type { Desk } from "../desk/desk";
import { fill, h } from "../browser/dom";
import type { QueueOrder } from "../model/view/queue_order";
import { QUEUE_ORDERS } from "../model/view/queue_order";
import { reason } from "../model/view/queue_reason";
import { progress } from "../model/view/review";
import { withScenes } from "../model/view/view";
import { buttonLink, emptyState } from "./empty";
import { commandButton } from "./toolbar";
import { settlesSwitch, watchUnsure } from "./said";
import { TEXTS } from "../texts";

/** Where the review stands, and why this object is next; nothing outside of a review. */
export function queueWords(desk: Desk): HTMLElement[] {
  const review = desk.review.value;
  if (!review) return [];
  const { position, total, open } = progress(review, desk.isOpen);
  const texts = review.kind === "unsure" ? TEXTS.saying : TEXTS.panel;
  const words = open ? texts.position(position, total) : texts.allDecided;
  return [
    h("p", { className: "position" }, words, h("span", { className: "dim" }, texts.toDecide(open))),
    h("p", { className: "dim why" }, open ? reason(review, desk.scene, desk.nameOf) : ""),
  ];
}

/** The queue in the panel. */
export function queuePanel(desk: Desk): HTMLElement {
  const state = h("div", {});
  let isDue = false;
  const show = (): void => {
    isDue = false;
    fill(state, ...stateParts(desk));
  };
  // A decision changes all of them, and a long queue is counted once.
  const soon = (): void => {
    if (!isDue) queueMicrotask(show);
    isDue = true;
  };
  for (const signal of [desk.review, desk.selection, desk.visit.counts]) signal.watch(soon);
  const unsure = commandButton("review-unsure", desk);
  watchUnsure(desk, unsure);
  const href = withScenes("#prelabel", [desk.scene.id]);
  const prelabel = h("a", { href, title: TEXTS.prelabel.one[1] }, TEXTS.prelabel.link);
  const heading = h("h2", { id: "queue-heading" }, TEXTS.queue.heading);
  return h(
    "section",
    { className: "queue", "aria-labelledby": heading.id },
    h("div", { className: "legend-head" }, heading, prelabel),
    state,
    orderChoice(desk),
    h("div", { className: "queue-order" }, h("span", { className: "dim" }, TEXTS.saying.filterUnsure), unsure),
  );
}

/** What can be said of a pair, each with its key. */
export function pairDecisions(desk: Desk): HTMLElement {
  const ids = ["pair-first", "pair-second", "pair-merge", "pair-both"];
  const group = h(
    "div",
    { className: "decisions pair-decisions", role: "group", "aria-label": TEXTS.pairs.label },
    ...ids.map((id) => commandButton(id, desk, "", true)),
  );
  desk.pairs.atHand.watch((pair) => (group.hidden = pair === null));
  return group;
}

/** How far the review is; outside of one, how far the scene is. */
function stateParts(desk: Desk): Node[] {
  const review = desk.review.value;
  document.body.dataset["review"] = "";
  if (!review) return sceneParts(desk);
  const { position, total, open } = progress(review, desk.isOpen);
  document.body.dataset["review"] = open ? `${position} of ${total}` : "finished";
  return [
    h("p", {}, TEXTS.queue.progress(total - open, total)),
    bar(total - open, total),
    ...(review.kind === "unsure" ? [settlesSwitch(desk)] : []),
  ];
}

function sceneParts(desk: Desk): Node[] {
  const { proposed, accepted, rejected } = desk.visit.counts.value;
  const [done, total] = [accepted + rejected, proposed + accepted + rejected];
  if (total) return [h("p", {}, TEXTS.queue.progress(done, total)), bar(done, total)];
  return [emptyState(TEXTS.queue.empty, buttonLink(withScenes("#prelabel", [desk.scene.id]), TEXTS.queue.propose))];
}

function bar(done: number, total: number): HTMLElement {
  return h("progress", { max: Math.max(total, 1), value: done, "aria-label": TEXTS.panel.decided });
}

function orderChoice(desk: Desk): HTMLElement {
  const names = TEXTS.queue.orders;
  const choice = h(
    "select",
    { id: "queue-order", title: TEXTS.queue.orderHint },
    ...QUEUE_ORDERS.map((order) => h("option", { value: order }, names[order])),
  );
  desk.queue.order.watch((order) => (choice.value = order));
  choice.addEventListener("change", () => {
    desk.queue.choose(choice.value as QueueOrder);
    desk.focus();
  });
  return h("div", { className: "queue-order" }, h("label", { for: "queue-order" }, TEXTS.queue.order), choice);
}
