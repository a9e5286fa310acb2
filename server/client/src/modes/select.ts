/** Click takes an object in hand; its corners and edges can then be dragged. Shift adds, or draws a box. */

import type MapBrowserEvent from "ol/MapBrowserEvent";
import { shiftKeyOnly } from "ol/events/condition";
import DragBox from "ol/interaction/DragBox";

import type { Desk } from "../desk/desk";
import { cellAt, cellExtent } from "../model/view/density";
import type { Extent } from "../model/feature";
import { extentOf } from "../model/shapes/geometry";
import { cornersOf, samePick } from "../model/labels/picks";
import { contains } from "../model/shapes/ring";
import { distance } from "../model/shapes/segment";
import type { Mode } from "../desk/mode";

const NEAR_PX = 3;

export class SelectMode implements Mode {
  readonly name = "select";
  readonly #box = new DragBox({ condition: shiftKeyOnly, className: "selection-box" });

  constructor(private readonly desk: Desk) {
    this.#box.on("boxend", () => this.#boxed(this.#box.getGeometry().getExtent() as unknown as Extent));
  }

  enter(): void {
    const { map } = this.desk.map;
    this.desk.edit.editable = true;
    this.desk.grips.setActive(true);
    // Behind the grips, which see a press first.
    map.getInteractions().insertAt(map.getInteractions().getArray().indexOf(this.desk.grips), this.#box);
    map.on("click", this.#click);
    map.getViewport()!.addEventListener("contextmenu", this.#contextMenu);
  }

  exit(): void {
    const { map } = this.desk.map;
    this.desk.grips.abort();
    this.desk.grips.setActive(false);
    this.desk.hand.picks = [];
    this.desk.edit.editable = false;
    map.removeInteraction(this.#box);
    map.un("click", this.#click);
    map.getViewport()!.removeEventListener("contextmenu", this.#contextMenu);
  }

  /** Gives up the drag, then the chosen corners, then what is in hand. */
  escape(): boolean {
    const { grips, hand } = this.desk;
    if (grips.abort()) return true;
    const had = !hand.empty;
    if (hand.picks.length) hand.picks = [];
    else hand.take([]);
    return had;
  }

  readonly #click = (event: MapBrowserEvent): void => {
    const { altKey, shiftKey } = event.originalEvent as MouseEvent;
    const { desk } = this;
    const counts = desk.bulk.shown ? desk.bulk.counts : null;
    const cell = counts && cellAt(counts, event.coordinate);
    if (cell) return desk.map.zoomTo(cellExtent(counts, cell));
    const grip = desk.grips.at(event.coordinate);
    if (altKey) return grip?.kind === "corner" ? desk.outlines.removeCorners([grip.pick]) : undefined;
    if (grip?.kind === "corner" || (grip && !shiftKey && this.#onEdge(event.coordinate, grip.at))) return;
    // What is in hand is not among the hits, so clicking again reaches what lies below it.
    const hit = desk.bulk.at(event.coordinate, NEAR_PX * desk.map.resolution)[0];
    if (shiftKey) this.#toggle(event.coordinate);
    else if (hit) desk.select(hit.uid);
    else if (!desk.edit.holds(event.coordinate)) desk.hand.take([]);
    else desk.hand.picks = [];
  };

  #onEdge(place: number[], at: readonly number[]): boolean {
    return distance(place, at) <= NEAR_PX * this.desk.map.resolution;
  }

  /** Shift and a click: lets go of what is in hand there, or takes what is not. */
  #toggle(place: number[]): void {
    const { desk } = this;
    const hit = desk.edit.at(place) ?? desk.bulk.at(place, NEAR_PX * desk.map.resolution)[0];
    if (hit) desk.hand.toggle(hit);
  }

  /** Shift and a drag: the corners in the box of what is in hand, else the objects wholly in it. */
  #boxed(box: Extent): void {
    const { desk } = this;
    const inside = ([x, y]: readonly number[]): boolean => x! >= box[0] && x! <= box[2] && y! >= box[1] && y! <= box[3];
    const corners = cornersOf(desk.hand.features).filter(({ at }) => inside(at)).map(({ pick }) => pick);
    const { picks } = desk.hand;
    if (corners.length) desk.hand.picks = [...picks, ...corners.filter((c) => !picks.some((p) => samePick(p, c)))];
    else desk.hand.add(desk.bulk.within(box).filter((f) => contains(box, extentOf(f.geometry))));
  }

  readonly #contextMenu = (event: MouseEvent): void => {
    event.preventDefault();
    const grip = this.desk.grips.at(this.desk.map.map.getEventCoordinate(event));
    if (grip?.kind === "corner") this.desk.outlines.removeCorners([grip.pick]);
  };
}
