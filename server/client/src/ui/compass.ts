/** Where north is, where it is not up. */

import type { SceneMap } from "../map/scene_map";
import { h } from "./dom";

const SVG = "http://www.w3.org/2000/svg";
/** Degrees up to which nobody has to be told. */
const UP = 1;

export function northArrow({ map, places, view }: SceneMap): HTMLElement {
  const svg = document.createElementNS(SVG, "svg");
  const arrow = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "-12 -12 24 24");
  arrow.setAttribute("d", "M0 -11 L6 9 L0 5 L-6 9 Z");
  svg.append(arrow);
  const words = h("span", {});
  const element = h("div", { className: "card north", role: "img" }, svg as unknown as HTMLElement, words);
  const turn = (x: number, y: number): void => {
    const compass = places.compass([x, y]);
    element.hidden = !compass || Math.abs(compass.north) <= UP;
    if (!compass) return;
    const degrees = compass.north.toFixed(1);
    svg.style.transform = `rotate(${degrees}deg)`;
    words.textContent = `N ${degrees}°`;
    element.setAttribute("aria-label", `True north is ${Math.abs(compass.north).toFixed(1)}° to the ${compass.north < 0 ? "left" : "right"} of up`);
    element.title = element.getAttribute("aria-label")!;
  };
  turn(view.x, view.y);
  map.on("moveend", () => {
    const [x, y] = map.getView().getCenter()!;
    turn(x!, y!);
  });
  return element;
}
