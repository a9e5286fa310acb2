/** Card on top of the panel: the object at hand and what can be decided on it. Its buttons stay where they are. */

import type { LabelClass } from "../api";
import { fill, h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { Feature } from "../model/feature";
import { STATES } from "../model/view/filter";
import type { InView } from "../model/view/in_view";
import { totalOf } from "../model/view/in_view";
import { buttonLink, emptyState, namedCommand } from "./empty";
import { pairDecisions, queueWords } from "./queue";
import { stateInWords } from "./said";
import { commandButton } from "./toolbar";
import { TEXTS } from "../texts";

export function decisionCard(desk: Desk): HTMLElement {
  const heading = h("h2", { id: "selection-heading" });
  const atHand = h("div", { className: "at-hand" });
  const spoken = h("p", { className: "spoken selection-spoken", role: "status" });
  const queued = h("p", { className: "spoken", role: "status" });
  const show = (): void => {
    fill(heading, headingOf(desk));
    fill(atHand, ...partsOf(desk));
  };
  const showEmpty = (): void => {
    if (desk.selection.empty && !desk.inView.found.value) show();
  };
  desk.selection.watch((features) => {
    const { single } = desk.selection;
    const { dataset } = document.body;
    dataset["selected"] = single?.uid ?? "";
    dataset["selectedState"] = single?.state ?? "";
    dataset["selectedClass"] = single?.classKey ?? "";
    spoken.textContent = inWords(desk, features);
  });
  desk.mode.watch((mode) => (document.body.dataset["mode"] = mode));
  for (const signal of [desk.selection, desk.inView.found, desk.classes]) signal.watch(show);
  desk.review.watch(() => {
    show();
    queued.textContent = [...atHand.querySelectorAll(".position, .why")].map((part) => part.textContent).join(", ");
  });
  for (const signal of [desk.mode, desk.drawClass, desk.visit.counts, desk.redrawing.target]) signal.watch(showEmpty);
  return h(
    "section",
    { className: "decision", "aria-labelledby": heading.id },
    heading,
    atHand,
    decisionButtons(desk),
    pairDecisions(desk),
    spoken,
    queued,
  );
}

function headingOf(desk: Desk): string {
  const found = desk.inView.found.value;
  const { length } = desk.selection.features;
  if (found) return TEXTS.inView.heading(totalOf(found.counts));
  if (length) return TEXTS.selection.heading(length);
  return desk.isDrawing ? TEXTS.selection.drawing : TEXTS.selection.nothing;
}

function partsOf(desk: Desk): Node[] {
  const found = desk.inView.found.value;
  const { features, single } = desk.selection;
  if (found) return inViewParts(found);
  if (single) return objectParts(desk, single);
  if (features.length) return manyParts(desk, features);
  return desk.isDrawing ? drawingParts(desk) : [emptyPart(desk)];
}

/** What can be decided; always the same buttons, so that none of them moves. */
function decisionButtons(desk: Desk): HTMLElement {
  const [accept, reject, remove] = [
    commandButton("accept", desk, "accept"),
    commandButton("reject", desk, "reject"),
    commandButton("delete", desk),
  ];
  const way = [commandButton("previous", desk), commandButton("next", desk)];
  const [unsure, note, attributes, reopen] = [
    commandButton("unsure", desk),
    commandButton("note", desk),
    commandButton("attributes", desk, "attributes"),
    commandButton("reopen", desk),
  ];
  desk.classes.watch((classes) => {
    const any = classes.some((one) => one.attributes.some(({ retired }) => !retired));
    attributes.hidden = !any && !desk.saying.asksConfidence;
  });
  const enable = (): void => {
    const { empty, features } = desk.selection;
    const able = (button: HTMLElement, is: boolean): void => button.setAttribute("aria-disabled", String(!is));
    for (const button of [remove, unsure, note, attributes]) able(button, !empty);
    for (const button of [accept, reject]) able(button, !empty || desk.inView.found.value !== null);
    able(
      reopen,
      features.some((f) => f.state !== "proposed" && f.score !== null),
    );
    unsure.setAttribute("aria-pressed", String(!empty && features.every((f) => f.said.unsure)));
  };
  desk.selection.watch(enable);
  desk.inView.found.watch(enable);
  return h("div", { className: "decisions" }, accept, reject, ...way, unsure, note, remove, reopen, attributes);
}

function objectParts(desk: Desk, feature: Feature): Node[] {
  const { state, score, said } = feature;
  const lacking = desk.saying.lacks(feature);
  const remark = [said.note, lacking.length ? TEXTS.attributes.missing(lacking) : ""].filter(Boolean).join(" · ");
  return [
    classChoice(desk, feature.classKey),
    h(
      "p",
      { className: "facts" },
      h("span", { className: `state state-${state}` }, stateInWords(feature)),
      score === null ? "" : ` · ${TEXTS.panel.score.toLowerCase()} ${score.toFixed(2)}`,
    ),
    ...queueWords(desk),
    ...(remark ? [h("p", { className: lacking.length ? "remark lacking" : "remark", title: remark }, remark)] : []),
  ];
}

function manyParts(desk: Desk, features: readonly Feature[]): Node[] {
  const classes = new Set(features.map((f) => f.classKey));
  const counts = new Map<string, number>();
  for (const { state } of features) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [
    classChoice(desk, classes.size === 1 ? features[0]!.classKey : null),
    h("p", { className: "facts" }, TEXTS.panel.states(counts)),
    ...queueWords(desk),
  ];
}

/** All objects in view, of which the server decides. */
function inViewParts({ counts }: InView): Node[] {
  const states = new Map(STATES.filter((state) => counts[state]).map((state) => [state, counts[state]]));
  return [h("p", { className: "facts" }, TEXTS.panel.states(states)), h("p", { className: "dim" }, TEXTS.inView.hint)];
}

/** The class of what is drawn next. */
function drawingParts(desk: Desk): Node[] {
  const redrawn = desk.redrawing.target.value !== null;
  const chosen = redrawn ? desk.redrawing.classKey : desk.drawClass.value;
  const words = redrawn ? TEXTS.selection.redrawing : TEXTS.selection.drawingHint;
  return [
    classChoice(desk, chosen, redrawn),
    emptyState(words, namedCommand(desk, "select", TEXTS.selection.leaveDrawing)),
  ];
}

/** With nothing selected: what there is to do. */
function emptyPart(desk: Desk): HTMLElement {
  const { proposed, accepted, rejected } = desk.visit.counts.value;
  const { selection } = TEXTS;
  if (desk.mode.value === "review" && desk.review.value)
    return emptyState(selection.reviewDone, namedCommand(desk, "next-scene", selection.nextScene));
  if (!desk.classes.value.length) return emptyState(selection.noClasses, buttonLink("#classes", selection.addClasses));
  if (proposed) return emptyState(selection.noneHint, namedCommand(desk, "review", selection.review(proposed)));
  if (accepted + rejected) return emptyState(selection.allDecided, namedCommand(desk, "sweep", selection.sweep));
  return emptyState(selection.noObjects, namedCommand(desk, "draw", selection.draw));
}

function classChoice(desk: Desk, chosen: string | null, fixed = false): HTMLSelectElement {
  const choice = h("select", { "aria-label": TEXTS.panel.class, className: "class-choice", disabled: fixed });
  const { features } = desk.selection;
  // What the selected objects cannot be is no choice.
  const isUnfit = ({ key }: LabelClass): boolean =>
    features.some((f) => f.classKey !== key && desk.kinds.unfit(key, f.geometry) !== null);
  const options = desk.classes.value.map((c: LabelClass) =>
    h("option", { value: c.key, disabled: isUnfit(c) }, c.name),
  );
  fill(choice, chosen === null && h("option", { value: "" }, TEXTS.panel.several), ...options);
  choice.value = chosen ?? "";
  choice.addEventListener("change", () => {
    if (choice.value) desk.decisions.classify(choice.value);
    desk.focus();
  });
  return choice;
}

/** What a screen reader says of a selection: "Building, proposed, score 0.96", "3 objects selected." */
function inWords(desk: Desk, features: readonly Feature[]): string {
  const [first] = features;
  if (!first) return "";
  if (features.length > 1) return TEXTS.selection.count(features.length);
  const score = first.score === null ? [] : [`${TEXTS.panel.score.toLowerCase()} ${first.score.toFixed(2)}`];
  return [desk.nameOf(first.classKey), stateInWords(first), ...score].join(", ");
}
