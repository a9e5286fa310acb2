/** The selected object and the review queue. */

import type { LabelClass } from "../api";
import type { Desk } from "../desk/desk";
import type { Feature } from "../model/feature";
import { STATES } from "../model/view/filter";
import { ago, localTime } from "../model/view/when";
import type { InView } from "../model/view/in_view";
import { totalOf } from "../model/view/in_view";
import { withScenes } from "../model/view/view";
import { fill, h } from "../browser/dom";
import { queueCard } from "./queue";
import { dimensionRows, totalRows } from "./dimensions";
import { saidParts, stateInWords } from "./said";
import { commandButton } from "./toolbar";
import { TEXTS } from "../texts";

export function reviewPanel(desk: Desk): HTMLElement {
  const details = h("div", { className: "details" });
  const label = h("h2", { id: "selection-heading" }, TEXTS.selection.heading(1));
  desk.inView.found.watch((found) => {
    if (found) fill(label, TEXTS.inView.heading(totalOf(found.counts)));
    else fill(label, TEXTS.selection.heading(desk.selection.features.length));
    if (found) fill(details, ...inViewParts(found));
    else if (desk.selection.empty) fill(details, hint(desk));
  });
  const show = (): void => {
    const { features, single: feature } = desk.selection;
    if (!desk.inView.found.value) fill(label, TEXTS.selection.heading(features.length));
    const parts = feature ? objectParts(desk, feature) : manyParts(desk, features);
    if (features.length) fill(details, ...parts);
    else if (!desk.inView.found.value) fill(details, hint(desk));
    const { dataset } = document.body;
    dataset["selected"] = feature?.uid ?? "";
    dataset["selectedState"] = feature?.state ?? "";
    dataset["selectedClass"] = feature?.classKey ?? "";
  };
  desk.selection.watch(show);
  const spoken = h("p", { className: "spoken selection-spoken", role: "status" });
  desk.selection.watch((features) => (spoken.textContent = inWords(desk, features)));
  desk.display.format.watch(show);
  desk.classes.watch(show);
  desk.mode.watch((mode) => {
    document.body.dataset["mode"] = mode;
    if (desk.selection.empty && !desk.inView.found.value) fill(details, hint(desk));
  });
  const [accept, reject, remove] = [
    commandButton("accept", desk, "accept"),
    commandButton("reject", desk, "reject"),
    commandButton("delete", desk),
  ];
  const [unsure, note] = [commandButton("unsure", desk), commandButton("note", desk)];
  const attributes = commandButton("attributes", desk);
  desk.classes.watch((classes) => {
    const any = classes.some((one) => one.attributes.some(({ retired }) => !retired));
    attributes.hidden = !any && !desk.saying.asksConfidence;
  });
  desk.selection.watch((features) =>
    unsure.setAttribute("aria-pressed", String(features.length > 0 && features.every((f) => f.said.unsure))),
  );
  const reopen = commandButton("reopen", desk);
  desk.selection.watch(
    (features) => (reopen.hidden = !features.some((f) => f.state !== "proposed" && f.score !== null)),
  );
  const enable = (): void => {
    const { empty } = desk.selection;
    for (const button of [remove, unsure, note, attributes]) button.setAttribute("aria-disabled", String(empty));
    for (const button of [accept, reject])
      button.setAttribute("aria-disabled", String(empty && !desk.inView.found.value));
  };
  desk.selection.watch(enable);
  desk.inView.found.watch(enable);
  const way = [commandButton("previous", desk), commandButton("next", desk)];
  const decisions = h(
    "div",
    { className: "decisions" },
    accept,
    reject,
    ...way,
    unsure,
    note,
    attributes,
    remove,
    reopen,
  );
  const href = withScenes("#prelabel", [desk.scene.id]);
  const prelabel = h("a", { href, title: TEXTS.prelabel.one[1] }, TEXTS.prelabel.link);
  const head = h("div", { className: "legend-head" }, label, prelabel);
  return h("section", { "aria-labelledby": "selection-heading" }, queueCard(desk), head, details, decisions, spoken);
}

function hint({ mode }: Desk): HTMLElement {
  return h("p", { className: "dim" }, mode.value === "review" ? TEXTS.selection.reviewDone : TEXTS.selection.noneHint);
}

function classChoice(desk: Desk, chosen: string | null): HTMLSelectElement {
  const choice = h("select", { "aria-label": TEXTS.panel.class, className: "class-choice" });
  const options = desk.classes.value.map((c: LabelClass) => h("option", { value: c.key }, c.name));
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

/** "3 proposed, 2 accepted". */
function statesInWords(features: readonly Feature[]): string {
  const counts = new Map<string, number>();
  for (const { state } of features) counts.set(state, (counts.get(state) ?? 0) + 1);
  return TEXTS.panel.states(counts);
}

/** All objects in view, of which the server decides. */
function inViewParts({ counts }: InView): Node[] {
  const states = new Map(STATES.filter((state) => counts[state]).map((state) => [state, counts[state]]));
  return [
    h("dl", {}, h("dt", {}, TEXTS.panel.state), h("dd", {}, TEXTS.panel.states(states))),
    h("p", { className: "dim" }, TEXTS.inView.hint),
  ];
}

function manyParts(desk: Desk, features: readonly Feature[]): Node[] {
  const classes = new Set(features.map((f) => f.classKey));
  return [
    h(
      "dl",
      {},
      h("dt", {}, TEXTS.panel.class),
      h("dd", {}, classChoice(desk, classes.size === 1 ? features[0]!.classKey : null)),
      h("dt", {}, TEXTS.panel.state),
      h("dd", {}, statesInWords(features)),
      ...totalRows(desk, features),
    ),
  ];
}

function objectParts(desk: Desk, feature: Feature): Node[] {
  const source = feature.origin === "model" ? (feature.model ?? "model") : feature.author;
  const saved = TEXTS.panel.revision(feature.revision);
  return [
    h(
      "dl",
      {},
      h("dt", {}, TEXTS.panel.class),
      h("dd", {}, classChoice(desk, feature.classKey)),
      h("dt", {}, TEXTS.panel.state),
      h("dd", { className: `state state-${feature.state}` }, stateInWords(feature)),
      ...saidParts(desk, feature),
      ...(feature.score === null ? [] : [h("dt", {}, TEXTS.panel.score), h("dd", {}, feature.score.toFixed(2))]),
      ...dimensionRows(desk, feature),
      h("dt", {}, feature.origin === "model" ? TEXTS.panel.foundBy : TEXTS.panel.drawnBy),
      h("dd", {}, source || "–"),
      h("dt", {}, TEXTS.panel.lastEdit),
      h("dd", {}, feature.author || "–"),
      h("dt", {}),
      h(
        "dd",
        { className: "dim", title: localTime(feature.time) },
        [ago(feature.time, Date.now()), saved].filter(Boolean).join(", "),
      ),
    ),
  ];
}
