/** Which objects of the scene are shown: the filter, and what follows when it changes. */

import type { LabelClass } from "../api";
import { Signal } from "../model/labels/signal";
import type { Feature } from "../model/feature";
import { missing } from "../model/labels/attributes";
import type { Filter } from "../model/view/filter";
import { EVERYTHING, isClosed, isOpen, passes, toggled, toQuery } from "../model/view/filter";

export class Filtering {
  readonly filter = new Signal<Filter>(EVERYTHING);

  /** `redraw` is called at each change; `rested` once the filter has come to rest, and the server can be asked with it. */
  constructor(
    private readonly classes: Signal<readonly LabelClass[]>,
    private readonly redraw: () => void,
    private readonly rested: () => void,
  ) {}

  /** The filter as the server's query parameters. */
  readonly query = (): string => toQuery(this.filter.value, this.#classKeys);

  readonly passes = (feature: Feature): boolean =>
    passes(this.filter.value, feature, (f) => missing(f, this.classes.value).length > 0);

  /** True if the filter leaves out nothing. */
  get open(): boolean {
    return isOpen(this.filter.value);
  }

  /** True if the filter leaves out everything. */
  get closed(): boolean {
    return isClosed(this.filter.value, this.#classKeys);
  }

  /** True if the filter leaves out every proposal. */
  get hidesProposals(): boolean {
    return this.closed || this.filter.value.hiddenStates.has("proposed");
  }

  /** Change the filter while a control is still being moved. */
  change(news: Partial<Filter>): void {
    this.filter.set({ ...this.filter.value, ...news });
    this.redraw();
  }

  /** The filter has come to rest. */
  rest(): void {
    this.rested();
  }

  toggleRejected(): void {
    this.change({ hiddenStates: toggled(this.filter.value.hiddenStates, "rejected") });
    this.rest();
  }

  get #classKeys(): string[] {
    return this.classes.value.map((c) => c.key);
  }
}
