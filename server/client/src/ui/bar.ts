/** Bar on top of the page: the way home, what is open, its tools, and what is there everywhere. */

import { fill, h, keyCap } from "../browser/dom";
import type { Signal } from "../model/labels/signal";
import { TEXTS } from "../texts";

/** What the buttons of the bar do. */
export interface BarActions {
  home(): void;
  jobs(): void;
  rename(): void;
  help(): void;
  find(): void;
}

/** `open` is of the scene that is open, `status` of the page as a whole. */
export function pageBar(
  project: string,
  author: Signal<string>,
  actions: BarActions,
  { open, status }: { readonly open: Node[]; readonly status: (Node | false)[] },
): HTMLElement {
  const button = (className: string, title: string, act: () => void, ...label: (Node | string)[]): HTMLElement =>
    h("button", { type: "button", className, title, onclick: act }, ...label);
  const analyst = button("analyst", TEXTS.app.changeName, () => actions.rename());
  author.watch((name) => fill(analyst, name));
  return h(
    "header",
    { className: "bar" },
    button("home", TEXTS.app.allScenes, () => actions.home(), project),
    ...open,
    h(
      "div",
      { className: "right" },
      ...status,
      button("to-find", TEXTS.finder.hint, () => actions.find(), TEXTS.finder.button, keyCap("Ctrl+K")),
      button("to-jobs", TEXTS.app.jobsHint, () => actions.jobs(), TEXTS.app.jobs),
      analyst,
      button("", TEXTS.app.keys, () => actions.help(), TEXTS.app.help, keyCap("?")),
    ),
  );
}
