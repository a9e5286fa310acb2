/** One visit to a scene: the counts of its features, and what was decided and drawn since it was opened. */

import type { FeatureState } from "../feature";
import type { Step } from "./change";
import type { StateCounts } from "./counts";
import { afterBulk, afterStep } from "./counts";
import { Signal } from "./signal";

/** Numbers of objects that were decided or drawn, as they are now: what was undone does not count. */
export interface Done {
  readonly accepted: number;
  readonly rejected: number;
  readonly drawn: number;
}

type Known = FeatureState | null;

export class Visit {
  readonly counts: Signal<StateCounts>;
  /** State of each object before its first step and after its last; null where it did not exist. */
  readonly #states = new Map<string, { readonly first: Known; now: Known }>();
  /** Proposals that the server decided at once, less those that steps changed later. */
  readonly #bulk = { proposed: 0, accepted: 0, rejected: 0 };

  constructor(counts: StateCounts) {
    this.counts = new Signal(counts);
  }

  /** Count a step that was carried out, undone or redone. */
  took(step: Step): void {
    for (const { uid, before, after } of step.changes) {
      const known = this.#states.get(uid);
      if (known) known.now = after?.state ?? null;
      else this.#states.set(uid, { first: this.#before(before?.state ?? null), now: after?.state ?? null });
    }
    this.counts.set(afterStep(this.counts.value, step));
  }

  /** Count `number` proposals that the server gave a state, or, below 0, gave back. */
  tookBulk(state: FeatureState, number: number): void {
    this.#bulk[state] += number;
    this.counts.set(afterBulk(this.counts.value, state, number));
  }

  get done(): Done {
    const done = { accepted: this.#bulk.accepted, rejected: this.#bulk.rejected, drawn: 0 };
    for (const { first, now } of this.#states.values()) {
      if (now === null || now === "proposed" || now === first) continue;
      done[first === null ? "drawn" : now] += 1;
    }
    return done;
  }

  /** The state before a first step; a decided object counts as one that the server decided, while there are such. */
  #before(state: Known): Known {
    if (state === null || this.#bulk[state] <= 0) return state;
    this.#bulk[state] -= 1;
    return "proposed";
  }
}
