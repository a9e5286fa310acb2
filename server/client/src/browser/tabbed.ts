/** Whether the focus came to an element by Tab: only then does the map show its ring. */

let byTab = false;
let listens = false;

function listen(): void {
  if (listens) return;
  listens = true;
  document.addEventListener("keydown", ({ key }) => void (byTab = key === "Tab"), true);
  document.addEventListener("pointerdown", () => void (byTab = false), true);
}

/** Keep the class `tabbed` on an element while it has a focus that Tab gave. */
export function markTabbed(element: HTMLElement): void {
  listen();
  element.addEventListener("focus", () => element.classList.toggle("tabbed", byTab));
  element.addEventListener("blur", () => element.classList.remove("tabbed"));
}
