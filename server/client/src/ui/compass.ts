/** North arrow, shown where north is not up. */

import type { SceneMap } from "../map/scene_map";
import { h, s } from "../browser/dom";
import { TEXTS } from "../texts";

/** Degrees up to which nobody has to be told. */
const UP = 1;

export function northArrow({ map, grid, view }: SceneMap): HTMLElement {
  const arrow = s("path", { d: "M0 -11 L6 9 L0 5 L-6 9 Z" });
  const svg = s("svg", { viewBox: "-12 -12 24 24" }, arrow);
  const words = h("span", {});
  const element = h("div", { className: "card north", role: "img" }, svg as unknown as HTMLElement, words);
  const turn = (x: number, y: number): void => {
    const compass = grid.compass([x, y]);
    element.hidden = !compass || Math.abs(compass.north) <= UP;
    if (!compass) return;
    const degrees = compass.north.toFixed(1);
    svg.style.transform = `rotate(${degrees}deg)`;
    words.textContent = `N ${degrees}°`;
    element.setAttribute(
      "aria-label",
      TEXTS.coordinates.north(Math.abs(compass.north).toFixed(1), compass.north < 0 ? "left" : "right"),
    );
    element.title = element.getAttribute("aria-label")!;
  };
  turn(view.x, view.y);
  map.on("moveend", () => {
    const [x, y] = map.getView().getCenter()!;
    turn(x!, y!);
  });
  return element;
}
