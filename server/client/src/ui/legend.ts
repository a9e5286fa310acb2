/** What the colours and lines mean, and what is shown. */

import { classKey, keyCaps } from "../commands";
import type { Desk } from "../desk";
import { LOOKS } from "../map/styles";
import type { FeatureState } from "../model/feature";
import { fill, h, keyCap, lineSample, swatch } from "./dom";

export function classLegend(desk: Desk): HTMLElement {
  const list = h("ul", { className: "classes" });
  const choose = (key: string): void => {
    desk.classify(key);
    desk.focus();
  };
  const draw = (): void => {
    const held = desk.hand.features[0]?.classKey ?? desk.drawClass.value;
    fill(list, ...desk.project.classes.map((c, i) => {
      const pressed = String(c.key === held);
      const title = `Give the selected objects, or the next one drawn, the class ${c.name}`;
      return h("li", {}, h("button",
        { type: "button", className: "class", "aria-pressed": pressed, title, onclick: () => choose(c.key) },
        swatch(c.color), h("span", {}, c.name), keyCap(keyCaps(classKey(desk.project.classes, i))),
      ));
    }));
  };
  desk.hand.held.watch(draw);
  desk.drawClass.watch(draw);
  return h("section", { "aria-labelledby": "classes-heading" }, h("h2", { id: "classes-heading" }, "Classes"), list);
}

export function showPanel(desk: Desk): HTMLElement {
  const states: readonly FeatureState[] = ["proposed", "accepted", "rejected"];
  const rows = h("ul", { className: "states" });
  desk.tally.watch((tally) => fill(rows, ...states.map((state) => {
    const { width, dash, line } = LOOKS[state];
    return h("li", { "data-state": state }, lineSample(width, dash, line) as unknown as Node,
      h("span", {}, state), h("span", { className: "count" }, tally[state].toLocaleString("en")));
  })));
  const value = h("output", { for: "score" }, "0.00");
  const slider = h("input", { id: "score", type: "range", min: "0", max: "1", step: "0.01", value: "0" });
  slider.addEventListener("input", () => desk.setFilter({ minScore: slider.valueAsNumber }));
  slider.addEventListener("change", () => desk.filtered());
  slider.addEventListener("pointerup", () => desk.focus());
  const box = h("input", { id: "hide-rejected", type: "checkbox" });
  box.addEventListener("change", () => desk.setFilter({ hideRejected: box.checked }));
  desk.filter.watch(({ minScore, hideRejected }) => {
    value.textContent = minScore.toFixed(2);
    box.checked = hideRejected;
  });
  const missing = h("p", { className: "dim", "aria-live": "polite" });
  desk.loader.state.watch(({ missing: n, failed }) => {
    missing.textContent = failed
      ? "Objects could not be fetched; trying again."
      : n > 0 ? `${n.toLocaleString("en")} more objects here: zoom in to see them.` : "";
  });
  return h("section", { "aria-labelledby": "show-heading" },
    h("h2", { id: "show-heading" }, "Objects"), rows,
    h("label", { for: "score", className: "slider" }, "Proposals with score at least ", value), slider,
    h("label", { className: "check" }, box, " Hide rejected ", keyCap("H")), missing);
}
