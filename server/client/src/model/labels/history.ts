/** Undo and redo, as an immutable value. */

import type { Step } from "./change";
import { invert } from "./change";

export const DEPTH = 100;

export interface History {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

export const EMPTY: History = Object.freeze({ past: [], future: [] });

export function push(history: History, step: Step): History {
  return { past: [...history.past, step].slice(-DEPTH), future: [] };
}

/** The history one step back and the step that takes the features there; null where there is none. */
export function undo({ past, future }: History): [History, Step] | null {
  const last = past.at(-1);
  return last ? [{ past: past.slice(0, -1), future: [last, ...future] }, invert(last)] : null;
}

export function redo({ past, future }: History): [History, Step] | null {
  const first = future[0];
  return first ? [{ past: [...past, first], future: future.slice(1) }, first] : null;
}

/** Without a step, be it done or undone. */
export function drop({ past, future }: History, step: Step): History {
  const isOther = (each: Step): boolean => each !== step;
  return { past: past.filter(isOther), future: future.filter(isOther) };
}

/** Without the steps that touch any of these features: somebody else's versions of them have been taken. */
export function forget({ past, future }: History, uids: ReadonlySet<string>): History {
  const untouched = (step: Step): boolean => !step.changes.some((c) => uids.has(c.uid));
  return { past: past.filter(untouched), future: future.filter(untouched) };
}
