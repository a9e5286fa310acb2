/** The map of one scene: layers, view and the way between the screen and the scene's coordinates. */

import OlMap from "ol/Map";
import View from "ol/View";
import { shiftKeyOnly, targetNotEditable } from "ol/events/condition";
import { getCenter } from "ol/extent";
import { defaults as defaultInteractions } from "ol/interaction/defaults";
import DragPan from "ol/interaction/DragPan";
import KeyboardPan from "ol/interaction/KeyboardPan";
import type TileLayer from "ol/layer/Tile";
import VectorLayer from "ol/layer/Vector";
import type XYZ from "ol/source/XYZ";

import type { Scene } from "../api";
import type { Extent, Feature } from "../model/feature";
import { extentOf, unionExtent } from "../model/shapes/geometry";
import { SceneGrid } from "../model/ground/scene_grid";
import { framed } from "../model/view/framing";
import type { View as ViewValue } from "../model/view/view";
import { nextScale } from "../model/view/zoom";
import { imageryLayer } from "./imagery";
import { sceneProjection } from "./projection";
import { TilesAhead } from "./tiles_ahead";
import { PlainScaleLine } from "./scale_line";

const CLOSEST = 1 / 16;

export class SceneMap {
  readonly map: OlMap;
  readonly grid: SceneGrid;
  readonly #view: View;
  readonly #imagery: TileLayer<XYZ>;
  readonly #tilesAhead: TilesAhead;
  /** Boxes that will be framed next, one after the other, until their tiles have been asked for. */
  #ahead: readonly Extent[] = [];
  /** The view that `frame` leads to, while the view is animated. */
  #heading: ViewValue | null = null;

