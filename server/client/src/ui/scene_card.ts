/** One scene as a card of the gallery, and the words for its state that gallery, table and map share. */

import type { SceneSummary } from "../api";
import { fill, h } from "../browser/dom";
import { isBare, stateOf } from "../model/view/home";
import { localTime } from "../model/view/when";
import { TEXTS } from "../texts";
import { markingBadge } from "./marking";

export type Open = (id: number) => void;

/** What is to be said of a scene besides its state: how far it is, or why there is nothing, and what is asked there. */
export function standing(scene: SceneSummary): string {
  const { open_pins: open } = scene;
  return open ? `${progressOf(scene)}, ${TEXTS.pins.open(open)}` : progressOf(scene);
}

function progressOf(scene: SceneSummary): string {
  const { proposed, accepted, rejected } = scene.counts;
  const total = proposed + accepted + rejected;
  if (!total) return isBare(scene) ? TEXTS.home.neverLabelled : TEXTS.home.nothingFound;
  if (isBare(scene) && !proposed && stateOf(scene) !== "done") return TEXTS.home.byHand;
  const words = proposed ? TEXTS.home.open(proposed) : TEXTS.home.progress(accepted + rejected, total);
  return isBare(scene) ? `${words}, ${TEXTS.home.neverLabelled}` : words;
}

/** The state of a scene: a spot of its colour, and a word. */
export function stateBadge(scene: SceneSummary): HTMLElement {
  const state = stateOf(scene);
  return h(
    "span",
    { className: `scene-state scene-${state}${isBare(scene) ? " scene-bare" : ""}` },
    h("span", { className: "spot", "aria-hidden": "true" }),
    TEXTS.home.state[state],
    completeBadge(scene),
  );
}

/** "complete", with who said so when. */
function completeBadge({ complete }: SceneSummary): HTMLElement | null {
  const title = complete && TEXTS.complete.listed(complete.author, localTime(complete.time));
  return complete && h("span", { className: "complete-badge", title }, TEXTS.complete.badge);
}

export function sceneName(scene: SceneSummary): HTMLElement {
  return h("span", { className: "scene-name" }, scene.name, scene.marking && markingBadge(scene.marking));
}

/** When and by what it was taken; null where nobody knows. */
export function taken(scene: SceneSummary): string | null {
  return [scene.acquired_at?.slice(0, 10), scene.sensor].filter(Boolean).join(", ") || null;
}

export function sceneCard(scene: SceneSummary, open: Open): HTMLElement {
  const { proposed, accepted, rejected } = scene.counts;
  const button = h("button", {
    type: "button",
    className: "scene-card",
    title: scene.name,
    onclick: () => open(scene.id),
  });
  fill(
    button,
    h("img", { loading: "lazy", alt: "", src: scene.thumbnail }),
    sceneName(scene),
    h("span", { className: "dim scene-taken" }, taken(scene) ?? TEXTS.scenes.noDate),
    h("progress", {
      max: Math.max(proposed + accepted + rejected, 1),
      value: accepted + rejected,
      "aria-label": TEXTS.scenes.decided,
    }),
    h("span", { className: "scene-standing" }, stateBadge(scene), ` · ${standing(scene)}`),
    scene.changed && h("span", { className: "scene-changed", title: scene.changed }, scene.changed),
  );
  return button;
}
