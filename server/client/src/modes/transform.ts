/** Mode that moves, rotates and scales the selection by a frame. */

import type MapBrowserEvent from "ol/MapBrowserEvent";

import type { DeskContext } from "../desk/context";
import { Handles } from "../map/handles";
import type { Mode } from "../desk/mode";
import { Clicks, selectAt } from "./select_at";
import { TEXTS } from "../texts";

export class TransformMode implements Mode {
  readonly name = "transform";
  readonly #clicks: Clicks;
  readonly #handles: Handles;
  #unwatch: (() => void) | null = null;

  constructor(private readonly desk: DeskContext) {
    this.#clicks = new Clicks(desk.map);
    this.#handles = new Handles(desk.edit, (reshapings, label) => desk.outlines.reshape(reshapings, label));
  }

  enter(): void {
    const { map } = this.desk.map;
    map.addLayer(this.#handles.layer);
    map.addInteraction(this.#handles);
    map.on("click", this.#click);
    this.#unwatch = this.desk.selection.watch((features) => this.#handles.surround(features));
    if (this.desk.selection.empty) this.desk.notice.set(TEXTS.modes.selectToTransform);
  }

  exit(): void {
    const { map } = this.desk.map;
    this.#handles.abort();
    this.#unwatch?.();
    map.removeInteraction(this.#handles);
    map.removeLayer(this.#handles.layer);
    map.un("click", this.#click);
    map.getViewport()!.style.cursor = "";
  }

  escape(): boolean {
    return this.#handles.abort();
  }

  readonly #click = (event: MapBrowserEvent): void => {
    const handle = this.#handles.at(event.coordinate);
    if (!handle || handle.kind === "move") selectAt(this.desk, event, this.#clicks);
  };
}
