/** Interaction of the frame around the selection: its handles scale and rotate, its inside moves. */

import OlFeature from "ol/Feature";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import type Style from "ol/style/Style";

import type { Reshaping } from "../model/labels/change";
import type { Feature, Position } from "../model/feature";
import { sameGeometry } from "../model/shapes/geometry";
import type { Frame, Gesture, Handle } from "../model/labels/frame";
import { dragged, frameOf, isWithin, outlineOfFrame, positionIn, SCALES, widened } from "../model/labels/frame";
import { GuardedDrag } from "./guarded_drag";
import type { EditLayer } from "./editing";
import { frameStyle, handleStyle, stemStyle, turnStyle } from "./frame_styles";
import { toOl } from "./geometries";
import { TEXTS } from "../texts";

const HIT_PX = 8;
const CLICK_PX = 3;
/** Room between the outlines and the frame, and the shortest side at which its handles do not run together. */
const MARGIN_PX = 8;
const LEAST_PX = 44;
const STEM_PX = 26;

const DONE: Record<Handle["kind"], string> = {
  move: TEXTS.steps.moved,
  scale: TEXTS.steps.scaled,
  rotate: TEXTS.steps.rotated,
};
/** By eighths of a turn from the x axis; opposite ones are alike. */
const CURSORS = ["ew-resize", "nesw-resize", "ns-resize", "nwse-resize"];

interface Drag {
  readonly handle: Handle;
  readonly features: readonly Feature[];
  readonly frame: Frame;
  readonly from: Position;
  readonly pixel: readonly number[];
  readonly result: Reshaping[] | null;
}

export class Handles extends GuardedDrag {
  readonly layer: VectorLayer;
  readonly #drawn = new OlFeature();
  #frame: Frame | null = null;
  #gesture: Gesture | null = null;
  #drag: Drag | null = null;

  /** `done` takes a finished gesture. */
  constructor(
    private readonly edit: EditLayer,
    private readonly done: (reshapings: Reshaping[], label: string) => void,
  ) {
    super();
    const source = new VectorSource({ features: [this.#drawn] });
    this.layer = new VectorLayer({
      source,
      style: (_, resolution) => this.#style(resolution),
      updateWhileInteracting: true,
    });
  }

  /** Lay the frame around features, or remove it. */
  surround(features: readonly Feature[]): void {
    const dragged = this.#drag?.features ?? [];
    const same = (f: Feature): boolean => features.some((s) => s.uid === f.uid && sameGeometry(s.geometry, f.geometry));
    if (features.length < dragged.length || !dragged.every(same)) this.abort();
    this.#frame = features.length ? frameOf(features.map((f) => f.geometry)) : null;
    // What the style draws a little outside of this is within the layer's render buffer.
    this.#drawn.setGeometry(this.#frame ? toOl(outlineOfFrame(this.#frame)) : undefined);
    this.layer.changed();
  }

  /** Let go of what is being dragged; it stays as it was. */
  override abort(): boolean {
    const had = this.#drag?.result != null;
    this.#drag = this.#gesture = null;
    this.edit.preview(null);
    this.layer.changed();
    return had;
  }

  /** Return the handle that a press at a position would take. */
  at(position: readonly number[]): Handle | null {
    const resolution = this.getMap()?.getView().getResolution();
    if (!this.#frame || !resolution) return null;
    const frame = widened(this.#frame, MARGIN_PX * resolution, LEAST_PX * resolution);
    const isNear = (p: Position): boolean =>
      Math.hypot(p[0]! - position[0]!, p[1]! - position[1]!) <= HIT_PX * resolution;
    const isFixed = this.#isPoint;
    if (!isFixed && isNear(positionIn(frame, 0, 1, STEM_PX * resolution))) return { kind: "rotate" };
    const scale = isFixed ? undefined : SCALES.find(({ u, v }) => isNear(positionIn(frame, u, v)));
    return scale ?? (isWithin(frame, position) || this.edit.holds([...position]) ? { kind: "move" } : null);
  }

  protected override handleDownEvent(event: MapBrowserEvent<PointerEvent>): boolean {
    const { button, altKey } = event.originalEvent;
    const handle = button === 0 && !altKey ? this.at(event.coordinate) : null;
    if (!handle) return false;
    const { features } = this.edit;
    this.#drag = { handle, features, frame: this.#frame!, from: event.coordinate, pixel: event.pixel, result: null };
    return true;
  }

  protected override handleDragEvent(event: MapBrowserEvent<PointerEvent>): void {
    const drag = this.#drag;
    if (!drag) return;
    const moved = Math.hypot(event.pixel[0]! - drag.pixel[0]!, event.pixel[1]! - drag.pixel[1]!);
    if (!drag.result && moved < CLICK_PX) return;
    const { shiftKey, ctrlKey, metaKey } = event.originalEvent;
    const keys = { keep: shiftKey, fromMiddle: ctrlKey || metaKey };
    this.#gesture = dragged(drag.frame, drag.handle, drag.from, event.coordinate, keys);
    const outlines = this.#gesture(drag.features.map((f) => f.geometry));
    const result = drag.features.map((f, i): Reshaping => [f, outlines[i]!]);
    this.#drag = { ...drag, result };
    this.edit.preview(result);
    this.layer.changed();
  }

  protected override handleUpEvent(event: MapBrowserEvent<PointerEvent>): boolean {
    if (this.#drag?.result && !this.isAtLast(event)) this.handleDragEvent(event);
    const drag = this.#drag;
    this.abort();
    if (drag?.result)
      this.done(
        drag.result.map(([f, outline]) => [this.edit.original(f), outline]),
        DONE[drag.handle.kind],
      );
    return false;
  }

  protected override handleMoveEvent(event: MapBrowserEvent<PointerEvent>): void {
    const handle = event.dragging ? null : this.at(event.coordinate);
    event.map.getViewport()!.style.cursor = handle ? this.#cursor(handle) : "";
  }

  get #isPoint(): boolean {
    return this.#frame !== null && this.#frame.width === 0 && this.#frame.height === 0;
  }

  #cursor(handle: Handle): string {
    if (handle.kind !== "scale") return handle.kind === "move" ? "move" : "grab";
    const eighth = Math.round((this.#frame!.angle + Math.atan2(handle.v, handle.u)) / (Math.PI / 4));
    return CURSORS[((eighth % 4) + 4) % 4]!;
  }

  #style(resolution: number): Style[] {
    if (!this.#frame) return [];
    const frame = widened(this.#frame, MARGIN_PX * resolution, LEAST_PX * resolution);
    const outline = outlineOfFrame(frame);
    if (this.#gesture) return frameStyle(this.#gesture([outline])[0]!);
    // A point can only be moved.
    if (this.#isPoint) return frameStyle(outline);
    const turn = positionIn(frame, 0, 1, STEM_PX * resolution);
    return [
      ...frameStyle(outline),
      ...stemStyle(positionIn(frame, 0, 1), turn),
      handleStyle(SCALES.map(({ u, v }) => positionIn(frame, u, v))),
      turnStyle(turn),
    ];
  }
}
