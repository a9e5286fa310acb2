/** Click takes a feature in hand; its corners and edges can then be dragged. */

import type MapBrowserEvent from "ol/MapBrowserEvent";

import type { Desk } from "../desk";
import type { Mode } from "./mode";

const NEAR_PX = 3;

export class SelectMode implements Mode {
  readonly name = "select";

  constructor(private readonly desk: Desk) {}

  enter(): void {
    const { map } = this.desk.map;
    this.desk.edit.editable = true;
    map.on("click", this.#click);
    map.getViewport()!.addEventListener("contextmenu", this.#contextMenu);
  }

  exit(): void {
    const { map } = this.desk.map;
    this.desk.edit.editable = false;
    map.un("click", this.#click);
    map.getViewport()!.removeEventListener("contextmenu", this.#contextMenu);
  }

  escape(): boolean {
    const had = this.desk.selected.value !== null;
    this.desk.select(null);
    return had;
  }

  readonly #click = (event: MapBrowserEvent): void => {
    if ((event.originalEvent as MouseEvent).altKey) {
      this.desk.edit.removeVertex(event.originalEvent as MouseEvent);
      return;
    }
    if (this.desk.edit.touches(event.coordinate)) return;
    const tolerance = NEAR_PX * this.desk.map.resolution;
    // What is in hand is not among the hits, so clicking again reaches what lies below it.
    const hit = this.desk.bulk.at(event.coordinate, tolerance)[0];
    if (hit) this.desk.select(hit.uid);
    else if (!this.desk.edit.holds(event.coordinate)) this.desk.select(null);
  };

  readonly #contextMenu = (event: MouseEvent): void => {
    event.preventDefault();
    this.desk.edit.removeVertex(event);
  };
}
