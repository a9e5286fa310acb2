/** What of the scene is in sight, and how an object is brought into it. */

import type { Extent, Feature } from "../model/feature";
import { extentOf } from "../model/shapes/geometry";
import { extentsMeet } from "../model/shapes/ring";
import { TEXTS } from "../texts";
import type { DeskContext, InSight } from "./context";

export class Sight implements InSight {
  /** Object that was gone to and that no view of the scene shows. */
  #beyond: string | null = null;

  constructor(private readonly desk: DeskContext) {}

  get undrawn(): string | null {
    if (!this.desk.bulk.shown) return TEXTS.desk.hidden;
    return this.desk.bulk.counts ? TEXTS.desk.counted : null;
  }

  isOutOfSight(): boolean {
    const { map, selection, notice } = this.desk;
    // A key may come while the map is still on its way to the object it is meant for.
    const extent = map.destination;
    if (this.#beyond !== null && selection.single?.uid === this.#beyond) return false;
    const unseen = !selection.empty && !selection.features.some((f) => extentsMeet(extentOf(f.geometry), extent));
    if (unseen) notice.set(TEXTS.desk.outOfSight);
    return unseen;
  }

  near(extent: Extent): Feature[] {
    const { selection, bulk } = this.desk;
    return [
      ...selection.features.filter((f) => extentsMeet(extentOf(f.geometry), extent)),
      ...bulk.drawnWithin(extent),
    ];
  }

  /** Center the map on the selected features. */
  center(): void {
    if (!this.desk.selection.empty) this.desk.map.frame(this.desk.selection.features);
  }

  /** Select a feature wherever it is, and frame it. */
  bring(uid: string): void {
    const feature = this.desk.workspace.labels.get(uid);
    if (!feature) return;
    if (this.desk.mode.value !== "review") this.desk.enter("select");
    this.desk.select(uid);
    this.desk.map.frame([feature]);
  }

  /** Go to a feature that may not be loaded yet; one beyond the scene can be deleted unseen. */
  async goTo(uid: string): Promise<void> {
    const { geometry } = await this.desk.fetch(uid);
    this.bring(uid);
    this.#beyond = extentsMeet(extentOf(geometry), [...this.desk.scene.extent]) ? null : uid;
    if (this.#beyond === null) return;
    this.desk.map.fit();
    this.desk.notice.set(TEXTS.desk.beyondScene);
  }
}
