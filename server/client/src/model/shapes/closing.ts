/** How near to its first corner a click closes an outline that is being drawn. */

import type { Position } from "../feature";
import { area } from "./geometry";
import { close, extentOfPositions, polygonOf } from "./ring";

/**
 * The distance within which a click is meant for the first corner: about the width of what is drawn.
 *
 * The next corner of a small or narrow object lies as close to the first one as a click that closes a large one.
 *
 * Args:
 *   corners: Those set so far, three or more.
 *   least: The least distance, in world units.
 *   most: The most, in world units.
 */
export function closingReach(corners: readonly Position[], least: number, most: number): number {
  const [minX, minY, maxX, maxY] = extentOfPositions(corners);
  const width = Math.abs(area(polygonOf(close([...corners])))) / Math.hypot(maxX - minX, maxY - minY);
  return Math.min(Math.max(width, least), most);
}
