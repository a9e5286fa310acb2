/** The rows of a long list that are in sight. */

/** Rows beyond the sight on either side, so that quick scrolling shows no gap. */
const BEYOND = 6;

/** Rows `from` up to, and without, `to`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Return the rows to draw of a list of `count` rows of `height` each.
 *
 * `top` is how far the list begins above the sight (negative: below its upper edge), `sight` the sight's height, both
 * in the units of `height`.
 */
export function rowsInSight(count: number, height: number, top: number, sight: number): RowRange {
  const first = Math.floor(top / height) - BEYOND;
  const last = Math.ceil((top + sight) / height) + BEYOND;
  const from = Math.max(0, Math.min(first, count));
  return { from, to: Math.max(from, Math.min(last, count)) };
}

/** Return the row that a key leads to from row `at`, or null for other keys; -1 is before the first. */
export function rowAfterKey(key: string, at: number, count: number, page: number): number | null {
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: count - 1,
    PageDown: Math.max(at, 0) + page,
    PageUp: at - page,
  };
  const row = to[key];
  if (row === undefined) return null;
  if (row < 0 && key === "ArrowUp") return -1;
  return Math.max(0, Math.min(count - 1, row));
}
