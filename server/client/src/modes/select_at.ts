/** Taking objects in hand by a click, as all tools do that work on what is in hand. */

import type MapBrowserEvent from "ol/MapBrowserEvent";

import type { DeskContext } from "../desk/context";

const NEAR_PX = 3;

/** Takes what lies at the place of a click instead of what is in hand, with Shift besides it. */
export function selectAt(desk: DeskContext, event: MapBrowserEvent): void {
  const { shiftKey } = event.originalEvent as MouseEvent;
  // What is in hand is not among the hits, so clicking again reaches what lies below it.
  const hit = desk.bulk.at(event.coordinate, NEAR_PX * desk.map.resolution)[0];
  const held = desk.edit.at(event.coordinate);
  if (shiftKey && (held ?? hit)) desk.selection.toggle((held ?? hit)!);
  else if (hit) desk.selection.set([hit]);
  else if (!held && !shiftKey) desk.selection.set([]);
}
