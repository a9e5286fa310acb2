/** Mode that asks about places: a click, or Space at the cross, puts a pin there and opens the field for its question. */

import type MapBrowserEvent from "ol/MapBrowserEvent";

import type { DeskContext } from "../desk/context";
import type { Mode } from "../desk/mode";
import { Crosshair } from "./crosshair";

export class PinMode implements Mode {
  readonly name = "pin";
  #crosshair: Crosshair | null = null;

  constructor(private readonly desk: DeskContext) {}

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
  }

  escape(): boolean {
    return false;
  }

  get busy(): boolean {
    return this.desk.pins.isWriting;
  }

  get aimed(): boolean {
    return this.#crosshair?.moved ?? false;
  }

  nudge(dx: number, dy: number): void {
    this.#crosshair!.move(dx, dy, this.desk.scene.native_resolution);
  }

  addPoint(): void {
    const at = this.#crosshair!.at;
    if (!at) return this.nudge(0, 0);
    this.#crosshair!.rest();
    this.desk.pins.ask(at);
  }

  readonly #click = ({ coordinate }: MapBrowserEvent): void => {
    const { pins } = this.desk;
    if (pins.isWriting || !pins.chooseAt(coordinate)) pins.ask(coordinate);
  };

  readonly #follow = ({ coordinate, dragging }: MapBrowserEvent): void => {
    if (!dragging) this.#crosshair!.point(coordinate);
  };
}
