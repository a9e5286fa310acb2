/** Mode that copies the selection along a row: a click sets its end, the wheel or + and − the number. */

import type MapBrowserEvent from "ol/MapBrowserEvent";
import Interaction from "ol/interaction/Interaction";

import { keyOf } from "../browser/keys";
import type { DeskContext } from "../desk/context";
import { draw } from "../model/labels/change";
import { along } from "../model/labels/copies";
import type { Position } from "../model/feature";
import { extentOf, unionExtent } from "../model/shapes/geometry";
import { provisional } from "../model/labels/operations";
import { isRefused } from "../model/shapes/result";
import { MOST_COPIES } from "../model/shapes/row";
import { middleOf } from "../model/shapes/transform";
import type { Mode } from "../desk/mode";
import { TEXTS } from "../texts";

/** Width of what has none, as a point, in screen pixels. */
const LEAST_PX = 20;

export class RowMode implements Mode {
  readonly name = "row";
  readonly #input: Interaction;
  #count = 3;
  #end: Position = [0, 0];
  /** True if the end no longer follows the pointer. */
  #set = false;

  constructor(private readonly desk: DeskContext) {
    this.#input = new Interaction({ handleEvent: (event) => this.#handle(event) });
  }

  enter(): void {
    const outlines = this.desk.selection.features.map((f) => f.geometry);
    if (!outlines.length) return;
    // Until the pointer comes: a row to the right, each copy beside the last.
    const [minX, , maxX] = unionExtent(outlines.map(extentOf));
    const [x, y] = middleOf(outlines);
    const width = Math.max(maxX - minX, LEAST_PX * this.desk.map.resolution);
    this.#end = [x! + this.#count * 1.25 * width, y!];
    this.#set = false;
    this.desk.map.map.addInteraction(this.#input);
    this.#show();
  }

  exit(): void {
    this.desk.map.map.removeInteraction(this.#input);
    this.desk.edit.preview(null);
    this.desk.notice.set("");
  }

  /** Let the end follow the pointer again. */
  escape(): boolean {
    const had = this.#set;
    this.#set = false;
    return had;
  }

  /** Make the copies, and select them with the originals. */
  finish(): void {
    const { desk } = this;
    const originals = desk.selection.features;
    const copies = along(originals, this.#end, this.#count, desk.selection.most);
    if (isRefused(copies)) return desk.notice.set(copies.problem);
    desk.enter("select");
    desk.commit(draw(copies.ok, TEXTS.steps.row));
    desk.selection.set([...originals, ...copies.ok.map((n) => desk.workspace.labels.get(n.uid)!)]);
  }

  nudge(dx: number, dy: number): void {
    this.#set = true;
    this.#end = [this.#end[0]! + dx, this.#end[1]! + dy];
    this.#show();
  }

  /** Keep wheel, clicks and + and − from the rest of the map; other drags still move it. */
  #handle({ type, coordinate, originalEvent }: MapBrowserEvent): boolean {
    if (type === "pointermove" && !this.#set) this.#follow(coordinate);
    if (type === "click") {
      this.#set = true;
      this.#follow(coordinate);
    }
    if (type === "wheel") {
      originalEvent.preventDefault();
      this.#change((originalEvent as WheelEvent).deltaY < 0 ? 1 : -1);
    }
    const step = type === "keydown" ? { "+": 1, "=": 1, "-": -1 }[keyOf(originalEvent as KeyboardEvent)] : undefined;
    if (step) this.#change(step);
    return step === undefined && type !== "wheel" && type !== "click";
  }

  #follow(position: readonly number[]): void {
    this.#end = position;
    this.#show();
  }

  #change(by: number): void {
    this.#count = Math.min(Math.max(this.#count + by, 1), MOST_COPIES);
    this.#show();
  }

  #show(): void {
    const { desk } = this;
    const copies = along(desk.selection.features, this.#end, this.#count, desk.selection.most);
    desk.edit.preview(isRefused(copies) ? null : provisional(copies.ok));
    desk.notice.set(isRefused(copies) ? copies.problem : TEXTS.modes.rowCopies(this.#count, this.#set));
  }
}
