/** Where the mouse is and how far in the view is. */

import type { SceneMap } from "../map/scene_map";
import { h } from "./dom";

export function readout(scene: SceneMap): HTMLElement {
  const element = h("div", { className: "readout", "aria-hidden": "true" });
  const { crs, units, native_resolution: native } = scene.scene;
  const digits = units === "degrees" ? 6 : 2;
  let place = "";
  const show = (): void => {
    const percent = (100 * native * window.devicePixelRatio) / scene.resolution;
    element.textContent = `${place}${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} %`;
  };
  scene.map.on("pointermove", ({ coordinate }) => {
    const [col, row] = scene.toRaster(coordinate);
    const world = crs === null ? "" : `${crs} ${coordinate.map((v) => v.toFixed(digits)).join(", ")}   `;
    place = `${world}col ${Math.floor(col)} row ${Math.floor(row)}   `;
    show();
  });
  scene.map.on("moveend", show);
  return element;
}
