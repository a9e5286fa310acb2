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

/** A list of `count` items, `columns` to a line, of which `page` lines are in sight. */
export interface ListShape {
  readonly count: number;
  readonly columns: number;
  readonly page: number;
}

/** Return the item that a key leads to from item `at`, or null for other keys; -1 is before the first. */
export function itemAfterKey(key: string, at: number, { count, columns, page }: ListShape): number | null {
  const to: Record<string, number> = {
    ArrowDown: at < 0 ? 0 : at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: count - 1,
    PageDown: Math.max(at, 0) + page * columns,
    PageUp: at - page * columns,
    ...(columns > 1 && { ArrowRight: at + 1, ArrowLeft: Math.max(0, at - 1) }),
  };
  const item = to[key];
  if (item === undefined) return null;
  if (item < 0 && key === "ArrowUp") return -1;
  // Below the last whole line there may be less than a line.
  if (item >= count && key === "ArrowDown" && Math.floor(at / columns) === Math.floor((count - 1) / columns)) return at;
  return Math.max(0, Math.min(count - 1, item));
}
