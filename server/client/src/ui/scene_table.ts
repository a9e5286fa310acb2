/** The scenes as a table whose heads sort it. */

import type { SceneSummary } from "../api";
import { h } from "../browser/dom";
import type { SortKey, SortOrder } from "../model/view/catalog";
import { keyOf, reversed } from "../model/view/catalog";
import { ago, localTime } from "../model/view/when";
import { TEXTS } from "../texts";
import type { Open } from "./scene_card";
import { sceneName, standing, stateBadge, taken } from "./scene_card";
import type { ListStyle } from "./virtual_list";

type Column = keyof typeof TEXTS.home.columns;

const COLUMNS = Object.keys(TEXTS.home.columns) as Column[];
/** What a column sorts by, and whether its first order is upwards. */
const SORTS: Partial<Record<Column, readonly [key: SortKey, up: boolean]>> = {
  name: ["name", true],
  date: ["newest", false],
  open: ["open", false],
  edited: ["edited", false],
};

/** The row of heads; `sort` is called with the order that a head asks for. */
export function tableHead(sort: (order: SortOrder) => void): { element: HTMLElement; mark(order: SortOrder): void } {
  let now: SortOrder = "added";
  const heads = COLUMNS.map((column) => {
    const [key] = SORTS[column] ?? [];
    const name = TEXTS.home.columns[column];
    const button = key && h("button", { type: "button" }, name);
    button?.addEventListener("click", () => sort(keyOf(now) === key ? reversed(now) : key!));
    return h("span", { role: "columnheader", className: `cell-${column}` }, button ?? name);
  });
  return {
    element: h("div", { role: "row", className: "table-head", "aria-rowindex": "1" }, ...heads),
    mark: (order) => {
      now = order;
      for (const [i, column] of COLUMNS.entries()) {
        const [key, up] = SORTS[column] ?? [];
        if (!key) continue;
        const isUp = up === (order === key);
        heads[i]!.setAttribute("aria-sort", keyOf(order) !== key ? "none" : isUp ? "ascending" : "descending");
      }
    },
  };
}

/** The rows, each with the button that opens its scene. */
export function tableStyle(open: Open): ListStyle<SceneSummary> {
  return {
    element: h("div", { role: "rowgroup" }),
    gap: 0,
    make: (scene, index) => {
      const row = h(
        "div",
        { role: "row", className: "table-row", "aria-rowindex": String(index + 2) },
        ...COLUMNS.map((column) => h("span", { role: "cell", className: `cell-${column}` }, cell(scene, column, open))),
      );
      row.addEventListener("click", () => open(scene.id));
      return row;
    },
  };
}

function cell(scene: SceneSummary, column: Column, open: Open): HTMLElement | string {
  const { proposed, accepted, rejected } = scene.counts;
  if (column === "name") return nameButton(scene, open);
  if (column === "date") return taken(scene) ?? TEXTS.scenes.noDate;
  if (column === "state") {
    return h("span", {}, stateBadge(scene), proposed ? null : h("span", { className: "dim" }, ` · ${standing(scene)}`));
  }
  if (column === "edited") return lastEdit(scene);
  return { open: proposed, accepted, rejected }[column].toLocaleString("en");
}

function nameButton(scene: SceneSummary, open: Open): HTMLElement {
  const button = h("button", { type: "button", className: "scene-row", title: scene.name }, sceneName(scene));
  button.addEventListener("click", (event) => {
    event.stopPropagation(); // the row opens it too
    open(scene.id);
  });
  if (!scene.changed) return button;
  const words = TEXTS.scenes.changedOf(scene.name);
  return h(
    "span",
    {},
    button,
    h("span", { className: "scene-changed", role: "img", title: scene.changed, "aria-label": words }, "!"),
  );
}

function lastEdit({ activity }: SceneSummary): HTMLElement {
  const { edited_at: at, edited_by: by } = activity;
  if (!at) return h("span", { className: "dim" }, TEXTS.home.never);
  return h("span", { title: localTime(at) }, TEXTS.home.by(ago(at, Date.now()), by ?? ""));
}
