/** Hiding of what is drawn over the raster: a tap of the key hides the objects until the next, a held key hides all. */

import { CALM_MS } from "../model/view/compare";
import { Signal } from "../model/labels/signal";
import type { DeskContext } from "./context";

export class Hiding {
  /** True while nothing at all is drawn over the raster. */
  readonly bare = new Signal(false);
  #pressedAt = 0;
  #shown = true;

  /** Pins are hidden with the objects. */
  constructor(private readonly desk: Pick<DeskContext, "bulk" | "edit"> & { readonly pins: { shown: boolean } }) {}

  /** The key went down. */
  press(): void {
    if (this.bare.value) return;
    const { bulk, edit, pins } = this.desk;
    [this.#pressedAt, this.#shown] = [Date.now(), bulk.shown];
    bulk.shown = edit.shown = pins.shown = false;
    this.bare.set(true);
  }

  /** The key was let go: after a tap the objects are hidden, or shown again; held down, it hid for so long. */
  letGo(): void {
    if (!this.bare.value) return;
    const { bulk, edit, pins } = this.desk;
    const tapped = Date.now() - this.#pressedAt < CALM_MS;
    bulk.shown = pins.shown = tapped ? !this.#shown : this.#shown;
    edit.shown = true;
    this.bare.set(false);
  }
}
