/** The object in hand and the way through the queue. */

import type { LabelClass } from "../api";
import type { Desk } from "../desk/desk";
import type { Feature } from "../model/feature";
import { progress } from "../model/view/review";
import { fill, h, shortTime } from "../browser/dom";
import { commandButton } from "./toolbar";

export function reviewPanel(desk: Desk): HTMLElement {
  const queue = h("div", { className: "queue", "aria-live": "polite" });
  const details = h("div", { className: "details" });
  const label = h("h2", { id: "selection-heading" }, "Selected object");
  desk.review.watch(() => fill(queue, ...queueParts(desk)));
  desk.selection.watch((held) => {
    const feature = desk.selection.single;
    fill(label, held.length > 1 ? `${held.length.toLocaleString("en")} selected objects` : "Selected object");
    fill(details, ...(feature ? objectParts(desk, feature) : held.length ? manyParts(desk, held) : [hint(desk)]));
    fill(queue, ...queueParts(desk));
    const { dataset } = document.body;
    dataset["selected"] = feature?.uid ?? "";
    dataset["selectedState"] = feature?.state ?? "";
    dataset["selectedClass"] = feature?.classKey ?? "";
  });
  desk.mode.watch((mode) => {
    document.body.dataset["mode"] = mode;
    if (desk.selection.empty) fill(details, hint(desk));
  });
  const [accept, reject, remove] = [
    commandButton("accept", desk, "accept"),
    commandButton("reject", desk, "reject"),
    commandButton("delete", desk),
  ];
  desk.selection.watch(({ length }) => {
    for (const button of [accept, reject, remove]) button.setAttribute("aria-disabled", String(length === 0));
  });
  const way = [commandButton("previous", desk), commandButton("next", desk)];
  const decisions = h("div", { className: "decisions" }, accept, reject, ...way, remove);
  return h("section", { "aria-labelledby": "selection-heading" }, queue, label, details, decisions);
}

function queueParts(desk: Desk): Node[] {
  const review = desk.review.value;
  document.body.dataset["review"] = "";
  if (!review) return [];
  const { position, total, open } = progress(review, desk.isOpen);
  document.body.dataset["review"] = open ? `${position} of ${total}` : "finished";
  const count = (n: number): string => n.toLocaleString("en");
  const words = open ? `${count(position)} of ${count(total)}` : "All decided";
  return [
    h("p", { className: "position" }, words, h("span", { className: "dim" }, ` · ${count(open)} to decide`)),
    h("progress", { max: Math.max(total, 1), value: total - open, "aria-label": "decided" }),
  ];
}

function hint({ mode }: Desk): HTMLElement {
  const words = {
    select: "Click an object to take it in hand, or press N to go through the proposals.",
    review: "Nothing is left to decide here. Esc leaves the review.",
  };
  return h("p", { className: "dim" }, words[mode.value === "review" ? "review" : "select"]);
}

function classChoice(desk: Desk, chosen: string | null): HTMLSelectElement {
  const choice = h("select", { "aria-label": "Class", className: "class-choice" });
  const options = desk.classes.value.map((c: LabelClass) => h("option", { value: c.key }, c.name));
  fill(choice, chosen === null && h("option", { value: "" }, "Several"), ...options);
  choice.value = chosen ?? "";
  choice.addEventListener("change", () => {
    if (choice.value) desk.classify(choice.value);
    desk.focus();
  });
  return choice;
}

/** "3 proposed, 2 accepted". */
function statesInWords(held: readonly Feature[]): string {
  const counts = new Map<string, number>();
  for (const { state } of held) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, n]) => `${n.toLocaleString("en")} ${state}`).join(", ");
}

function manyParts(desk: Desk, held: readonly Feature[]): Node[] {
  const classes = new Set(held.map((f) => f.classKey));
  return [
    h(
      "dl",
      {},
      h("dt", {}, "Class"),
      h("dd", {}, classChoice(desk, classes.size === 1 ? held[0]!.classKey : null)),
      h("dt", {}, "State"),
      h("dd", {}, statesInWords(held)),
    ),
  ];
}

function objectParts(desk: Desk, feature: Feature): Node[] {
  const source = feature.origin === "model" ? (feature.model ?? "model") : feature.author;
  const saved = feature.revision ? `revision ${feature.revision}` : "not saved yet";
  return [
    h(
      "dl",
      {},
      h("dt", {}, "Class"),
      h("dd", {}, classChoice(desk, feature.classKey)),
      h("dt", {}, "State"),
      h("dd", { className: `state state-${feature.state}` }, feature.state),
      ...(feature.score === null ? [] : [h("dt", {}, "Score"), h("dd", {}, feature.score.toFixed(2))]),
      h("dt", {}, feature.origin === "model" ? "Found by" : "Drawn by"),
      h("dd", {}, source || "–"),
      h("dt", {}, "Last edit"),
      h("dd", {}, feature.author || "–"),
      h("dt", {}),
      h("dd", { className: "dim" }, [shortTime(feature.time), saved].filter(Boolean).join(", ")),
    ),
  ];
}
