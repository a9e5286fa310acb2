/** Placement of labels beside objects: none over another, none cut off by the view's edge. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Wanted {
  /** Box of the object, in pixels of the view. */
  readonly object: Box;
  /** Widths of its words, the fullest first. */
  readonly widths: readonly number[];
}

export interface Placed {
  /** Number of the object among those that were wanted, and of its words. */
  readonly index: number;
  readonly words: number;
  readonly box: Box;
}

/** Side of the cells in which placed labels are looked up. */
const CELL_PX = 64;
/** More labels than that in one view cannot be read. */
const MOST = 400;
/** Objects that are tried at most: where so many found no room, more will not either. */
const MOST_TRIED = 2000;

class Occupied {
  readonly #cells = new Map<number, Box[]>();

  isFree(box: Box): boolean {
    return !this.#over(box).some((cell) => this.#cells.get(cell)?.some((other) => overlap(box, other)));
  }

  take(box: Box): void {
    for (const cell of this.#over(box)) this.#cells.set(cell, [...(this.#cells.get(cell) ?? []), box]);
  }

  #over({ left, top, right, bottom }: Box): number[] {
    const cells: number[] = [];
    for (let col = Math.floor(left / CELL_PX); col <= Math.floor(right / CELL_PX); col++)
      for (let row = Math.floor(top / CELL_PX); row <= Math.floor(bottom / CELL_PX); row++)
        cells.push(col * 65536 + row);
    return cells;
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * Place the labels of objects, the first ones first: above, below, to the right, to the left or within what is seen
 * of the object, with fewer words where there is no room for all. What finds no room gets none.
 */
export function placeLabels(
  wanted: readonly Wanted[],
  view: { readonly width: number; readonly height: number },
  size: { readonly height: number; readonly gap: number },
): Placed[] {
  const occupied = new Occupied();
  const placed: Placed[] = [];
  for (const [index, { object, widths }] of wanted.slice(0, MOST_TRIED).entries()) {
    if (placed.length >= MOST) break;
    const seen = clipped(object, view);
    const found = seen && firstFree(seen, widths, view, size, occupied);
    if (!found) continue;
    occupied.take(found.box);
    placed.push({ index, ...found });
  }
  return placed;
}

function firstFree(
  seen: Box,
  widths: readonly number[],
  view: { readonly width: number; readonly height: number },
  size: { readonly height: number; readonly gap: number },
  occupied: Occupied,
): Omit<Placed, "index"> | null {
  for (const [words, width] of widths.entries()) {
    for (const [x, y] of places(seen, width, size)) {
      // Along an edge of the view a label keeps to its object's side, and moves into the view.
      const left = Math.min(Math.max(x, 0), view.width - width);
      const box = { left, top: y, right: left + width, bottom: y + size.height };
      if (left >= 0 && box.top >= 0 && box.bottom <= view.height && occupied.isFree(box)) return { words, box };
    }
  }
  return null;
}

/** Upper left corners of a label: above, below, right, left, within. */
function places(
  { left, top, right, bottom }: Box,
  width: number,
  { height, gap }: { readonly height: number; readonly gap: number },
): [number, number][] {
  const places: [number, number][] = [
    [left, top - gap - height],
    [left, bottom + gap],
  ];
  if (bottom - top >= height) places.push([right + gap, top], [left - gap - width, top]);
  if (right - left >= width + 2 * gap && bottom - top >= height + 2 * gap) places.push([left + gap, top + gap]);
  return places;
}

/** The part of a box that is in view; null where nothing of it is. */
function clipped(box: Box, { width, height }: { readonly width: number; readonly height: number }): Box | null {
  const seen = {
    left: Math.max(0, box.left),
    top: Math.max(0, box.top),
    right: Math.min(width, box.right),
    bottom: Math.min(height, box.bottom),
  };
  return seen.left < seen.right && seen.top < seen.bottom ? seen : null;
}
