/** Selection by a click, shared by the modes that work on the selection. */

import type MapBrowserEvent from "ol/MapBrowserEvent";

import type { DeskContext } from "../desk/context";

const NEAR_PX = 3;

/** Select the feature at a click alone, or with Shift besides the others. */
export function selectAt(desk: DeskContext, event: MapBrowserEvent): void {
  const { shiftKey } = event.originalEvent as MouseEvent;
  // Selected features are not among the hits, so clicking again reaches what lies below.
  const hit = desk.bulk.at(event.coordinate, NEAR_PX * desk.map.resolution)[0];
  const selected = desk.edit.at(event.coordinate);
  if (shiftKey && (selected ?? hit)) desk.selection.toggle((selected ?? hit)!);
  else if (hit) desk.selection.set([hit]);
  else if (!selected && !shiftKey) desk.selection.set([]);
}
