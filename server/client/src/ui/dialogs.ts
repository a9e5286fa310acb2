/** Modal dialogs: the analyst's name, and what to do about an edit that did not go through. */

import type { LabelClass } from "../api";
import type { Edit } from "../model/labels/edit";
import { fieldsOf } from "../model/labels/edit";
import type { Feature } from "../model/feature";
import type { Entry, Problem } from "../model/labels/outbox";
import type { Confirmation } from "../desk/decisions";
import type { Question } from "../desk/history";
import { h } from "../browser/dom";
import { localTime } from "../model/view/when";
import { TEXTS } from "../texts";

/** Show a dialog until it is closed; resolves to the value of the button, "" for Esc. */
export function ask(
  name: string,
  heading: string,
  body: Node[],
  buttons: [value: string, label: string][],
): Promise<string> {
  const dialog = h("dialog", { className: name, "aria-labelledby": `${name}-heading` });
  const form = h(
    "form",
    { method: "dialog" },
    // A key that was meant for the map, Enter to finish a drawing, must find no button under it.
    h("h2", { id: `${name}-heading`, tabindex: "-1", autofocus: name === "conflict" }, heading),
    ...body,
    h(
      "div",
      { className: "buttons" },
      ...buttons.map(([value, label]) => h("button", { value, "data-choice": value }, label)),
    ),
  );
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    const answer = (value: string): void => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    // At once: the close event waits for the next frame, and a key that comes before it is already one of the map.
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(event.submitter instanceof HTMLButtonElement ? event.submitter.value : "");
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      answer("");
    });
    dialog.addEventListener("close", () => answer(""));
  });
}

/** The name to sign with, or null where it was left as it is. */
export async function askName(name: string): Promise<string | null> {
  const input = h("input", { type: "text", value: name, maxlength: 80, autocomplete: "name", required: true });
  const label = h("label", { className: "field" }, TEXTS.dialogs.signedWith, input);
  const choice = await ask("analyst", TEXTS.dialogs.analyst, [label], [["ok", TEXTS.dialogs.useName]]);
  return choice === "ok" && input.value.trim() ? input.value.trim() : null;
}

/** Ask whether a step of the history is to overwrite what somebody else has done since, and do what is said. */
export async function answerQuestion(question: Question): Promise<void> {
  const words = TEXTS.dialogs.stepOverwrites(question.other.author);
  const choice = await ask(
    "conflict",
    TEXTS.dialogs.changedSince,
    [h("p", {}, words)],
    [
      ["leave", TEXTS.dialogs.leaveIt],
      ["overwrite", TEXTS.dialogs.overwrite],
    ],
  );
  if (choice === "overwrite") question.proceed();
  else question.leave();
}

/** Ask whether a change of many objects is meant, and carry out what is said. */
export async function confirmMany({ words, label, proceed, leave }: Confirmation): Promise<void> {
  const buttons: [string, string][] = [
    ["", TEXTS.operations.cancel],
    ["proceed", label],
  ];
  const choice = await ask("conflict", TEXTS.decisions.many, [h("p", {}, words)], buttons);
  if (choice === "proceed") proceed();
  else leave();
}

export interface Decision {
  readonly choice: "mine" | "theirs" | "later";
  /** The class to be saved instead of one that is gone. */
  readonly classKey?: string;
}

/** Ask what to do about a problem. */
export async function askDecision(problem: Problem, classes: readonly LabelClass[]): Promise<Decision> {
  const { length } = problem.theirs;
  const heading = TEXTS.dialogs.changedByOther(length);
  return decided(
    length
      ? await ask("conflict", heading, comparison(problem, classes), [
          // First, so that no key reaches the one that overwrites before it.
          ["theirs", TEXTS.dialogs.takeTheirs],
          ["mine", TEXTS.dialogs.keepMine],
        ])
      : await ask(
          "conflict",
          TEXTS.dialogs.refused,
          [h("p", {}, problem.message), whole(problem.entry)],
          [
            ["mine", TEXTS.dialogs.tryAgain],
            ["theirs", TEXTS.dialogs.discard],
          ],
        ),
  );
}

