/** The theme: that of the system, or the one that was chosen in this browser. */

import { recall, remember } from "./memory";

type Theme = "light" | "dark";

const CHOICE = "geoengine/theme";
const PREFERS_LIGHT = "(prefers-color-scheme: light)";
const watchers = new Set<(theme: Theme) => void>();

function theme(): Theme {
  const chosen = recall(CHOICE);
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia(PREFERS_LIGHT).matches ? "light" : "dark";
}

/** Give the page its theme, now and whenever the system changes its own. */
export function followTheme(): void {
  apply();
  matchMedia(PREFERS_LIGHT).addEventListener("change", apply);
}

/** The other theme, from now on; back at that of the system, the page follows the system again. */
export function switchTheme(): void {
  const other = theme() === "light" ? "dark" : "light";
  remember(CHOICE, null);
  if (theme() !== other) remember(CHOICE, other);
  apply();
}

/** Call `watcher` now and after every change of the theme, until the function that is returned is called. */
export function watchTheme(watcher: (theme: Theme) => void): () => void {
  watchers.add(watcher);
  watcher(theme());
  return () => void watchers.delete(watcher);
}

function apply(): void {
  const { dataset } = document.documentElement;
  const now = theme();
  if (dataset["theme"] === now) return;
  dataset["theme"] = now;
  for (const watcher of watchers) watcher(now);
}
