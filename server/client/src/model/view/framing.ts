/** Where the view goes to show an object: at a whole ratio, with ground around it, and no farther off the scene than needed. */

import type { Extent } from "../feature";
import type { View } from "./view";
import { isWholeScale } from "./zoom";

/** The screen: its size in page pixels, and device pixels for each of those. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** The part of a scene that framing needs. */
export interface Ground {
  readonly extent: readonly number[];
  readonly native_resolution: number;
}

type Strips = readonly [before: number, after: number];

/** Share of the view that an object is given, and those at which the zoom is kept: what surrounds it tells what it is. */
const SHARE = { wanted: 1 / 5, least: 0.08, most: 0.6 };
/** Closer, a raster shows no more: pixels only become larger. */
const CLOSEST = 4;
/** Strips along the view's edges, in page pixels, in which cards and read-outs lie over the map. */
const STRIPS_PX = { left: 190, right: 24, bottom: 60, top: 60 };

/**
 * Return device pixels per raster pixel at which to look at an object; those of `now` are kept while it fits.
 *
 * `filling` is the share of the view that the object takes at one device pixel per raster pixel.
 */
export function framingScale(now: number, filling: number): number {
  const share = filling * now;
  const isLarge = share >= SHARE.least || now >= CLOSEST;
  if (isWholeScale(now) && share <= SHARE.most && isLarge) return now;
  return Math.min(CLOSEST, 2 ** Math.round(Math.log2(SHARE.wanted / filling)));
}

/** Return device pixels per raster pixel at which to look at a point, which has no size: at 1:1, or as close as one is. */
function pointScale(now: number): number {
  return Math.max(1, isWholeScale(now) ? now : 2 ** Math.round(Math.log2(now)));
}

/** Return the view that frames a box, or a point, from a view of `now` device pixels per raster pixel. */
export function framed([minX, minY, maxX, maxY]: Extent, now: number, screen: Screen, ground: Ground): View {
  const { width, height, ratio } = screen;
  const { native_resolution: native, extent } = ground;
  const filling = Math.max((maxX - minX) / width, (maxY - minY) / height) / (native * ratio);
  const scale = filling > 0 ? framingScale(now, filling) : pointScale(now);
  const resolution = (native * ratio) / scale;
  const place = (least: number, most: number, from: number, to: number, side: number, strips: Strips): number => {
    const [middle, half] = [(least + most) / 2, (side * resolution) / 2];
    const within = to - from <= 2 * half ? (from + to) / 2 : Math.min(to - half, Math.max(from + half, middle));
    // At the scene's edge the object itself must not come to lie under what is in the strips.
    const [before, after] = strips.map((strip) => half - Math.min(strip, side / 4) * resolution) as [number, number];
    return Math.max(most - after, Math.min(least + before, within));
  };
  const { left, right, bottom, top } = STRIPS_PX;
  return {
    x: place(minX, maxX, extent[0]!, extent[2]!, width, [left, right]),
    y: place(minY, maxY, extent[1]!, extent[3]!, height, [bottom, top]),
    resolution,
  };
}
