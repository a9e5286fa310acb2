/** Drags that draw: freehand strokes, and the first two points of a shape. */

import type MapBrowserEvent from "ol/MapBrowserEvent";
import PointerInteraction from "ol/interaction/Pointer";

import type { Position } from "../model/feature";

const SPAN_PX = 5;

type Pointed = MapBrowserEvent<PointerEvent>;

/** Shift and a drag draw freehand. */
export class Stroke extends PointerInteraction {
  constructor(
    private readonly add: (position: Position) => void,
    private readonly end: () => void,
  ) {
    super();
  }

  protected override handleDownEvent({ originalEvent: e, coordinate }: Pointed): boolean {
    if (e.button !== 0 || !e.shiftKey) return false;
    this.add(coordinate);
    return true;
  }

  protected override handleDragEvent({ coordinate }: Pointed): void {
    this.add(coordinate);
  }

  protected override handleUpEvent(): boolean {
    this.end();
    return false;
  }
}

/** A drag with nothing drawn yet sets two positions: where it begins and where it ends. */
export class Span extends PointerInteraction {
  #from: Pointed | null = null;
  #started = false;

  constructor(
    private readonly ready: () => boolean,
    private readonly setPosition: (event: Pointed) => void,
    private readonly aim: (event: Pointed) => void,
  ) {
    super();
  }

  protected override handleDownEvent(event: Pointed): boolean {
    const { button, shiftKey, ctrlKey, metaKey } = event.originalEvent;
    if (button !== 0 || shiftKey || ctrlKey || metaKey || !this.ready()) return false;
    [this.#from, this.#started] = [event, false];
    return true;
  }

  protected override handleDragEvent(event: Pointed): void {
    const [[x, y], [left, top]] = [event.pixel, this.#from!.pixel] as [number[], number[]];
    if (!this.#started && Math.hypot(x! - left!, y! - top!) < SPAN_PX) return;
    if (!this.#started) this.setPosition(this.#from!);
    this.#started = true;
    this.aim(event);
  }

  protected override handleUpEvent(event: Pointed): boolean {
    // Nothing is drawn any more where Esc gave it up meanwhile.
    if (this.#started && !this.ready()) this.setPosition(event);
    return false;
  }
}
