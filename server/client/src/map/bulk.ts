/**
 * All features of a scene, to look at and to pick from, never to edit: outlines, or counts where they are too many.
 *
 * Drawn on a plain canvas in visible, a few milliseconds' worth a frame, so that no frame is long whether or not there is
 * a graphics card: `benchmarks/desk.py` measures it. There is one path for all.
 */

import { boundingExtent, buffer } from "ol/extent";
import type Layer from "ol/layer/Layer";
import type { FrameState } from "ol/Map";
import ViewHint from "ol/ViewHint";

import type { Entry } from "../model/view/feature_index";
import { FeatureIndex } from "../model/view/feature_index";
import type { Density } from "../model/view/density";
import type { Extent, Feature } from "../model/feature";
import { isClosed, isNear, smallestFirst } from "../model/shapes/geometry";
import { drawCounts } from "./counts";
import type { Frame, Legend } from "./drawing";
import { drawOutlines, OVERHANG_PX } from "./drawing";
import { LabelLayer } from "./labels";
import { PaintedLayer } from "./painted_layer";
import { THIN_PX } from "./thin";
import { CanvasTiles } from "./canvas_tiles";

/** Time for drawing in each frame: less while the view moves. */
const BUDGET_MS = { moving: 5, still: 8 };

/** Corners in view up to which outlines are drawn at once while the zoom changes, in place of scaled tiles. */
const FEW_CORNERS = 2500;

