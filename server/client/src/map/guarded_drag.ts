/**
 * Base of the interactions that drag: a drag never outlives what it began on.
 *
 * It ends, and leaves all as it was, when a second pointer touches, the button is lost, the system takes the pointer
 * away, or the view moves under it.
 */

import type MapBrowserEvent from "ol/MapBrowserEvent";
import type { EventsKey } from "ol/events";
import PointerInteraction from "ol/interaction/Pointer";
import { unByKey } from "ol/Observable";

/** Distance by which the ground may move under the pointer: a wheel zooms about it, but not to the last bit. */
const STILL_PX = 3;

export abstract class GuardedDrag extends PointerInteraction {
  #last: {
    readonly pixel: readonly number[];
    readonly coordinate: readonly number[];
    readonly page: readonly number[];
  } | null = null;
  #keys: EventsKey[] = [];
  #resized = false;

  /** Let go of what is being dragged, so that it stays as it was; return whether anything was. */
  abstract abort(): boolean;

  override handleEvent(event: MapBrowserEvent<PointerEvent>): boolean {
    const { type, activePointers } = event;
    if (type === "pointerdown" && (activePointers?.length ?? 1) > 1) return this.#end();
    if (this.handlingDownUpSequence && isTakenAway(event)) {
      this.#end();
      // The map waits for the release too; this one is no click, as it is of no button.
      if (type !== "pointerup") document.dispatchEvent(new PointerEvent("pointerup", event.originalEvent));
      return true;
    }
    if (type === "pointerdrag" && this.#resized) return this.#end();
    const goesOn = super.handleEvent(event);
    this.#follow(event);
    return goesOn;
  }

  /** Return whether a release is where the pointer last was: what is shown there is meant. */
  protected isAtLast({ originalEvent: e }: MapBrowserEvent<PointerEvent>): boolean {
    const page = this.#last?.page;
    return page !== undefined && e.clientX === page[0] && e.clientY === page[1];
  }

  #follow(event: MapBrowserEvent<PointerEvent>): void {
    if (!this.handlingDownUpSequence) return this.#release();
    if (event.type !== "pointerdown" && event.type !== "pointerdrag") return;
    const { clientX, clientY } = event.originalEvent;
    this.#last = { pixel: event.pixel, coordinate: event.coordinate, page: [clientX, clientY] };
    const map = this.getMap();
    if (this.#keys.length || !map) return;
    this.#keys = [
      // Only once all of a change is made: a zoom about the pointer sets resolution and centre one after the other.
      map.getView().on("propertychange", () => queueMicrotask(() => this.#hasMoved() && this.#end())),
      map.on("change:size", () => (this.#resized = true)),
    ];
  }

  /** Return whether another place of the scene is under the pointer than when it last moved. */
  #hasMoved(): boolean {
    const map = this.getMap();
    const view = map?.getView();
    const [center, resolution, size] = [view?.getCenter(), view?.getResolution(), map?.getSize()];
    if (!this.#last || !center || !resolution || !size || this.#resized) return false;
    const { pixel, coordinate } = this.#last;
    const x = center[0]! + (pixel[0]! - size[0]! / 2) * resolution;
    const y = center[1]! - (pixel[1]! - size[1]! / 2) * resolution;
    return Math.hypot(x - coordinate[0]!, y - coordinate[1]!) > STILL_PX * resolution;
  }

  /** End the drag for good: the moves and the release that follow are nobody's. */
  #end(): boolean {
    this.#release();
    this.handlingDownUpSequence = false;
    this.abort();
    return true;
  }

  #release(): void {
    unByKey(this.#keys);
    [this.#keys, this.#last, this.#resized] = [[], null, false];
  }
}

/** Return whether an event in a drag says that its pointer is gone: cancelled, or a mouse that moves with no button. */
function isTakenAway({ type, originalEvent: e }: MapBrowserEvent<PointerEvent>): boolean {
  if (e.type === "pointercancel") return true;
  const moves = type === "pointermove" || type === "pointerdrag";
  return moves && e.pointerType === "mouse" && (e.buttons & 1) === 0;
}
