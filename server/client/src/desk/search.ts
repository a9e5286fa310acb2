/** Search for misses: what was seen of the scene, the sweep over what was not, and whether the scene is complete. */

import { Completing } from "./completing";
import type { DeskContext } from "./context";
import type { Mode } from "./mode";
import type { Searcher } from "./searcher";
import { Seen } from "./seen";
import { Sweep } from "./sweep";

export class Search {
  readonly seen: Seen;
  readonly sweep: Sweep;
  readonly completing: Completing;

  /** `covered` returns whether another scene lies over this one. */
  constructor(desk: DeskContext, searcher: Searcher, covered: () => boolean) {
    this.seen = new Seen(desk, searcher, covered);
    this.sweep = new Sweep(desk, this.seen);
    this.completing = new Completing(desk, searcher, this.seen);
  }

  /** Space: on in a sweep; false where there is none, or where it sets a corner. */
  step(mode: Mode): boolean {
    if (!this.sweep.on || mode.busy || mode.aimed) return false;
    this.sweep.next();
    return true;
  }

  close(): void {
    this.sweep.close();
    this.seen.close();
  }
}
