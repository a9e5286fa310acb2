/** The help: every key, with a field that searches them. */

import { COMMANDS, keyCaps } from "../commands";
import { h, keyCap } from "../browser/dom";
import type { Desk } from "../desk/desk";
import { OPERATIONS } from "../desk/operations";
import { ask } from "./dialogs";
import { setSingleKeys, singleKeys } from "./keyboard";
import { MOUSE_HELP, TEXTS } from "../texts";

/** Show the help; where a scene is open, with the way to the first cards. */
export async function showHelp(desk: Desk | null): Promise<void> {
  const row = (keys: Node[], words: string): HTMLElement =>
    h("tr", {}, h("th", { scope: "row" }, ...keys), h("td", {}, words));
  const groups = ["Review", "Edit", "Operations", "Mode", "View"].map((group) =>
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
        ...(group === "Operations" ? OPERATIONS.map((o) => row([keyCap(`Shift+${keyCaps(o.letter)}`)], o.hint)) : []),
      ),
    ),
  );
  const mouse = h(
    "table",
    {},
    h("caption", {}, TEXTS.dialogs.mouse),
    h("tbody", {}, ...MOUSE_HELP.map(([what, words]) => row([document.createTextNode(what)], words))),
  );
  const everywhere = h(
    "table",
    {},
    h("caption", {}, TEXTS.finder.page),
    h(
      "tbody",
      {},
      row([keyCap("Ctrl+K")], TEXTS.finder.hint),
      row([keyCap("?")], TEXTS.app.keys),
      row([document.createTextNode(TEXTS.finder.back[0])], TEXTS.finder.back[1]),
    ),
  );
  const box = h("input", { type: "checkbox", checked: singleKeys() });
  box.addEventListener("change", () => setSingleKeys(box.checked));
  const switches = h("label", { className: "check" }, box, TEXTS.dialogs.singleKeys);
  const tables = [everywhere, ...groups, mouse];
  const body = [helpSearch(tables), h("div", { className: "columns" }, ...tables), switches];
  const cards: [string, string][] = desk ? [["introduction", TEXTS.introduction.label]] : [];
  const choice = await ask("help", TEXTS.dialogs.help, body, [...cards, ["", TEXTS.dialogs.close]]);
  if (choice === "introduction") desk?.panel.introduction.show();
}

/** A field whose letters choose among the rows of the help; it has the focus, so that the help opens at its top. */
function helpSearch(tables: readonly HTMLTableElement[]): HTMLElement {
  const { search, noneFound, all } = TEXTS.dialogs;
  const clear = h("button", { type: "button" }, all);
  const none = h("div", { className: "empty", role: "status", hidden: true }, h("p", {}, noneFound), clear);
  const field = h("input", { type: "text", "aria-label": search, placeholder: search, autofocus: true });
  const choose = (): void => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const table of tables) {
      const rows = [...table.tBodies[0]!.rows];
      for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
      table.hidden = rows.every((row) => row.hidden);
    }
    none.hidden = tables.some((table) => !table.hidden);
  };
  field.addEventListener("input", choose);
  clear.addEventListener("click", () => {
    field.value = "";
    choose();
    field.focus();
  });
  // Enter in a form would press its button and close the help.
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  return h("div", { className: "help-search" }, field, none);
}
