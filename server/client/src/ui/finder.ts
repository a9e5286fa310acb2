/** Ctrl+K: a dialog in which a few letters find a scene, a place, a class or a command. */

import { fill, h, keyCap } from "../browser/dom";
import type { Entry } from "../model/view/finder";
import { entriesLike, fewOfEach } from "../model/view/finder";
import { TEXTS } from "../texts";

/** Entries that are shown at once; more of them nobody reads. */
const MOST = 50;
/** Entries of each kind that are shown before a letter is typed. */
const FEW = 5;

export interface FinderSource {
  /** All that has a name. */
  readonly entries: readonly Entry[];
  /** What a text says by itself, a position. */
  read(text: string): readonly Entry[];
}

/** Open the dialog; `load` gives what is known at once, and, when they have come, the scenes as well. */
export function openFinder(known: FinderSource, load: Promise<FinderSource>): void {
  let source = known;
  let shown: readonly Entry[] = [];
  let at = 0;
  const list = h("ul", { id: "finder-list", role: "listbox", "aria-label": TEXTS.finder.heading });
  const says = h("p", { className: "dim finder-says", role: "status" });
  const input = h("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 200,
    autofocus: true,
    "aria-label": TEXTS.finder.heading,
    "aria-controls": list.id,
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    placeholder: TEXTS.finder.placeholder,
  });
  const dialog = h("dialog", { className: "finder", "aria-label": TEXTS.finder.heading }, input, list, says);

  const run = (entry: Entry | undefined): void => {
    if (!entry) return;
    // First, so that the focus is back where it was, and what opens another dialog can.
    dialog.close();
    entry.run();
  };
  const mark = (index: number): void => {
    at = Math.max(0, Math.min(index, shown.length - 1));
    for (const [i, row] of [...list.children].entries()) row.setAttribute("aria-selected", String(i === at));
    input.setAttribute("aria-activedescendant", shown.length ? `finder-${at}` : "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const search = (): void => {
    const { value } = input;
    const found = [...source.read(value), ...entriesLike(value, source.entries)];
    shown = value.trim() ? found.slice(0, MOST) : fewOfEach(found, FEW);
    fill(list, ...shown.map((entry, index) => option(entry, index, run)));
    list.hidden = !shown.length;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    const more = found.length - shown.length;
    says.textContent = !found.length
      ? TEXTS.finder.none
      : more
        ? TEXTS.finder.more(more)
        : TEXTS.finder.found(found.length);
    mark(0);
  };

  input.addEventListener("input", search);
  dialog.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 };
    const to = steps[event.key];
    // An input method takes Enter for itself.
    if (event.isComposing) return;
    if (event.key === "Enter") run(shown[at]);
    else if (to !== undefined) mark(to);
    else return;
    event.preventDefault();
  });
  // A click beside the dialog closes it.
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  search();
  load.then(
    (loaded) => {
      const chosen = shown[at]?.label;
      source = loaded;
      if (!dialog.open) return;
      search();
      // What was chosen while the scenes were fetched stays so.
      mark(
        Math.max(
          0,
          shown.findIndex(({ label }) => label === chosen),
        ),
      );
    },
    () => (says.textContent = TEXTS.finder.scenesFailed),
  );
}

function option(entry: Entry, index: number, run: (entry: Entry) => void): HTMLElement {
  const row = h(
    "li",
    { id: `finder-${index}`, role: "option", "data-kind": entry.kind },
    h("span", { className: "finder-label" }, entry.label),
    h("span", { className: "dim finder-detail" }, entry.detail),
    entry.key === null ? null : keyCap(entry.key),
    h("span", { className: "dim finder-kind" }, TEXTS.finder.kinds[entry.kind]),
  );
  row.addEventListener("click", () => run(entry));
  return row;
}
