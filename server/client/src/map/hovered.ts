/** Light fill of the object under the mouse: which object a click would take. */

import type OlMap from "ol/Map";
import type MapBrowserEvent from "ol/MapBrowserEvent";

import type { Feature } from "../model/feature";
import type { EditLayer } from "./editing";

export class HoveredFill {
  /** `at` returns the object at a position of the scene. */
  constructor(
    private readonly map: OlMap,
    private readonly layer: EditLayer,
    private readonly at: (position: number[]) => Feature | undefined,
  ) {}

  start(): void {
    this.map.on("pointermove", this.#moved);
    this.map.on("movestart", this.clear);
    this.map.getViewport()!.addEventListener("pointerleave", this.clear);
  }

  stop(): void {
    this.clear();
    this.map.un("pointermove", this.#moved);
    this.map.un("movestart", this.clear);
    this.map.getViewport()!.removeEventListener("pointerleave", this.clear);
  }

  /** Fill nothing until the mouse moves. */
  readonly clear = (): void => this.#show(null);

  readonly #moved = (event: MapBrowserEvent): void =>
    this.#show(event.dragging ? null : (this.at(event.coordinate) ?? null));

  #show(feature: Feature | null): void {
    if (feature !== (this.layer.filled ?? null)) this.layer.fill(feature);
  }
}
