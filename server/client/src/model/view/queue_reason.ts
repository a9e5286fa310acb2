/** Why an object is next in the review queue. */

import { TEXTS } from "../../texts";
import type { Measured } from "../ground/ruler";
import { formatLength } from "../ground/ruler";
import type { Review } from "./review";
import { current, middleOf } from "./review";

/** The part of a scene that lengths are told with. */
export interface Scale {
  readonly native_resolution: number;
  /** Metres per pixel of the raster; null without a place on the Earth. */
  readonly gsd_m: number | null;
}

/** Say in a few words why the item under review is next; "" where there is none. */
export function reason(review: Review, scale: Scale, nameOf: (classKey: string) => string): string {
  const item = current(review);
  if (!item) return "";
  const words = TEXTS.queue.why;
  if (review.skipped.has(item.uid)) return words.skipped;
  const length = (world: number): string => {
    const unit: Measured["unit"] = scale.gsd_m === null ? "px" : "m";
    return formatLength((world / scale.native_resolution) * (scale.gsd_m ?? 1), unit);
  };
  const [minX, minY, maxX, maxY] = item.bbox;
  switch (review.order) {
    case "surest":
    case "least-sure":
      return words[review.order](item.score);
    case "size":
      return words.size(length(maxX - minX), length(maxY - minY));
    case "class":
      return words.class(nameOf(item.class), item.score);
    case "overlaps":
      return words.overlaps(nameOf(item.class), item.overlap ?? 0, item.inside ?? 0);
    case "nearest": {
      const before = review.items[review.index - 1];
      if (!before) return words.nearest(null);
      const [[x, y], [fromX, fromY]] = [middleOf(item), middleOf(before)];
      return words.nearest(length(Math.hypot(x - fromX, y - fromY)));
    }
  }
}
