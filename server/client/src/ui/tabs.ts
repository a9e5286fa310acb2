/** The tabs of the panel, as WAI-ARIA has them: Tab stops at the one in front, arrow keys go from one to the next. */

import { h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { TabName } from "../desk/panel_tabs";
import { TABS } from "../desk/panel_tabs";
import { TEXTS } from "../texts";

const names = TEXTS.tabs.names;

/** The row of tabs, and what is in each, of which one is shown. */
export function tabs(desk: Desk, contents: Readonly<Record<TabName, readonly HTMLElement[]>>): HTMLElement[] {
  const { front, wanted } = desk.panel;
  const row = h("div", { className: "tabs", role: "tablist", "aria-label": TEXTS.tabs.label });
  const spoken = h("p", { className: "spoken", role: "status" });
  const tabOf = new Map(TABS.map((name) => [name, tab(desk, name)]));
  const panels = TABS.map((name) => {
    const props = { id: `panel-${name}`, className: "tab-panel", role: "tabpanel", "aria-labelledby": `tab-${name}` };
    const panel = h("div", props, ...contents[name]);
    front.watch((shown) => (panel.hidden = shown !== name));
    return panel;
  });
  row.append(...tabOf.values());
  row.addEventListener("keydown", (event) => {
    const to = event.altKey || event.ctrlKey || event.metaKey ? undefined : goal(event.key, front.value);
    if (to === undefined) return;
    front.set(to);
    tabOf.get(to)!.focus();
    // An arrow is one of the map's keys too.
    event.preventDefault();
    event.stopPropagation();
  });
  // What a filter in there leaves out must not be forgotten here.
  desk.filtering.filter.watch(() => tabOf.get("objects")!.classList.toggle("filtered", !desk.filtering.open));
  let first = true;
  front.watch((shown) => {
    // Where the focus is on the tab it is said anyway.
    if (!first && !row.contains(document.activeElement)) spoken.textContent = names[shown];
    first = false;
  });
  wanted.watch((control) => control && document.getElementById(control.id)?.focus());
  return [row, ...panels, spoken];
}

/** The tab that a key leads to. */
function goal(key: string, from: TabName): TabName | undefined {
  if (key === "Home") return TABS[0];
  if (key === "End") return TABS.at(-1);
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
  return by === undefined ? undefined : TABS[(TABS.indexOf(from) + by + TABS.length) % TABS.length];
}

function tab(desk: Desk, name: TabName): HTMLButtonElement {
  const button = h(
    "button",
    {
      type: "button",
      id: `tab-${name}`,
      className: "tab",
      role: "tab",
      title: TEXTS.tabs.hint,
      "aria-controls": `panel-${name}`,
      onclick: (event: MouseEvent) => {
        desk.panel.front.set(name);
        if (event.detail > 0) desk.focus();
      },
    },
    names[name],
  );
  desk.panel.front.watch((shown) => {
    button.setAttribute("aria-selected", String(shown === name));
    button.tabIndex = shown === name ? 0 : -1;
  });
  return button;
}
