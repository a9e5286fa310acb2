/** Modal dialogs: help, the analyst's name, and what to do about an edit that did not go through. */

import type { LabelClass } from "../api";
import { COMMANDS, keyCaps } from "../commands";
import type { Edit } from "../model/labels/edit";
import { fieldsOf } from "../model/labels/edit";
import type { Feature } from "../model/feature";
import type { Entry, Problem } from "../model/labels/outbox";
import { OPERATIONS } from "../desk/operations";
import { h, keyCap, shortTime } from "../browser/dom";
import { setSingleKeys, singleKeys } from "./keyboard";

/** Shows a dialog until it is closed; resolves to the value of the button, "" for Esc. */
function ask(name: string, heading: string, body: Node[], buttons: [value: string, label: string][]): Promise<string> {
  const dialog = h("dialog", { className: name, "aria-labelledby": `${name}-heading` });
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: `${name}-heading` }, heading),
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
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    }),
  );
}

const MOUSE: readonly [string, string][] = [
  ["Click", "Take an object in hand; click again for the one below it"],
  ["Shift+click an object", "Take it in hand too, or let go of it"],
  ["Shift+drag", "Take the objects in the box in hand, or choose corners of those that are"],
  ["Click a corner", "Choose it; with Shift, choose it too"],
  [
    "Drag a corner",
    "Move it, also of an object that is not in hand where the corner is ringed, with all chosen corners; with Ctrl, the neighbours' corners there as well",
  ],
  ["Drag an edge", "Insert a corner"],
  ["Alt+click or right-click a corner", "Remove it"],
  ["Right-click an object", "Everything that can be done with it, as E does"],
  ["Wheel", "Zoom"],
  ["Drag, middle button, Shift+arrows", "Move the view"],
  ["1 … 9", "Class of the selected object, or of the next one drawn"],
];

export async function showHelp(): Promise<void> {
  const row = (keys: Node[], words: string): HTMLElement =>
    h("tr", {}, h("th", { scope: "row" }, ...keys), h("td", {}, words));
  const groups = ["Review", "Edit", "Shape", "Mode", "View"].map((group) =>
    h(
      "table",
      {},
      h("caption", {}, group),
      h(
        "tbody",
        {},
        ...COMMANDS.filter((c) => c.group === group).map((c) =>
          row(c.shown ? [keyCap(c.shown)] : c.keys.map((key) => keyCap(keyCaps(key))), c.hint),
        ),
        ...(group === "Shape" ? OPERATIONS.map((o) => row([keyCap(`Shift+${keyCaps(o.letter)}`)], o.hint)) : []),
      ),
    ),
  );
  const mouse = h(
    "table",
    {},
    h("caption", {}, "Mouse and map"),
    h("tbody", {}, ...MOUSE.map(([what, words]) => row([document.createTextNode(what)], words))),
  );
  const box = h("input", { type: "checkbox", checked: singleKeys() });
  box.addEventListener("change", () => setSingleKeys(box.checked));
  const choice = h("label", { className: "check" }, box, " Single-letter keys are on");
  await ask("help", "Keys", [h("div", { className: "columns" }, ...groups, mouse), choice], [["", "Close"]]);
}

/** The name to sign with, or null where it was left as it is. */
export async function askName(name: string): Promise<string | null> {
  const input = h("input", { type: "text", value: name, maxlength: 80, autocomplete: "name", required: true });
  const label = h("label", { className: "field" }, "Your edits are signed with", input);
  const choice = await ask("analyst", "Analyst", [label], [["ok", "Use this name"]]);
  return choice === "ok" && input.value.trim() ? input.value.trim() : null;
}

export interface Decision {
  readonly choice: "mine" | "theirs" | "later";
  /** The class to be saved instead of one that is gone. */
  readonly classKey?: string;
}

/** What the analyst wants done about `problem`. */
export async function askDecision(problem: Problem, classes: readonly LabelClass[]): Promise<Decision> {
  const { length } = problem.theirs;
  const heading =
    length > 1
      ? `${length} objects have been changed by somebody else`
      : "This object has been changed by somebody else";
  return decided(
    length
      ? await ask("conflict", heading, comparison(problem, classes), [
          ["mine", "Keep mine (on top of theirs)"],
          ["theirs", "Take theirs"],
        ])
      : await ask(
          "conflict",
          "The server did not take this edit",
          [h("p", {}, problem.message), whole(problem.entry)],
          [
            ["mine", "Try again"],
            ["theirs", "Give the edit up"],
          ],
        ),
  );
}

function decided(choice: string): Decision {
  return { choice: choice === "mine" || choice === "theirs" ? choice : "later" };
}

/** Which of `classes` an edit is to be saved with whose own are `gone`. */
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
  const label = h("label", { className: "field" }, "Save it with the class", select);
  const words = `Somebody has removed the class ${gone.join(" and ")} from the project since this page was opened.`;
  const choice = await ask(
    "conflict",
    "The class is gone",
    [h("p", {}, words), label, whole(entry)],
    [
      ["mine", "Save with this class"],
      ["theirs", "Give the edit up"],
    ],
  );
  return { ...decided(choice), classKey: select.value };
}

/** What is done to one edit is done to its whole step. */
function whole({ edits }: Entry): HTMLElement {
  const words =
    edits.length > 1
      ? `Your step changed ${edits.length} objects at once; it is kept or given up as a whole, with what you did to them since. `
      : "";
  return h("p", { className: "dim" }, `${words}Esc leaves it for later; nothing is lost.`);
}

function mineInWords(edit: Edit, name: (key: string) => string): Record<string, string> {
  if (edit.op === "delete") return { Object: "deleted" };
  const { class: key, geometry, state } = fieldsOf(edit);
  return { ...(key && { Class: name(key) }), ...(state && { State: state }), ...(geometry && { Outline: "redrawn" }) };
}

function theirsInWords(theirs: Feature, name: (key: string) => string): Record<string, string> {
  if (theirs.deleted) return { Object: "deleted" };
  return { Class: name(theirs.classKey), State: theirs.state, Outline: "dotted white on the map" };
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
    ...(rest > 0 ? [h("p", {}, `And ${rest} more.`)] : []),
    h("p", { className: "dim" }, "Keeping yours applies what you changed to their version."),
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
      h("td", {}, mine[what] ?? "left alone"),
      h("td", {}, others[what] ?? "–"),
    ),
  );
  return [
    h(
      "p",
      {},
      `${theirs.author || "Somebody"} saved revision ${theirs.revision} at ${shortTime(theirs.time)}, after you had loaded it.`,
    ),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("td"), h("th", { scope: "col" }, "Your edit"), h("th", { scope: "col" }, "Theirs"))),
      h("tbody", {}, ...rows),
    ),
  ];
}
