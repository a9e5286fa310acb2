/** Prompts for an outline, and its proposals, as values. */

import type { Extent, Polygon, Position } from "../feature";

/** Clicks and box of a prompt, in the scene's coordinates. */
export interface Prompt {
  readonly points: readonly Position[];
  readonly negative: readonly Position[];
  readonly box: Extent | null;
}

/** A proposed outline; quality, 0 to 1, is for ranking. */
export interface Outline {
  readonly geometry: Polygon;
  readonly quality: number;
}

export interface Outlining {
  readonly prompt: Prompt;
  readonly outlines: readonly Outline[];
  /** Index of the outline shown. */
  readonly index: number;
}

const UNPROMPTED: Prompt = { points: [], negative: [], box: null };

export const NOTHING: Outlining = { prompt: UNPROMPTED, outlines: [], index: 0 };

export type Kind = "new" | "more" | "less";

/** The prompt after a click: on a new object, on more of the same, or beside it. */
export function clicked({ prompt }: Outlining, position: Position, kind: Kind): Prompt | null {
  const pointed = prompt.points.length > 0 || prompt.box !== null;
  if (kind === "new") return { ...UNPROMPTED, points: [position] };
  if (kind === "more") return { ...prompt, points: [...prompt.points, position] };
  return pointed ? { ...prompt, negative: [...prompt.negative, position] } : null;
}

/** The prompt after a box was dragged. */
export function boxed(box: Extent): Prompt {
  return { ...UNPROMPTED, box };
}

/** The prompt without what was clicked last; null where nothing is left. */
export function withoutLast({ prompt }: Outlining): Prompt | null {
  if (prompt.negative.length) return { ...prompt, negative: prompt.negative.slice(0, -1) };
  const points = prompt.points.slice(0, -1);
  return points.length || prompt.box ? { ...prompt, points } : null;
}

/** The next proposal, after the last the first again. */
export function turned(state: Outlining): Outlining {
  return { ...state, index: state.outlines.length ? (state.index + 1) % state.outlines.length : 0 };
}

export function shownOutline({ outlines, index }: Outlining): Outline | null {
  return outlines[index] ?? null;
}
