/** How many objects pass the filter, and their scores, kept up to date. */

import * as api from "../api";
import type { Desk } from "../desk/desk";
import { Signal } from "../model/labels/signal";
import { toQuery } from "../model/view/filter";
import type { ScoreCounts } from "../model/view/scores";
import { total as totalOf } from "../model/view/scores";
import { TEXTS } from "../texts";

const SETTLE_MS = 400;

export interface Passing {
  /** Scores of all objects that pass the rest of the filter. */
  readonly scores: Signal<ScoreCounts | null>;
  /** "12 shown, 51 hidden". */
  readonly words: Signal<string>;
}

/** Ask the server soon after the filter or the objects have changed. */
export function watchPassing(desk: Desk): Passing {
  const passing: Passing = { scores: new Signal<ScoreCounts | null>(null), words: new Signal("") };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  const ask = async (): Promise<void> => {
    const mine = ++turn;
    const { value: filter } = desk.filtering.filter;
    const classes = desk.classes.value.map((c) => c.key);
    try {
      const anyScore = await api.scores(desk.scene.id, toQuery({ ...filter, minScore: 0, maxScore: 1 }, classes));
      const narrow = filter.minScore > 0 || filter.maxScore < 1;
      const count = desk.filtering.closed
        ? 0
        : totalOf(narrow ? await api.scores(desk.scene.id, desk.filtering.query()) : anyScore);
      if (mine !== turn) return;
      passing.scores.set(anyScore);
      const { proposed, accepted, rejected } = desk.visit.counts.value;
      passing.words.set(TEXTS.filter.shown(count, Math.max(0, proposed + accepted + rejected - count)));
    } catch {
      // The map says that the server cannot be reached; the numbers come with the next change.
    }
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), SETTLE_MS);
  };
  desk.filtering.filter.watch(soon);
  desk.visit.counts.watch(soon);
  return passing;
}
