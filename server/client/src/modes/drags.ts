/** Drags that draw: freehand strokes, and the first two points of a shape. */

import type MapBrowserEvent from "ol/MapBrowserEvent";

import { GuardedDrag } from "../map/guarded_drag";
import type { Position } from "../model/feature";

const SPAN_PX = 5;

type Pointed = MapBrowserEvent<PointerEvent>;

/** Shift and a drag draw freehand. */
export class Stroke extends GuardedDrag {
  #from: Pointed | null = null;

  constructor(
    private readonly add: (position: Position) => void,
    private readonly end: () => void,
    /** Take back what the stroke added. */
    private readonly drop: () => boolean,
  ) {
    super();
  }

  override abort(): boolean {
    this.#from = null;
    return this.drop();
  }

  protected override handleDownEvent(event: Pointed): boolean {
    const { button, shiftKey } = event.originalEvent;
    if (button !== 0 || !shiftKey) return false;
    this.#from = event;
    return true;
  }

  /** The first position is set by the drag: a click with Shift sets one of its own. */
  protected override handleDragEvent({ pixel, coordinate }: Pointed): void {
    const from = this.#from;
    if (from && Math.hypot(pixel[0]! - from.pixel[0]!, pixel[1]! - from.pixel[1]!) < SPAN_PX) return;
    if (from) this.add(from.coordinate);
    this.#from = null;
    this.add(coordinate);
  }

  protected override handleUpEvent(): boolean {
    this.end();
    return false;
  }
}

/** A drag with nothing drawn yet sets two positions: where it begins and where it ends. */
export class Span extends GuardedDrag {
  #from: Pointed | null = null;
  #started = false;

  constructor(
    private readonly ready: () => boolean,
    private readonly setPosition: (event: Pointed) => void,
    private readonly aim: (event: Pointed) => void,
    /** Take back the first position. */
    private readonly drop: () => boolean,
  ) {
    super();
  }

  override abort(): boolean {
    const had = this.#started;
    [this.#from, this.#started] = [null, false];
    return had && this.drop();
  }

  protected override handleDownEvent(event: Pointed): boolean {
    const { button, shiftKey, ctrlKey, metaKey } = event.originalEvent;
    if (button !== 0 || shiftKey || ctrlKey || metaKey || !this.ready()) return false;
    [this.#from, this.#started] = [event, false];
    return true;
  }

  protected override handleDragEvent(event: Pointed): void {
    if (!this.#from) return;
    const [[x, y], [left, top]] = [event.pixel, this.#from.pixel] as [number[], number[]];
    if (!this.#started && Math.hypot(x! - left!, y! - top!) < SPAN_PX) return;
    if (!this.#started) this.setPosition(this.#from);
    this.#started = true;
    this.aim(event);
  }

  protected override handleUpEvent(event: Pointed): boolean {
    // Nothing is drawn any more where Esc gave it up meanwhile.
    if (this.#started && !this.ready()) this.setPosition(event);
    return false;
  }
}