export class BulkLayer {
  readonly layer: Layer = new PaintedLayer((context, state) => this.#paint(context, state));
  /** Score and class of the objects, over all that is drawn. */
  readonly labels = new LabelLayer({
    within: (box) => this.#labelled(box),
    nameOf: (key) => this.legend.nameOf(key),
  });
  readonly #index = new FeatureIndex();
  #hidden: ReadonlySet<string> = new Set();
  #counts: Density | null = null;
  #tiles: CanvasTiles | null = null;
  /** Tiles shown until the current ones are drawn. */
  #last: CanvasTiles | null = null;
  #settled = true;

  /** `passes` decides what is drawn and can be picked. */
  constructor(
    private readonly passes: (feature: Feature) => boolean,
    private readonly legend: Legend,
    /** World units per screen pixel. */
    private readonly resolution: () => number,
  ) {}

  /** Bring the layer up to date with features that came, changed or went. */
  patch(features: readonly Feature[]): void {
    // What is hidden is drawn when it is no longer, not before.
    this.#markDirty(this.#index.put(features).filter(({ feature }) => !this.#hidden.has(feature.uid)));
  }

  /** Let go of features that are out of sight. */
  forget(uids: readonly string[]): void {
    this.#index.forget(uids);
  }

  /** Leave out features that something else draws. */
  hide(uids: ReadonlySet<string>): void {
    const changed = [...new Set([...uids, ...this.#hidden])].filter((uid) => uids.has(uid) !== this.#hidden.has(uid));
    this.#hidden = uids;
    this.labels.layer.changed();
    this.#markDirty(changed.map((uid) => this.#index.get(uid)).filter((entry) => entry !== undefined));
  }

  /** Show counts in place of outlines, or outlines again. */
  set counts(density: Density | null) {
    if (density === this.#counts) return;
    this.#counts = density;
    this.layer.changed();
  }

  get counts(): Density | null {
    return this.#counts;
  }

  get shown(): boolean {
    return this.layer.getVisible();
  }

  set shown(on: boolean) {
    this.layer.setVisible(on);
  }

  /** True if score and class are written beside the objects. */
  get scores(): boolean {
    return this.labels.shown;
  }

  set scores(on: boolean) {
    this.labels.shown = on;
  }

  /** True if all that can be seen has been drawn; a hidden layer is never painted, so it has nothing left to draw. */
  get settled(): boolean {
    return this.#settled || !this.shown;
  }

  /** Draw again after what `passes` answers has changed. */
  redraw(): void {
    this.#tiles?.markAllDirty();
    this.#settled = false;
    this.layer.changed();
    this.labels.layer.changed();
  }

  /** The visible features whose extents meet a box. */
  within(box: Extent): Feature[] {
    return this.#visible(box).map(({ feature }) => feature);
  }

  /** The features that are drawn one by one and meet a box: none while they are hidden or shown as counts. */
  drawnWithin(box: Extent): Feature[] {
    return this.shown && !this.#counts ? this.within(box) : [];
  }

  /**
   * The visible features at a position, points and lines first, then the smallest; none while counts are shown.
   *
   * Args:
   *   tolerance: In world units; lines and points, which are thin, are found a few screen pixels away at least.
   */
  at(coordinate: number[], tolerance: number): Feature[] {
    if (!this.shown || this.#counts) return [];
    const thin = Math.max(tolerance, THIN_PX * this.resolution());
    return this.#visible(buffer(boundingExtent([coordinate]), thin) as unknown as Extent)
      .map(({ feature }) => feature)
      .filter(({ geometry }) => isNear(geometry, coordinate, isClosed(geometry) ? tolerance : thin))
      .sort(smallestFirst);
  }

  /** The objects that are drawn one by one: those that are selected, then the larger ones first. */
  #labelled(box: Extent): Entry[] {
    if (!this.shown || this.#counts) return [];
    const size = ({ minX, minY, maxX, maxY }: Entry): number => Math.max(maxX - minX, maxY - minY);
    const isSelected = ({ feature }: Entry): number => (this.#hidden.has(feature.uid) ? 1 : 0);
    return this.#index
      .within(box)
      .filter(({ feature }) => this.#hidden.has(feature.uid) || this.passes(feature))
      .sort((a, b) => isSelected(b) - isSelected(a) || size(b) - size(a) || (a.feature.uid < b.feature.uid ? -1 : 1));
  }

  #visible(box: Extent): Entry[] {
    return this.#index.within(box).filter(({ feature }) => !this.#hidden.has(feature.uid) && this.passes(feature));
  }

  #markDirty(entries: readonly Entry[]): void {
    if (!entries.length) return;
    const margin = OVERHANG_PX * (this.#tiles?.frame.ratio ?? 1);
    for (const { minX, minY, maxX, maxY } of entries) this.#tiles?.markDirty([minX, minY, maxX, maxY], margin);
    this.#settled = false;
    this.layer.changed();
    this.labels.layer.changed();
  }

  #paint(context: CanvasRenderingContext2D, state: FrameState): void {
    const {
      viewState: { resolution: perPagePixel, center },
      pixelRatio: ratio,
      viewHints,
    } = state;
    const resolution = perPagePixel / ratio;
    const { width, height } = context.canvas;
    const [left, top] = [center[0]! - (width / 2) * resolution, center[1]! + (height / 2) * resolution];
    const frame: Frame = { left, top, resolution, ratio };
    const moving = viewHints[ViewHint.ANIMATING]! + viewHints[ViewHint.INTERACTING]! > 0;
    context.save();
    if (this.#counts) {
      drawCounts(context, this.#counts, frame, [left, top - height * resolution, left + width * resolution, top]);
      this.#settled = true;
    } else {
      this.#settled = this.#paintOutlines(context, frame, moving);
      if (!this.#settled) state.animate = true;
    }
    context.restore();
  }

  /** Show what is drawn and draws what there is time for; returns whether that was all. */
  #paintOutlines(context: CanvasRenderingContext2D, frame: Frame, moving: boolean): boolean {
    if (!this.#tiles || (!moving && !this.#tiles.fits(frame, true))) {
      // Tiles that were never finished show less than those before them.
      if (this.#tiles && (this.#settled || !this.#last)) this.#last = this.#tiles;
      this.#tiles = new CanvasTiles(frame);
    }
    const tiles = this.#tiles;
    if (!tiles.fits(frame, false)) {
      // A line that is scaled with its tile changes its weight; a few are drawn as they will be.
      if (!this.#paintFew(context, frame)) (this.#last ?? tiles).show(context, frame);
      return true;
    }
    const visible = tiles.under(frame, context.canvas.width, context.canvas.height);
    const until = performance.now() + (moving ? BUDGET_MS.moving : BUDGET_MS.still);
    for (const tile of visible.filter(({ dirty }) => dirty)) {
      tiles.draw(tile, (target, its) => this.#draw(target, its, tiles.extentOf(tile, OVERHANG_PX * frame.ratio)));
      if (performance.now() > until) break;
    }
    const missing = visible.filter(({ drawn }) => !drawn);
    if (!missing.length || !this.#paintFew(context, frame)) {
      if (missing.length && this.#last) tiles.showUnder(this.#last, context, frame, missing);
      tiles.show(context, frame, visible);
    }
    if (!missing.length) this.#last = null;
    return visible.every(({ dirty }) => !dirty);
  }

  /** Draw all outlines in view, if they are few; return whether they are. */
  #paintFew(context: CanvasRenderingContext2D, frame: Frame): boolean {
    const { left, top, resolution, ratio } = frame;
    const [width, height] = [context.canvas.width * resolution, context.canvas.height * resolution];
    const margin = OVERHANG_PX * ratio * resolution;
    const entries = this.#visible([left - margin, top - height - margin, left + width + margin, top + margin]);
    let corners = 0;
    for (const { feature } of entries) for (const ring of feature.geometry.coordinates) corners += ring.length;
    if (corners > FEW_CORNERS) return false;
    this.#drawEntries(context, frame, entries);
    return true;
  }

  #draw(context: CanvasRenderingContext2D, frame: Frame, box: Extent): void {
    this.#drawEntries(context, frame, this.#visible(box));
  }

  #drawEntries(context: CanvasRenderingContext2D, frame: Frame, entries: readonly Entry[]): void {
    drawOutlines(context, entries, frame, this.legend);
  }
}
