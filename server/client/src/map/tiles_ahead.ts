/** Tiles of views that are about to be shown, loaded before they are: the browser then has them at hand. */

import type XYZ from "ol/source/XYZ";

import type { Extent } from "../model/feature";
import type { View } from "../model/view/view";

/** Tiles of one view that are loaded ahead at most. */
const MOST_TILES = 80;

export class TilesAhead {
  /** Images by their address; the browser keeps what is in use, decoded. */
  #images = new Map<string, HTMLImageElement>();

  constructor(
    private readonly source: XYZ,
    private readonly extent: Extent,
  ) {}

  /** Load the tiles of views on a screen of `width` by `height` pixels, in this order, and let go of all others. */
  load(views: readonly View[], width: number, height: number): void {
    const wanted = new Set(views.flatMap((view) => this.#addresses(view, width, height)));
    this.#images = new Map([...wanted].map((url) => [url, this.#images.get(url) ?? image(url)]));
  }

  #addresses({ x, y, resolution }: View, width: number, height: number): string[] {
    const { source } = this;
    const [grid, addressOf, projection] = [source.getTileGrid()!, source.getTileUrlFunction(), source.getProjection()!];
    const [halfX, halfY] = [(width * resolution) / 2, (height * resolution) / 2];
    const [left, bottom, right, top] = this.extent;
    const seen = [
      Math.max(left, x - halfX),
      Math.max(bottom, y - halfY),
      Math.min(right, x + halfX),
      Math.min(top, y + halfY),
    ];
    const found: string[] = [];
    grid.forEachTileCoord(seen, grid.getZForResolution(resolution), (coord) => {
      const url = found.length < MOST_TILES ? addressOf(coord, 1, projection) : undefined;
      if (url) found.push(url);
    });
    return found;
  }
}

function image(url: string): HTMLImageElement {
  const made = new Image();
  // What is in sight comes first.
  made.fetchPriority = "low";
  made.src = url;
  return made;
}
