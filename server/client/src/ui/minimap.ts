/** The whole scene, small, with a frame around what the map shows; drag or click to go there. */

import type { Desk } from "../desk/desk";
import { recall, remember } from "../browser/memory";
import { tileQuery } from "../model/view/display_settings";
import { h } from "../browser/dom";
import { unseenGround } from "./unseen_ground";
import { TEXTS } from "../texts";

const LONGEST_PX = 150;
const OPEN = "geoengine/minimap";

/** On a narrow or low page the overview would cover the map. */
const cramped = (): boolean => matchMedia("(max-width: 700px), (max-height: 500px)").matches;

export function minimap(desk: Desk): HTMLElement {
  const { map, display, scene } = desk;
  const { tile_size: side, resolutions, url } = scene.tiles;
  // Level 0 is the whole scene in the upper left of one tile.
  const drawn = [scene.width, scene.height].map((n) => (n * scene.native_resolution) / resolutions[0]!);
  const shrunk = Math.min(1, LONGEST_PX / Math.max(...drawn));
  const [width, height] = drawn.map((n) => Math.max(1, Math.round(n * shrunk))) as [number, number];
  const edge = Math.round(side * shrunk);
  const image = h("img", { alt: "", className: "imagery", width: edge, height: edge, draggable: "false" });
  const frame = h("div", { className: "frame" });
  const board = h("div", { className: "board" }, image, unseenGround(desk, width, height), frame);
  board.style.width = `${width}px`;
  board.style.height = `${height}px`;
  const element = h(
    "details",
    { className: "card minimap", open: (recall(OPEN) ?? (cramped() ? "closed" : "open")) === "open" },
    h("summary", {}, TEXTS.coordinates.overview),
    board,
  );
  element.addEventListener("toggle", () => remember(OPEN, element.open ? "open" : "closed"));
  display.settings.watch((settings) => {
    const wanted = url.replace("{z}", "0").replace("{x}", "0").replace("{y}", "0") + tileQuery(settings);
    if (image.getAttribute("src") !== wanted) image.setAttribute("src", wanted);
  });

  const percent = (value: number): string => `${Math.min(100, Math.max(0, 100 * value)).toFixed(2)}%`;
  const draw = (): void => {
    const [west, south, east, north] = map.extent;
    const [left, top] = map.grid.toPixel([west, north]);
    const [right, bottom] = map.grid.toPixel([east, south]);
    frame.style.left = percent(left / scene.width);
    frame.style.top = percent(top / scene.height);
    frame.style.right = percent(1 - right / scene.width);
    frame.style.bottom = percent(1 - bottom / scene.height);
  };
  map.map.on("postrender", draw);

  const go = (event: PointerEvent): void => {
    const box = board.getBoundingClientRect();
    const pixel = [
      ((event.clientX - box.left) / box.width) * scene.width,
      ((event.clientY - box.top) / box.height) * scene.height,
    ] as const;
    const [x, y] = map.grid.within(map.grid.toWorld(pixel));
    map.view = { x, y, resolution: map.resolution };
  };
  board.addEventListener("pointerdown", (event) => {
    board.setPointerCapture(event.pointerId);
    go(event);
  });
  board.addEventListener("pointermove", (event) => {
    if (board.hasPointerCapture(event.pointerId)) go(event);
  });
  return element;
}
