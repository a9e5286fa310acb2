/** Footprints of many scenes on an empty graticule of longitude and latitude; nothing is fetched for it. */

import OlMap from "ol/Map";
import View from "ol/View";
import Zoom from "ol/control/Zoom";
import OlFeature from "ol/Feature";
import { createEmpty, extend, getCenter, getHeight, getWidth, isEmpty } from "ol/extent";
import MultiPolygon from "ol/geom/MultiPolygon";
import Point from "ol/geom/Point";
import { defaults as defaultInteractions } from "ol/interaction/defaults";
import Graticule from "ol/layer/Graticule";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import CircleStyle from "ol/style/Circle";
import Fill from "ol/style/Fill";
import Stroke from "ol/style/Stroke";
import Style from "ol/style/Style";
import Text from "ol/style/Text";

import type { SceneSummary } from "../api";
import type { View as ViewValue } from "../model/view/view";
import { isBare, stateOf } from "../model/view/home";

/** A footprint that would be smaller on the screen is a dot. */
const LEAST_PX = 7;
const NEAR_PX = 5;
const MARGIN_PX = 40;
/** Degrees to a pixel, at the closest: some centimetres. */
const CLOSEST = 5e-7;
const WORLD = [-180, -90, 180, 90];

interface Look {
  readonly color: string;
  readonly fill: string;
  readonly dash: number[];
}

export class FootprintMap {
  readonly #map: OlMap;
  readonly #source = new VectorSource<OlFeature<MultiPolygon>>();
  readonly #looks: ReadonlyMap<string, Look>;
  #marked: number | null = null;

  /** `sight` is called with the numbers of the scenes in sight, `picked` with those under a click. */
  constructor(
    target: HTMLElement,
    private readonly events: { sight(ids: ReadonlySet<number>): void; picked(ids: ReadonlySet<number>): void },
  ) {
    const css = getComputedStyle(document.documentElement);
    const color = (name: string): string => css.getPropertyValue(name).trim();
    this.#looks = new Map([
      ["todo", { color: color("--accent"), fill: "2e", dash: [] }],
      ["doing", { color: color("--warn"), fill: "55", dash: [] }],
      ["done", { color: color("--good"), fill: "77", dash: [] }],
      ["bare", { color: color("--dim"), fill: "00", dash: [4, 3] }],
    ]);
    const footprints = new VectorLayer({
      source: this.#source,
      style: (feature, resolution) => this.#style(feature as OlFeature<MultiPolygon>, resolution),
      updateWhileAnimating: true,
      updateWhileInteracting: true,
    });
    const label = (baseline: CanvasTextBaseline, align: CanvasTextAlign): Text =>
      new Text({
        font: "12px system-ui, sans-serif",
        fill: new Fill({ color: color("--dim") }),
        textBaseline: baseline,
        textAlign: align,
      });
    const graticule = new Graticule({
      strokeStyle: new Stroke({ color: color("--edge"), width: 1 }),
      showLabels: true,
      wrapX: false,
      lonLabelStyle: label("bottom", "center"),
      latLabelStyle: label("bottom", "end"),
    });
    this.#map = new OlMap({
      target,
      layers: [graticule, footprints],
      controls: [new Zoom()],
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false }),
      view: new View({
        projection: "EPSG:4326",
        extent: WORLD,
        constrainOnlyCenter: true,
        showFullExtent: true,
        enableRotation: false,
        minResolution: CLOSEST,
        center: [0, 0],
        zoom: 0,
      }),
    });
    this.#map.on("moveend", () => this.#tellSight());
    this.#map.on("singleclick", ({ pixel }) => this.events.picked(this.#at(pixel)));
    this.#map.on("pointermove", ({ pixel, dragging }) => {
      if (!dragging)
        target.classList.toggle("over-footprint", this.#map.hasFeatureAtPixel(pixel, { hitTolerance: NEAR_PX }));
    });
  }

  close(): void {
    this.#map.setTarget();
    this.#map.dispose();
  }

  /** Show the footprints of these scenes; the view stays. */
  show(scenes: readonly SceneSummary[]): void {
    this.#source.clear(true);
    const features = scenes.flatMap((scene) => {
      if (!scene.footprint) return [];
      const geometry = new MultiPolygon(scene.footprint.map((ring) => [ring.map(([x, y]) => [x, y])]));
      const look = isBare(scene) && !scene.counts.proposed ? "bare" : stateOf(scene);
      const feature = new OlFeature({ geometry, look });
      feature.setId(scene.id);
      return [feature];
    });
    this.#source.addFeatures(features);
    this.#tellSight();
  }

  /** Show the world around all footprints. */
  fit(): void {
    const extent = createEmpty();
    for (const feature of this.#source.getFeatures()) extend(extent, feature.getGeometry()!.getExtent());
    if (isEmpty(extent)) return;
    this.#map.updateSize();
    const view = this.#map.getView();
    // A zoom still under way would go on from here and lead away again.
    view.cancelAnimations();
    view.fit(extent, { padding: Array<number>(4).fill(MARGIN_PX), minResolution: CLOSEST * 20 });
  }

  get view(): ViewValue {
    const view = this.#map.getView();
    const [x, y] = view.getCenter() ?? [0, 0];
    return { x: x!, y: y!, resolution: view.getResolution() ?? 1 };
  }

  set view({ x, y, resolution }: ViewValue) {
    const view = this.#map.getView();
    view.cancelAnimations();
    view.setResolution(resolution);
    view.setCenter([x, y]);
  }

  /** Ring the footprint of a scene, or none. */
  mark(id: number | null): void {
    if (id === this.#marked) return;
    this.#marked = id;
    this.#source.changed();
  }

  #tellSight(): void {
    const size = this.#map.getSize();
    if (!size) return;
    const found = this.#source.getFeaturesInExtent(this.#map.getView().calculateExtent(size));
    this.events.sight(new Set(found.map((feature) => feature.getId() as number)));
  }

  #at(pixel: number[]): ReadonlySet<number> {
    const found = this.#map.getFeaturesAtPixel(pixel, { hitTolerance: NEAR_PX });
    return new Set(
      found.flatMap((feature) => (typeof feature.getId() === "number" ? [feature.getId() as number] : [])),
    );
  }

  #style(feature: OlFeature<MultiPolygon>, resolution: number): Style {
    const look = this.#looks.get(feature.get("look") as string)!;
    const isMarked = feature.getId() === this.#marked;
    const extent = feature.getGeometry()!.getExtent();
    const stroke = new Stroke({
      color: isMarked ? "#ffffff" : look.color,
      width: isMarked ? 3 : 1.5,
      ...(look.dash.length && !isMarked && { lineDash: look.dash }),
    });
    const fill = new Fill({ color: `${look.color}${look.fill}` });
    const zIndex = isMarked ? 1 : 0;
    if (Math.max(getWidth(extent), getHeight(extent)) / resolution >= LEAST_PX)
      return new Style({ stroke, fill, zIndex });
    const image = new CircleStyle({ radius: LEAST_PX / 2, stroke, fill });
    return new Style({ geometry: new Point(getCenter(extent)), image, zIndex });
  }
}
