/** The first cards, which say in a few sentences what the page is for; shown once in each browser. */

import { recall, remember } from "../browser/memory";
import { lastingStorage } from "../browser/storage";
import { Signal } from "../model/labels/signal";
import { TEXTS } from "../texts";

const SEEN = "geoengine/first-cards";

export class Introduction {
  /** Index of the card that is shown; null where none is. */
  readonly at = new Signal<number | null>(null);

  /** Show the cards to whoever has not seen them; not where the browser would forget that they were. */
  offer(): void {
    if (recall(SEEN) === null && !lastingStorage().blocked) this.show();
  }

  /** Show the first card. */
  show(): void {
    remember(SEEN, "seen");
    this.at.set(0);
  }

  /** Go to another card, as far as there are any. */
  step(by: number): void {
    const { value: at } = this.at;
    if (at !== null) this.at.set(Math.min(TEXTS.introduction.cards.length - 1, Math.max(0, at + by)));
  }

  /** Return whether there was anything to close. */
  close(): boolean {
    const wasOpen = this.at.value !== null;
    this.at.set(null);
    return wasOpen;
  }
}