function decided(choice: string): Decision {
  return { choice: choice === "mine" || choice === "theirs" ? choice : "later" };
}

/** Ask which class to save an edit with whose own classes are gone. */
export async function askClass(
  entry: Entry,
  gone: readonly string[],
  classes: readonly LabelClass[],
): Promise<Decision> {
  const select = h(
    "select",
    { className: "class-choice" },
    ...classes.map((c) => h("option", { value: c.key }, c.name)),
  );
  const label = h("label", { className: "field" }, TEXTS.dialogs.saveWithClass, select);
  const words = TEXTS.dialogs.classRemoved(gone);
  const choice = await ask(
    "conflict",
    TEXTS.dialogs.classGone,
    [h("p", {}, words), label, whole(entry)],
    [
      ["mine", TEXTS.dialogs.saveWithThisClass],
      ["theirs", TEXTS.dialogs.discard],
    ],
  );
  return { ...decided(choice), classKey: select.value };
}

/** Return a note that a decision is about the whole step. */
function whole({ edits }: Entry): HTMLElement {
  return h("p", { className: "dim" }, TEXTS.dialogs.whole(edits.length) + TEXTS.dialogs.later);
}

const FIELDS = TEXTS.dialogs.fields;

function mineInWords(edit: Edit, name: (key: string) => string): Record<string, string> {
  if (edit.op === "delete") return { [FIELDS.object]: TEXTS.dialogs.deleted };
  const { class: key, geometry, state, unsure, note } = fieldsOf(edit);
  return {
    ...(key && { [FIELDS.class]: name(key) }),
    ...(state && { [FIELDS.state]: state }),
    ...(geometry && { [FIELDS.outline]: TEXTS.dialogs.redrawn }),
    ...(unsure !== undefined && { [FIELDS.unsure]: unsure ? TEXTS.dialogs.yes : TEXTS.dialogs.no }),
    ...(note !== undefined && { [FIELDS.note]: note || TEXTS.dialogs.none }),
  };
}

function theirsInWords(theirs: Feature, name: (key: string) => string): Record<string, string> {
  if (theirs.deleted) return { [FIELDS.object]: TEXTS.dialogs.deleted };
  return {
    [FIELDS.class]: name(theirs.classKey),
    [FIELDS.state]: theirs.state,
    [FIELDS.outline]: TEXTS.dialogs.dotted,
    ...(theirs.said.unsure && { [FIELDS.unsure]: TEXTS.dialogs.yes }),
    ...(theirs.said.note && { [FIELDS.note]: theirs.said.note }),
  };
}

/** Objects of one step that the dialog describes one by one. */
const DESCRIBED = 4;

function comparison({ entry, theirs }: Problem, classes: readonly LabelClass[]): Node[] {
  const name = (key: string): string => classes.find((c) => c.key === key)?.name ?? key;
  const rest = theirs.length - DESCRIBED;
  return [
    ...theirs
      .slice(0, DESCRIBED)
      .flatMap((other) => versions(entry.edits.find((e) => e.edit.uid === other.uid)!.edit, other, name)),
    ...(rest > 0 ? [h("p", {}, TEXTS.dialogs.andMore(rest))] : []),
    h("p", { className: "dim" }, TEXTS.dialogs.keepingMine),
    whole(entry),
  ];
}

function versions(edit: Edit, theirs: Feature, name: (key: string) => string): Node[] {
  const [mine, others] = [mineInWords(edit, name), theirsInWords(theirs, name)];
  const rows = [...new Set([...Object.keys(others), ...Object.keys(mine)])].map((what) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, what),
      h("td", {}, mine[what] ?? TEXTS.dialogs.unchanged),
      h("td", {}, others[what] ?? "–"),
    ),
  );
  return [
    h("p", {}, TEXTS.dialogs.savedAfter(theirs.author, theirs.revision, localTime(theirs.time))),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td"),
          h("th", { scope: "col" }, TEXTS.dialogs.yours),
          h("th", { scope: "col" }, TEXTS.dialogs.theirs),
        ),
      ),
      h("tbody", {}, ...rows),
    ),
  ];
}