  constructor(
    target: HTMLElement,
    readonly scene: Scene,
  ) {
    this.grid = new SceneGrid(scene);
    const projection = sceneProjection(scene, this.grid);
    this.#imagery = imageryLayer(scene, projection);
    const extent = [...scene.extent];
    const widest = Math.max(extent[2]! - extent[0]!, extent[3]! - extent[1]!);
    this.#view = new View({
      projection,
      extent,
      constrainOnlyCenter: true,
      showFullExtent: true,
      enableRotation: false,
      minResolution: scene.native_resolution * CLOSEST,
      maxResolution: Math.max(widest / 200, scene.native_resolution),
      center: getCenter(extent),
      resolution: widest / 1000,
    });
    this.map = new OlMap({
      target,
      view: this.#view,
      layers: [this.#imagery],
      controls: scene.units === "pixels" ? [] : [new PlainScaleLine()],
      interactions: defaultInteractions({
        altShiftDragRotate: false,
        pinchRotate: false,
        doubleClickZoom: false,
        // Shift and a drag select features or vertices.
        shiftDragZoom: false,
        keyboard: false,
      }).extend([
        // Whatever the tool in use makes of the other button.
        new DragPan({ condition: ({ originalEvent }) => (originalEvent as PointerEvent).button === 1 }),
        // Arrows without Shift go through the review queue.
        new KeyboardPan({ condition: (event) => shiftKeyOnly(event) && targetNotEditable(event) }),
      ]),
      keyboardEventTarget: document,
    });
    this.#tilesAhead = new TilesAhead(this.#imagery.getSource()!, extent as unknown as Extent);
    // Not before what is in sight is there.
    this.map.on("rendercomplete", () => this.#loadAhead());
    this.fit();
  }

  close(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  /** World units per screen pixel. */
  get resolution(): number {
    return this.#view.getResolution()!;
  }

  get view(): ViewValue {
    const [x, y] = this.#view.getCenter() as [number, number];
    return { x, y, resolution: this.resolution };
  }

  set view({ x, y, resolution }: ViewValue) {
    this.#view.cancelAnimations();
    this.#view.setResolution(resolution);
    this.#view.setCenter([x, y]);
  }

  /** True if the view is on its way somewhere. */
  get moving(): boolean {
    return this.#view.getAnimating() || this.#view.getInteracting();
  }

  /** Resolve once the view stands still. */
  async settled(): Promise<void> {
    if (this.moving) await new Promise((resolve) => this.map.once("moveend", resolve));
  }

  get extent(): Extent {
    return this.#view.calculateExtent(this.map.getSize()) as unknown as Extent;
  }

  /** The extent that is seen once the view is where it is on its way to. */
  get destination(): Extent {
    const { x, y, resolution } = this.#destined;
    const [width, height] = (this.map.getSize() as [number, number]).map((size) => (size * resolution) / 2);
    return [x - width!, y - height!, x + width!, y + height!];
  }

  get #destined(): ViewValue {
    return (this.#view.getAnimating() && this.#heading) || this.view;
  }

  fit(): void {
    this.#view.cancelAnimations();
    this.#view.fit([...this.scene.extent], { padding: [16, 16, 16, 16] });
  }

  /** Show an extent, as large as the view allows. */
  zoomTo(extent: Extent): void {
    this.#view.cancelAnimations();
    this.#view.fit([...extent]);
  }

  /** Bring a position to the middle where it is out of view. */
  follow([x, y]: readonly number[]): void {
    const [left, bottom, right, top] = this.extent;
    if (x! < left || x! > right || y! < bottom || y! > top) this.#view.setCenter([x!, y!]);
  }

  /** Draw the imagery as `query` asks the server to (`model/view/display_settings.ts`). */
  showTiles(query: string): void {
    const source = this.#imagery.getSource()!;
    const url = this.scene.tiles.url + query;
    if (source.getUrls()?.[0] !== url) source.setUrl(url);
  }

  /** Device pixels per raster pixel. */
  get scale(): number {
    return this.#scaleOf(this.view);
  }

  #scaleOf({ resolution }: ViewValue): number {
    return (this.scene.native_resolution * window.devicePixelRatio) / resolution;
  }

  /** To the next whole ratio, closer or farther. */
  step(way: 1 | -1): void {
    this.showAt(nextScale(this.scale, way));
  }

  /** So many device pixels per raster pixel, the two grids in register. */
  showAt(scale: number): void {
    const resolution = (this.scene.native_resolution * window.devicePixelRatio) / scale;
    this.view = this.#inRegister(this.#within({ ...this.view, resolution }));
  }

  /** Return a view whose zoom the map allows. */
  #within(view: ViewValue): ViewValue {
    const [least, most] = [this.#view.getMinResolution(), this.#view.getMaxResolution()];
    return { ...view, resolution: Math.min(most, Math.max(least, view.resolution)) };
  }

  /** Return a view moved by less than a raster pixel, so that pixels of raster and screen share their edges. */
  #inRegister({ x, y, resolution }: ViewValue): ViewValue {
    const { native_resolution: native } = this.scene;
    const [west, , , north] = this.scene.extent;
    const [width, height] = this.map.getSize() as [number, number];
    const [left, top] = [x - (width * resolution) / 2, y + (height * resolution) / 2];
    const [col, row] = [Math.round((left - west) / native), Math.round((north - top) / native)];
    return {
      x: west + col * native + (width * resolution) / 2,
      y: north - row * native - (height * resolution) / 2,
      resolution,
    };
  }

  /** Show features amid their surroundings, at a whole ratio; keeps the zoom while they fit. */
  frame(features: readonly Feature[]): void {
    const wanted = this.#framing(unionExtent(features.map((f) => extentOf(f.geometry))), this.#scaleOf(this.#destined));
    const { x, y, resolution } = wanted;
    const [width, height] = this.map.getSize() as [number, number];
    const isNear =
      Math.abs(x - this.view.x) < width * this.resolution && Math.abs(y - this.view.y) < height * this.resolution;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#view.cancelAnimations();
    this.#heading = wanted;
    // On a longer way there is nothing to be seen, and its tiles would come before those that are wanted.
    this.#view.animate({ center: [x, y], resolution, duration: still || !isNear ? 0 : 60 }, () => {
      if (this.#heading === wanted) this.#heading = null;
    });
  }

  /** Load the tiles of boxes that will be framed next, one after the other, once all that is in sight is drawn. */
  ahead(boxes: readonly Extent[]): void {
    this.#ahead = boxes;
    this.map.render();
  }

  #loadAhead(): void {
    if (!this.#ahead.length || this.moving) return;
    let { scale } = this;
    const views = this.#ahead.map((box) => {
      const view = this.#framing(box, scale);
      scale = this.#scaleOf(view);
      return view;
    });
    const [width, height] = this.map.getSize() as [number, number];
    this.#tilesAhead.load(views, width, height);
    this.#ahead = [];
  }

  /** Return the view that frames a box, from one of `now` device pixels per raster pixel. */
  #framing(box: Extent, now: number): ViewValue {
    const [width, height] = this.map.getSize() as [number, number];
    const screen = { width, height, ratio: window.devicePixelRatio };
    return this.#inRegister(this.#within(framed(box, now, screen, this.scene)));
  }

  /** Draw all vectors again: the classes have other colours. */
  redraw(): void {
    for (const layer of this.map.getAllLayers()) if (layer instanceof VectorLayer) layer.changed();
  }

  /** Bring features into view if they are out of it. */
  reveal(features: readonly Feature[]): void {
    const [minX, minY, maxX, maxY] = unionExtent(features.map((f) => extentOf(f.geometry)));
    const [left, bottom, right, top] = this.extent;
    if (minX < left || maxX > right || minY < bottom || maxY > top) this.frame(features);
  }

  /** Page coordinates of a position in the scene. */
  toPage(world: readonly number[]): [number, number] {
    this.map.renderSync();
    const [x, y] = this.map.getPixelFromCoordinate([...world]) as [number, number];
    const box = this.map.getViewport()!.getBoundingClientRect();
    const [width, height] = this.map.getSize() as [number, number];
    return [box.left + (x * box.width) / width, box.top + (y * box.height) / height];
  }

  /** The position in the scene at page coordinates. */
  toWorld([clientX, clientY]: readonly [number, number]): [number, number] {
    return this.map.getEventCoordinate({ clientX, clientY } as MouseEvent) as [number, number];
  }

  /** Column and row of the raster (corner convention) at a position in the scene. */
  toRaster(world: readonly number[]): [number, number] {
    return [...this.grid.toPixel(world)];
  }
}
