/** Copy text. A page that was not sent over HTTPS or from this computer may not use the clipboard; then a selection is. */

import { h } from "./dom";

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

function copySelection(text: string): boolean {
  const focused = document.activeElement as HTMLElement | null;
  const area = h("textarea", { className: "clipboard", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus({ preventScroll: true });
  return done;
}
