/** Controls that compare with another scene of the same area. */

import type { Desk } from "../desk/desk";
import { chosenPair, choose, describe, fade } from "../model/view/compare";
import { fill, h } from "../browser/dom";
import { buttonLink, emptyState } from "./empty";
import { numberField } from "./number_field";
import { commandButton } from "./toolbar";
import { TEXTS } from "../texts";

/** The section of the panel. */
export function comparePanel(desk: Desk): HTMLElement {
  const choice = h("select", { id: "compare-with", className: "class-choice" });
  choice.addEventListener("change", () => {
    desk.comparing.state.set(choose(desk.comparing.state.value, choice.selectedIndex));
    desk.focus();
  });
  const slider = h("input", { id: "opacity", type: "range", min: "0", max: "100", step: "1", value: "100" });
  slider.addEventListener("input", () =>
    desk.comparing.state.set(fade(desk.comparing.state.value, slider.valueAsNumber / 100)),
  );
  slider.addEventListener("pointerup", () => desk.focus());
  const value = numberField(
    { label: TEXTS.display.typed(TEXTS.compare.opacity.trim()), least: 0, most: 100, step: 1, unit: "%" },
    (percent) => desk.comparing.state.set(fade(desk.comparing.state.value, percent / 100)),
    () => desk.focus(),
  );
  const button = commandButton("compare", desk);
  const split = commandButton("swipe", desk);
  const change = commandButton("change", desk);
  const none = emptyState(TEXTS.compare.none, buttonLink("#", TEXTS.app.allScenes));
  const controls = h(
    "div",
    { className: "compare" },
    h("label", { for: "compare-with" }, TEXTS.compare.with),
    choice,
    h("div", { className: "slider" }, h("label", { for: "opacity" }, TEXTS.compare.opacity), value.element),
    slider,
    h("div", { className: "decisions" }, button, split),
    change,
  );
  let pairs: unknown;
  desk.comparing.state.watch((comparison) => {
    controls.hidden = comparison.pairs.length === 0;
    none.hidden = !controls.hidden;
    if (pairs !== comparison.pairs) fill(choice, ...comparison.pairs.map((pair) => h("option", {}, describe(pair))));
    pairs = comparison.pairs;
    choice.selectedIndex = comparison.chosen;
    slider.valueAsNumber = Math.round(100 * comparison.opacity);
    value.show(slider.valueAsNumber);
    button.setAttribute("aria-pressed", String(comparison.shown));
    split.setAttribute("aria-pressed", String(comparison.shown && comparison.divider !== null));
    document.body.dataset["compare"] = comparison.shown ? String(chosenPair(comparison)!.scene_id) : "";
  });
  const heading = h("h2", { id: "compare-heading" }, TEXTS.compare.heading);
  return h("section", { "aria-labelledby": heading.id }, heading, none, controls);
}

/** Badge on the map that names the scene shown, so that nobody takes one date for the other. */
export function compareBadge(desk: Desk): HTMLElement {
  const badge = h("div", { className: "compare-badge", role: "status" });
  desk.comparing.state.watch((comparison) => {
    const pair = chosenPair(comparison);
    badge.hidden = !pair || !comparison.shown;
    const share = comparison.opacity < 1 ? `, ${Math.round(100 * comparison.opacity)} %` : "";
    const where = comparison.divider === null ? TEXTS.compare.over : TEXTS.compare.rightOfDivider;
    fill(badge, pair && comparison.shown ? `${where}: ${describe(pair)}${share}` : "");
  });
  return badge;
}
