/** Selection by a click, shared by the modes that work on the selection. */

import type MapBrowserEvent from "ol/MapBrowserEvent";

import type { DeskContext } from "../desk/context";

const NEAR_PX = 3;

/** The clicks of a mode: the second of a double click says no more than the first. */
export class Clicks {
  #count = 0;

  constructor({ map }: DeskContext["map"]) {
    // The browser counts by its own measures of time and distance; its event comes before the map's.
    map.getViewport()!.addEventListener("mousedown", ({ detail }) => (this.#count = detail), true);
  }

  /** Return whether a click is the second of a double click. */
  isSecond({ originalEvent }: MapBrowserEvent): boolean {
    return (originalEvent as PointerEvent).pointerType === "mouse" && this.#count > 1 && this.#count % 2 === 0;
  }
}

/** Select the feature at a click alone, or with Shift besides the others. */
export function selectAt(desk: DeskContext, event: MapBrowserEvent, clicks: Clicks): void {
  const { shiftKey } = event.originalEvent as MouseEvent;
  if (clicks.isSecond(event)) return;
  // Selected features are not among the hits, so clicking again reaches what lies below.
  const hit = desk.bulk.at(event.coordinate, NEAR_PX * desk.map.resolution)[0];
  const selected = desk.edit.at(event.coordinate);
  if (shiftKey && (selected ?? hit)) desk.selection.toggle((selected ?? hit)!);
  else if (hit) desk.selection.set([hit]);
  else if (!selected && !shiftKey) desk.selection.set([]);
}
