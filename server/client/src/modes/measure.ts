/** Mode that measures a line click by click; closed at its first point it has an area. Nothing is saved. */

import type MapBrowserEvent from "ol/MapBrowserEvent";

import type { DeskContext } from "../desk/context";
import { RulerLayer } from "../map/ruler";
import type { Coordinate } from "../model/ground/lonlat_expansion";
import { measure } from "../model/ground/ruler";
import { Crosshair } from "./crosshair";
import type { Mode } from "../desk/mode";

const NEAR_PX = 8;

export class MeasureMode implements Mode {
  readonly name = "measure";
  readonly #ruler: RulerLayer;
  #crosshair: Crosshair | null = null;
  #points: readonly Coordinate[] = [];
  #closed = false;
  /** Done, the line no longer follows the mouse. */
  #done = false;

  constructor(private readonly desk: DeskContext) {
    this.#ruler = new RulerLayer(desk.map.map);
  }

  enter(): void {
    const { map } = this.desk.map;
    this.desk.select(null);
    this.#crosshair = new Crosshair(this.desk.map);
    map.on("click", this.#click);
    map.on("pointermove", this.#follow);
  }

  exit(): void {
    const { map } = this.desk.map;
    map.un("click", this.#click);
    map.un("pointermove", this.#follow);
    this.#crosshair?.close();
    this.#crosshair = null;
    this.#set([]);
  }

  escape(): boolean {
    const had = this.#points.length > 0;
    this.#set([]);
    return had;
  }

  get busy(): boolean {
    return this.#points.length > 0 && !this.#done && !this.#closed;
  }

  get aimed(): boolean {
    return this.#crosshair?.moved ?? false;
  }

  finish(): void {
    this.#crosshair?.rest();
    this.#done = this.#points.length > 1;
    this.#show();
  }

  stepBack(): boolean {
    if (!this.#points.length) return false;
    this.#set(this.#closed || this.#done ? this.#points : this.#points.slice(0, -1));
    return true;
  }

  /** Move the cross that keys measure with. */
  nudge(dx: number, dy: number): void {
    this.#aim(this.#crosshair!.move(dx, dy, this.desk.scene.native_resolution));
  }

  addPoint(): void {
    const at = this.#crosshair!.at;
    if (at) this.#put(at);
    else this.nudge(0, 0);
  }

  readonly #click = ({ coordinate }: MapBrowserEvent): void => this.#put(this.desk.map.grid.within(coordinate));

  #put(position: Coordinate): void {
    if (this.#done || this.#closed) return this.#set([position]);
    // Twice in one position, as by a double click, is the end.
    if (this.#points.length && this.#near(position, this.#points.at(-1)!)) return this.finish();
    if (this.#points.length > 2 && this.#near(position, this.#points[0]!)) return this.#set(this.#points, true);
    this.#set([...this.#points, position]);
  }

  readonly #follow = ({ coordinate, dragging }: MapBrowserEvent): void => {
    if (dragging) return;
    this.#crosshair!.point(coordinate);
    this.#aim(this.#crosshair!.at!);
  };

  #aim(position: Coordinate): void {
    if (this.#points.length && !this.#closed && !this.#done) this.#show(position);
  }

  #near(a: Coordinate, b: Coordinate): boolean {
    return Math.hypot(a[0] - b[0], a[1] - b[1]) <= NEAR_PX * this.desk.map.resolution;
  }

  #set(points: readonly Coordinate[], closed = false): void {
    [this.#points, this.#closed, this.#done] = [points, closed, false];
    this.#show();
  }

  #show(pointer?: Coordinate): void {
    const points = pointer ? [...this.#points, pointer] : this.#points;
    if (!this.#points.length) {
      this.#ruler.remove();
      return this.desk.display.measured.set(null);
    }
    const measured = measure(this.desk.map.grid, points, this.#closed);
    this.#ruler.show(points, measured, this.#closed);
    this.desk.display.measured.set(measured);
  }
}
