/** Key caps on the buttons of tools: in the first sessions, while Alt is held, and under the mouse or the focus. */

import { recall, recallHere, remember, rememberHere } from "../browser/memory";

const SESSIONS = "geoengine/sessions";
const COUNTED = "geoengine/session-counted";
const FIRST_SESSIONS = 5;

/** Count the session of this tab, and follow the Alt key. */
export function followKeyCaps(): void {
  const sessions = Number(recall(SESSIONS) ?? 0) + (recallHere(COUNTED) ? 0 : 1);
  if (!recallHere(COUNTED)) remember(SESSIONS, String(sessions));
  rememberHere(COUNTED, "yes");
  const { classList } = document.documentElement;
  const show = (held: boolean): void => void classList.toggle("caps", held || sessions <= FIRST_SESSIONS);
  show(false);
  document.addEventListener("keydown", ({ key }) => key === "Alt" && show(true), true);
  document.addEventListener("keyup", ({ key }) => key === "Alt" && show(false), true);
  window.addEventListener("blur", () => show(false));
}
