/** Mode that selects by a freehand ring: Shift adds, Ctrl removes, Alt includes features it touches. */

import OlFeature from "ol/Feature";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";

import type { DeskContext } from "../desk/context";
import { GuardedDrag } from "../map/guarded_drag";
import { lassoStyle } from "../map/frame_styles";
import { toOl } from "../map/geometries";
import type { Position } from "../model/feature";
import { caught } from "../model/shapes/lasso";
import { close, extentOfPositions, polygonOf } from "../model/shapes/ring";
import { distance } from "../model/shapes/segment";
import type { Mode } from "../desk/mode";
import { Clicks, selectAt } from "./select_at";
import { TEXTS } from "../texts";

/** Screen pixels between the positions of the ring, and the way below which a press is a click. */
const STEP_PX = 3;

type Pointed = MapBrowserEvent<PointerEvent>;

class LassoDrag extends GuardedDrag {
  constructor(
    private readonly begin: (event: Pointed) => boolean,
    private readonly extend: (event: Pointed) => void,
    private readonly finish: (event: Pointed) => boolean,
    private readonly drop: () => boolean,
  ) {
    super();
  }

  override abort(): boolean {
    return this.drop();
  }

  protected override handleDownEvent(event: Pointed): boolean {
    return this.begin(event);
  }

  protected override handleDragEvent(event: Pointed): void {
    this.extend(event);
  }

  protected override handleUpEvent(event: Pointed): boolean {
    return this.finish(event);
  }
}

export class LassoMode implements Mode {
  readonly name = "lasso";
  readonly #clicks: Clicks;
  readonly #source = new VectorSource();
  readonly #layer = new VectorLayer({ source: this.#source, style: lassoStyle, updateWhileInteracting: true });
  readonly #pointer: LassoDrag;
  #ring: Position[] | null = null;

  constructor(private readonly desk: DeskContext) {
    this.#clicks = new Clicks(desk.map);
    this.#pointer = new LassoDrag(
      (event) => this.#begin(event),
      (event) => this.#extend(event),
      (event) => this.#end(event),
      () => this.#drop(),
    );
  }

  enter(): void {
    const { map } = this.desk.map;
    map.addLayer(this.#layer);
    map.addInteraction(this.#pointer);
    map.on("click", this.#click);
    map.getViewport()!.style.cursor = "crosshair";
  }

  exit(): void {
    const { map } = this.desk.map;
    this.#drop();
    map.removeInteraction(this.#pointer);
    map.removeLayer(this.#layer);
    map.un("click", this.#click);
    map.getViewport()!.style.cursor = "";
  }

  /** Cancel the ring, then clear the selection. */
  escape(): boolean {
    if (this.#drop()) return true;
    const had = !this.desk.selection.empty;
    this.desk.selection.set([]);
    return had;
  }

  #begin({ coordinate, originalEvent }: MapBrowserEvent<PointerEvent>): boolean {
    if (originalEvent.button !== 0) return false;
    this.#ring = [coordinate];
    return true;
  }

  #extend({ coordinate }: MapBrowserEvent<PointerEvent>): void {
    if (!this.#ring) return;
    if (distance(this.#ring.at(-1)!, coordinate) < STEP_PX * this.desk.map.resolution) return;
    this.#ring.push(coordinate);
    this.#source.clear();
    this.#source.addFeature(new OlFeature(toOl(polygonOf(close(this.#ring)))));
  }

  #end({ originalEvent }: MapBrowserEvent<PointerEvent>): boolean {
    const ring = this.#ring;
    this.#drop();
    if (ring && ring.length > 2) this.#take(ring, originalEvent);
    return false;
  }

  #take(ring: readonly Position[], { shiftKey, ctrlKey, metaKey, altKey }: PointerEvent): void {
    const { selection } = this.desk;
    const all = this.desk.sight.near(extentOfPositions(ring));
    const found = caught(
      ring,
      all.map((f) => f.geometry),
      altKey ? "touching" : "inside",
    ).map((i) => all[i]!);
    const uids = new Set(found.map((f) => f.uid));
    if (ctrlKey || metaKey) selection.set(selection.features.filter((f) => !uids.has(f.uid)));
    else if (shiftKey) selection.add(found);
    else selection.set(found);
    this.desk.notice.set(this.desk.sight.undrawn ?? TEXTS.selection.count(selection.features.length));
  }

  #drop(): boolean {
    const had = this.#ring !== null && this.#ring.length > 1;
    this.#ring = null;
    this.#source.clear();
    return had;
  }

  readonly #click = (event: MapBrowserEvent): void => selectAt(this.desk, event, this.#clicks);
}
