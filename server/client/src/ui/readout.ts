/** Read-outs: coordinates under the pointer, zoom, and the marked position. */

import type { Desk } from "../desk/desk";
import { FORMATS, formatsOf, say } from "../model/ground/coordinates";
import { formatArea, formatLength } from "../model/ground/ruler";
import { formatScale } from "../model/view/zoom";
import { fill, h } from "../browser/dom";
import { commandButton } from "./toolbar";
import { TEXTS } from "../texts";

/** In the corner of the map: the position under the mouse, in the format that was chosen, and the zoom. */
export function readout(desk: Desk): HTMLElement {
  const { map, display } = desk;
  const position = h("button", {
    type: "button",
    className: "place",
    title: TEXTS.coordinates.nextFormat,
  });
  position.addEventListener("click", () => display.nextFormat());
  const zoom = h("span", { className: "zoom", title: TEXTS.coordinates.zoom });
  const showPosition = (): void => {
    const words = say(map.grid, display.format.value, display.position);
    position.textContent = words ?? TEXTS.coordinates.noFormatHere(FORMATS[display.format.value]);
  };
  display.pointer.watch(showPosition);
  display.format.watch(showPosition);
  map.map.on("moveend", () => {
    zoom.textContent = formatScale(map.scale);
    showPosition();
  });
  return h("div", { className: "readout" }, position, zoom, commandButton("goto", desk));
}

/** The pinned position in every format, each to be copied. */
export function markCard({ map, display }: Desk): HTMLElement {
  const list = h("dl", {});
  const close = h(
    "button",
    {
      type: "button",
      className: "close",
      "aria-label": TEXTS.coordinates.removeMark,
      onclick: () => display.dismiss(),
    },
    "×",
  );
  const card = h("section", { className: "card place-card", "aria-label": TEXTS.coordinates.marked }, close, list);
  display.pinned.watch((position) => {
    card.hidden = position === null;
    if (!position) return;
    fill(
      list,
      ...formatsOf(map.grid).flatMap((format) => {
        const words = say(map.grid, format, position);
        const copy = h(
          "button",
          { type: "button", title: TEXTS.coordinates.copy, onclick: () => words && void display.copyWords(words) },
          words ?? TEXTS.coordinates.noneHere,
        );
        copy.disabled = words === null;
        return [h("dt", {}, FORMATS[format]), h("dd", { "data-format": format }, copy)];
      }),
    );
  });
  return card;
}

/** Return the badge of the measured length and area. */
export function measureBadge({ display }: Desk): HTMLElement {
  const badge = h("div", { className: "card measure-badge", role: "status" });
  display.measured.watch((measured) => {
    badge.hidden = measured === null;
    if (!measured) return;
    const { length, area, legs, unit } = measured;
    const words =
      area === null
        ? TEXTS.coordinates.length(formatLength(length, unit))
        : TEXTS.coordinates.area(formatArea(area, unit), formatLength(length, unit));
    badge.textContent =
      area === null && legs.length > 1 ? words + TEXTS.coordinates.last(formatLength(legs.at(-1)!, unit)) : words;
  });
  return badge;
}
