/** What has been on the screen for long enough to count as seen. */

import type { PixelBox } from "../ground/seen_ground";

/** On screen for so long, ground counts as seen. */
const SEEN_MS = 500;
/** After a longer gap between two looks nobody knows what was on the screen. */
const GAP_MS = 1500;

interface Look {
  readonly at: number;
  readonly box: PixelBox;
}

export class Gaze {
  #looks: Look[] = [];

  /**
   * Note what is on the screen at a time in milliseconds, or null where it does not count.
   *
   * Returns what has been there all the while since `SEEN_MS` ago; null where that is nothing.
   */
  look(at: number, box: PixelBox | null): PixelBox | null {
    const last = this.#looks.at(-1);
    if (!box || (last && (at - last.at > GAP_MS || at < last.at))) this.#looks = [];
    if (!box) return null;
    this.#looks.push({ at, box });
    // The newest look that is old enough is where the time begins.
    const first = this.#looks.findLastIndex((look) => at - look.at >= SEEN_MS);
    if (first < 0) return null;
    this.#looks.splice(0, first);
    return this.#looks.map((look) => look.box).reduce<PixelBox | null>(common, box);
  }
}

function common(a: PixelBox | null, b: PixelBox): PixelBox | null {
  if (!a) return null;
  const box: PixelBox = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  return box[0] < box[2] && box[1] < box[3] ? box : null;
}

/** Return whether a box lies in another. */
export function holds(outer: PixelBox, inner: PixelBox): boolean {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
}
