/** Card over the map at the end of a scene: what was decided in this visit, and the scene that comes next. */

import type { Desk } from "../desk/desk";
import type { SceneEnd } from "../desk/next_scene";
import { fill, h, keyCap } from "../browser/dom";
import { completionParts } from "./completion";
import { TEXTS } from "../texts";

export function sceneEndCard(desk: Desk): HTMLElement {
  const { nextScene } = desk;
  const card = h("section", { className: "card scene-end", role: "status", "aria-label": TEXTS.nextScene.ended });
  const close = h(
    "button",
    {
      type: "button",
      className: "close",
      "aria-label": TEXTS.nextScene.close,
      onclick: () => desk.nextScene.dismiss(),
    },
    "×",
  );
  const show = (): void => {
    const end = nextScene.end.value;
    // Enter on the button of the last decision is not to press it again, nor is the focus to be lost with the card.
    if (card.contains(document.activeElement) || isDeciding(document.activeElement)) desk.focus();
    card.hidden = end === null;
    fill(card, ...(end ? [close, ...partsOf(desk, end)] : []));
  };
  nextScene.end.watch(show);
  desk.search.completing.state.watch(show);
  desk.mode.watch(show);
  return card;
}

function partsOf(desk: Desk, { done, next }: SceneEnd): HTMLElement[] {
  const said = [h("strong", {}, TEXTS.nextScene.ended), h("p", {}, TEXTS.nextScene.done(done))];
  return [...said, nextPart(desk, next), endOf(desk)];
}

function nextPart(desk: Desk, next: SceneEnd["next"]): HTMLElement {
  if (next === null) return h("p", {}, TEXTS.nextScene.nothingLeft);
  if (next === "asked" || next === "failed") return h("p", { className: "dim" }, TEXTS.nextScene[next]);
  const { id, name, counts } = next.scene;
  const words =
    id === desk.scene.id ? TEXTS.nextScene.again(counts.proposed) : TEXTS.nextScene.next(name, counts.proposed);
  return h(
    "button",
    { type: "button", className: "next-scene", onclick: () => desk.nextScene.proceed() },
    words,
    " ",
    desk.nextScene.takesEnter && keyCap("↵"),
  );
}

/** What else there is to do in a scene without proposals: search for misses, and mark it complete. */
function endOf(desk: Desk): HTMLElement {
  const search = (event: MouseEvent): void => {
    desk.nextScene.dismiss();
    if (!desk.search.sweep.on) void desk.search.sweep.toggle();
    if (event.detail > 0) desk.focus();
  };
  const sweep = h(
    "button",
    { type: "button", className: "search-misses", onclick: search },
    TEXTS.sweep.panel,
    " ",
    keyCap("F3"),
  );
  return h("div", { className: "scene-end-more" }, sweep, ...completionParts(desk));
}

function isDeciding(element: Element | null): boolean {
  return Boolean(element?.closest(".decisions"));
}
