/** Where the mouse is, how far in the view is, and the place that is pinned. */

import type { Desk } from "../desk/desk";
import { FORMATS, formatsOf, say } from "../model/ground/coordinates";
import { sayArea, sayLength } from "../model/ground/ruler";
import { sayScale } from "../model/view/zoom";
import { fill, h } from "../browser/dom";
import { commandButton } from "./toolbar";

/** In the corner of the map: the place under the mouse, in the format that was chosen, and the zoom. */
export function readout(desk: Desk): HTMLElement {
  const { map, seeing } = desk;
  const place = h("button", { type: "button", className: "place", title: `Click to write places another way (F8); F9 copies` });
  place.addEventListener("click", () => seeing.nextFormat());
  const zoom = h("span", { className: "zoom", title: "Screen pixels to raster pixels" });
  const showPlace = (): void => {
    const words = say(map.places, seeing.format.value, seeing.place);
    place.textContent = words ?? `${FORMATS[seeing.format.value]}: none here`;
  };
  seeing.pointer.watch(showPlace);
  seeing.format.watch(showPlace);
  map.map.on("moveend", () => {
    zoom.textContent = sayScale(map.scale);
    showPlace();
  });
  return h("div", { className: "readout" }, place, zoom, commandButton("goto", desk));
}

/** The pinned place in every format, each to be copied. */
export function placeCard({ map, seeing }: Desk): HTMLElement {
  const list = h("dl", {});
  const close = h("button", { type: "button", className: "close", "aria-label": "Take the mark away", onclick: () => seeing.dismiss() }, "×");
  const card = h("section", { className: "card place-card", "aria-label": "Marked place" }, close, list);
  seeing.pinned.watch((place) => {
    card.hidden = place === null;
    if (!place) return;
    fill(list, ...formatsOf(map.places).flatMap((format) => {
      const words = say(map.places, format, place);
      const copy = h("button", { type: "button", title: "Copy", onclick: () => words && void seeing.copyWords(words) }, words ?? "none here");
      copy.disabled = words === null;
      return [h("dt", {}, FORMATS[format]), h("dd", { "data-format": format }, copy)];
    }));
  });
  return card;
}

/** What has been measured so far. */
export function measureBadge({ seeing }: Desk): HTMLElement {
  const badge = h("div", { className: "card measure-badge", role: "status" });
  seeing.measured.watch((measured) => {
    badge.hidden = measured === null;
    if (!measured) return;
    const { length, area, legs, unit } = measured;
    const words = area === null ? `Length ${sayLength(length, unit)}` : `Area ${sayArea(area, unit)}, around ${sayLength(length, unit)}`;
    badge.textContent = area === null && legs.length > 1 ? `${words}, last ${sayLength(legs.at(-1)!, unit)}` : words;
  });
  return badge;
}
