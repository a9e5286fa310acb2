/** Mode that selects by click or box and drags vertices and edges. */

import type MapBrowserEvent from "ol/MapBrowserEvent";
import { shiftKeyOnly } from "ol/events/condition";
import DragBox from "ol/interaction/DragBox";

import type { DeskContext } from "../desk/context";
import { HoveredFill } from "../map/hovered";
import { cellAt, cellExtent } from "../model/view/density";
import type { Extent, Feature } from "../model/feature";
import { extentOf, isPoint } from "../model/shapes/geometry";
import { verticesOf, sameVertex } from "../model/labels/vertices";
import { contains } from "../model/shapes/ring";
import { distance } from "../model/shapes/segment";
import type { Mode } from "../desk/mode";
import { Clicks } from "./select_at";

const NEAR_PX = 3;

export class SelectMode implements Mode {
  readonly name = "select";
  readonly #clicks: Clicks;
  readonly #hovered: HoveredFill;
  #stopWatching = (): void => undefined;
  readonly #box = new DragBox({ condition: shiftKeyOnly, className: "selection-box" });

  constructor(private readonly desk: DeskContext) {
    this.#clicks = new Clicks(desk.map);
    this.#hovered = new HoveredFill(desk.map.map, desk.edit, (position) => this.#under(position));
    this.#box.on("boxend", () => this.#boxed(this.#box.getGeometry().getExtent() as unknown as Extent));
  }

  enter(): void {
    const { map } = this.desk.map;
    this.desk.edit.editable = true;
    this.desk.vertexEditor.setActive(true);
    // Behind the vertex editor, which sees a press first.
    map.getInteractions().insertAt(map.getInteractions().getArray().indexOf(this.desk.vertexEditor), this.#box);
    map.on("click", this.#click);
    this.#hovered.start();
    // What has changed, or is gone, is no longer what was under the mouse.
    this.#stopWatching = this.desk.workspace.labels.watch(() => this.#hovered.clear());
    map.getViewport()!.addEventListener("contextmenu", this.#contextMenu);
  }

  exit(): void {
    const { map } = this.desk.map;
    this.desk.vertexEditor.abort();
    this.desk.vertexEditor.setActive(false);
    this.desk.selection.vertices = [];
    this.desk.edit.editable = false;
    map.removeInteraction(this.#box);
    map.un("click", this.#click);
    this.#hovered.stop();
    this.#stopWatching();
    map.getViewport()!.removeEventListener("contextmenu", this.#contextMenu);
  }

  /** Cancel the drag, then clear the selected vertices, then the selection. */
  escape(): boolean {
    const { vertexEditor, selection } = this.desk;
    if (vertexEditor.abort()) return true;
    const had = !selection.empty;
    if (selection.vertices.length) selection.vertices = [];
    else selection.set([]);
    return had;
  }

  readonly #click = (event: MapBrowserEvent): void => {
    const { altKey, shiftKey } = event.originalEvent as MouseEvent;
    const { desk } = this;
    // Pins lie over everything.
    if (!altKey && !shiftKey && desk.pins.chooseAt(event.coordinate)) return;
    const counts = desk.bulk.shown ? desk.bulk.counts : null;
    const cell = counts && cellAt(counts, event.coordinate);
    if (cell) return desk.map.zoomTo(cellExtent(counts, cell));
    const target = desk.vertexEditor.at(event.coordinate);
    if (altKey) return this.#removeAt(event.coordinate);
    if (this.#clicks.isSecond(event)) return;
    // A point is its one vertex: with Shift it is selected, or no longer, as other objects are.
    const onPoint =
      shiftKey && target && desk.selection.features.some((f) => isPoint(f.geometry) && f.uid === target.vertex.uid);
    if ((target?.kind === "vertex" && !onPoint) || (target && !shiftKey && this.#onEdge(event.coordinate, target.at)))
      return;
    // Selected features are not among the hits, so clicking again reaches what lies below.
    const hit = desk.bulk.at(event.coordinate, NEAR_PX * desk.map.resolution)[0];
    if (shiftKey) this.#toggle(event.coordinate);
    else if (hit) desk.select(hit.uid);
    else if (!desk.edit.holds(event.coordinate)) desk.selection.set([]);
    else desk.selection.vertices = [];
  };

  /** Return the object under the mouse, of several the smallest. */
  #under([x, y]: readonly number[]): Feature | undefined {
    const { bulk, edit } = this.desk;
    return bulk.at([x!, y!], 0)[0] ?? edit.at([x!, y!]);
  }

  #onEdge(position: number[], at: readonly number[]): boolean {
    return distance(position, at) <= NEAR_PX * this.desk.map.resolution;
  }

  /** Add the feature at a position to the selection, or remove it. */
  #toggle(position: number[]): void {
    const { desk } = this;
    const hit = desk.edit.at(position) ?? desk.bulk.at(position, NEAR_PX * desk.map.resolution)[0];
    if (hit) desk.selection.toggle(hit);
  }

  /** Select the selected features' vertices in a box, or else the features wholly in it. */
  #boxed(box: Extent): void {
    const { desk } = this;
    const inside = ([x, y]: readonly number[]): boolean => x! >= box[0] && x! <= box[2] && y! >= box[1] && y! <= box[3];
    const corners = verticesOf(desk.selection.features)
      .filter(({ at }) => inside(at))
      .map(({ vertex }) => vertex);
    const { vertices } = desk.selection;
    if (corners.length)
      desk.selection.vertices = [...vertices, ...corners.filter((c) => !vertices.some((p) => sameVertex(p, c)))];
    else if (desk.sight.undrawn) desk.notice.set(desk.sight.undrawn);
    else desk.selection.add(desk.bulk.drawnWithin(box).filter((f) => contains(box, extentOf(f.geometry))));
  }

  readonly #contextMenu = (event: MouseEvent): void => {
    event.preventDefault();
    this.#removeAt(this.desk.map.map.getEventCoordinate(event));
  };

  #removeAt(position: readonly number[]): void {
    const vertex = this.desk.vertexEditor.removableAt(position);
    if (vertex) this.desk.outlines.removeVertices([vertex]);
  }
}
