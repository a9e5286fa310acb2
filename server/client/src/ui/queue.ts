/** The review queue in the panel: where it stands, why this object is next, and the order. */

import type { Desk } from "../desk/desk";
import { fill, h } from "../browser/dom";
import type { QueueOrder } from "../model/view/queue_order";
import { QUEUE_ORDERS } from "../model/view/queue_order";
import { reason } from "../model/view/queue_reason";
import { progress } from "../model/view/review";
import { commandButton } from "./toolbar";
import { settlesSwitch } from "./said";
import { TEXTS } from "../texts";

export function queueCard(desk: Desk): HTMLElement {
  const state = h("div", { "aria-live": "polite" });
  const order = orderChoice(desk);
  const show = (): void => {
    order.hidden = desk.review.value === null;
    fill(state, ...stateParts(desk));
  };
  desk.review.watch(show);
  desk.selection.watch(show);
  return h("div", { className: "queue" }, state, pairDecisions(desk), order);
}

/** What can be said of a pair, each with its key. */
function pairDecisions(desk: Desk): HTMLElement {
  const ids = ["pair-first", "pair-second", "pair-merge", "pair-both"];
  const group = h(
    "div",
    { className: "decisions pair-decisions", role: "group", "aria-label": TEXTS.pairs.label },
    ...ids.map((id) => commandButton(id, desk, "", true)),
  );
  desk.pairs.atHand.watch((pair) => (group.hidden = pair === null));
  return group;
}

function stateParts(desk: Desk): Node[] {
  const review = desk.review.value;
  document.body.dataset["review"] = "";
  if (!review) return [];
  const { position, total, open } = progress(review, desk.isOpen);
  document.body.dataset["review"] = open ? `${position} of ${total}` : "finished";
  const isUnsure = review.kind === "unsure";
  const texts = isUnsure ? TEXTS.saying : TEXTS.panel;
  const words = open ? texts.position(position, total) : texts.allDecided;
  return [
    h("p", { className: "position" }, words, h("span", { className: "dim" }, texts.toDecide(open))),
    h("p", { className: "dim why" }, open ? reason(review, desk.scene, desk.nameOf) : ""),
    h("progress", { max: Math.max(total, 1), value: total - open, "aria-label": TEXTS.panel.decided }),
    ...(isUnsure ? [settlesSwitch(desk)] : []),
  ];
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
