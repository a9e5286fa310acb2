/** What of the map is not as it should be, or not as one thinks: below the card, whatever tab is in front. */

import { h } from "../browser/dom";
import type { Desk } from "../desk/desk";
import { watchTiles } from "../map/failures";
import { TEXTS } from "../texts";

export function mapNotes(desk: Desk): HTMLElement {
  return h("div", { className: "map-notes" }, loadingNote(desk), tileNote(desk));
}

/** Say what is on the map where it is not outlines. */
function loadingNote(desk: Desk): HTMLElement {
  const note = h("p", { className: "note", role: "status" });
  desk.loader.state.watch(({ counts, total, failed }) => {
    note.textContent = failed ? TEXTS.filter.failed : counts ? TEXTS.filter.counts(total) : "";
    note.classList.toggle("bad", failed);
    document.body.dataset["shows"] = counts ? "counts" : "outlines";
  });
  return note;
}

/** Say that part of the imagery is missing, so that nobody takes a hole for bare ground. */
function tileNote(desk: Desk): HTMLElement {
  const note = h("p", { className: "note bad tiles", role: "status" });
  watchTiles(desk.map.map, (missing) => {
    note.textContent = TEXTS.filter.tiles(missing);
  });
  return note;
}
