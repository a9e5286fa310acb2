/** Undo and redo, as an immutable value. */

import type { Change } from "./change";
import { invert } from "./change";

export const DEPTH = 100;

export interface History {
  readonly past: readonly Change[];
  readonly future: readonly Change[];
}

export const EMPTY: History = Object.freeze({ past: [], future: [] });

export function push(history: History, change: Change): History {
  return { past: [...history.past, change].slice(-DEPTH), future: [] };
}

/** The history one step back and the change that takes the features there; null where there is none. */
export function undo({ past, future }: History): [History, Change] | null {
  const last = past.at(-1);
  return last ? [{ past: past.slice(0, -1), future: [last, ...future] }, invert(last)] : null;
}

export function redo({ past, future }: History): [History, Change] | null {
  const first = future[0];
  return first ? [{ past: [...past, first], future: future.slice(1) }, first] : null;
}

/** Without the changes of one feature: somebody else's version of it has been taken. */
export function forget({ past, future }: History, uid: string): History {
  return { past: past.filter((c) => c.uid !== uid), future: future.filter((c) => c.uid !== uid) };
}
