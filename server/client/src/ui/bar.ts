/** Bar on top of the page: the way home, what is open, its tools, and what is there everywhere. */

import { fill, h, keyCap } from "../browser/dom";
import { switchTheme, watchTheme } from "../browser/theme";
import type { Signal } from "../model/labels/signal";
import type { PageHash } from "../model/view/view";
import { icon } from "./icons";
import { TEXTS } from "../texts";

/** What the buttons of the bar do. */
export interface BarActions {
  home(): void;
  page(hash: PageHash): void;
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
  const jobs = TEXTS.pages["#jobs"];
  const analyst = button("analyst", TEXTS.app.changeName, () => actions.rename());
  author.watch((name) => fill(analyst, name));
  const look = button("theme", "", switchTheme);
  watchTheme((theme) => {
    const words = TEXTS.app.theme[theme];
    look.title = words;
    look.setAttribute("aria-label", words);
    fill(look, icon(theme === "light" ? "dark" : "light"));
  });
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
      button("to-jobs", jobs[1], () => actions.page("#jobs"), jobs[0]),
      analyst,
      look,
      button("", TEXTS.app.keys, () => actions.help(), TEXTS.app.help, keyCap("?")),
    ),
  );
}
