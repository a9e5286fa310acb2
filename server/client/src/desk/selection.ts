/** What the analyst has in hand: objects, and corners of theirs. */

import type { EditLayer } from "../map/editing";
import type { Feature } from "../model/feature";
import type { Pick } from "../model/labels/picks";
import { cornersOf, toggled } from "../model/labels/picks";
import { Signal } from "../model/labels/signal";

export class Hand {
  /** The objects in hand. */
  readonly held = new Signal<readonly Feature[]>([]);
  #uids: ReadonlySet<string> = new Set();

  /** `most` objects at once: as many as the server takes in one changeset. */
  constructor(private readonly edit: EditLayer, private readonly notice: Signal<string>, readonly most: number) {}

  get features(): readonly Feature[] {
    return this.held.value;
  }

  /** The object in hand where it is the only one. */
  get single(): Feature | null {
    return this.features.length === 1 ? this.features[0]! : null;
  }

  get empty(): boolean {
    return this.held.value.length === 0;
  }

  has(uid: string): boolean {
    return this.#uids.has(uid);
  }

  /** Takes objects instead of those in hand; the deleted are left. */
  take(features: readonly Feature[]): void {
    const living = features.filter((f) => !f.deleted);
    const most = this.most.toLocaleString("en");
    if (living.length > this.most) this.notice.set(`${living.length.toLocaleString("en")} objects are there; ${most} of them were taken in hand.`);
    const held = living.slice(0, this.most);
    this.#uids = new Set(held.map((f) => f.uid));
    this.edit.show(held);
    this.held.set(held);
  }

  /** Takes objects besides those in hand. */
  add(features: readonly Feature[]): void {
    this.take([...this.features, ...features.filter((f) => !this.has(f.uid))]);
  }

  /** Takes an object besides the others, or lets go of it. */
  toggle(feature: Feature): void {
    if (this.has(feature.uid)) this.take(this.features.filter((f) => f.uid !== feature.uid));
    else this.add([feature]);
  }

  /** The chosen corners. */
  get picks(): readonly Pick[] {
    return this.edit.picks;
  }

  set picks(picks: readonly Pick[]) {
    this.edit.picks = picks;
  }

  /** Chooses a corner instead of the others, or with `more` besides them; one that was chosen no longer. */
  pick(pick: Pick, more: boolean): void {
    this.picks = more ? toggled(this.picks, pick) : [pick];
  }

  pickAll(): void {
    this.picks = cornersOf(this.features).map(({ pick }) => pick);
  }
}
