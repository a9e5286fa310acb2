/** Layer of the selected features, over all others, with their vertices; drags are drawn here only. */

import OlFeature from "ol/Feature";
import type { FeatureLike } from "ol/Feature";
import type OlMap from "ol/Map";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import { boundingExtent, buffer } from "ol/extent";
import MultiPoint from "ol/geom/MultiPoint";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";

import type { Reshaping } from "../model/labels/change";
import type { Feature, Position } from "../model/feature";
import { alike, isClosed, isNear, smallestFirst } from "../model/shapes/geometry";
import type { VertexRef } from "../model/labels/vertices";
import { vertexAt, remaining } from "../model/labels/vertices";
import { samePosition } from "../model/shapes/segment";
import { toOl } from "./geometries";
import { cornersNear, selectedStyle } from "./selected";
import { THIN_PX } from "./thin";
import { chosenStyle, conflictStyle, cornersStyle, hoveredStyle, hoverStyle, snapStyle } from "./styles";

const labelOf = (drawn: FeatureLike): Feature => drawn.get("label") as Feature;

export class EditLayer {
  readonly #source = new VectorSource();
  readonly #marks = new VectorSource();
  readonly #conflicts = new VectorSource();
  readonly #fills = new VectorSource();
  #filled: Feature | null = null;
  readonly #layer: VectorLayer;
  readonly #colorOf: (classKey: string) => string;
  #features: readonly Feature[] = [];
  #drawn: OlFeature[] = [];
  #marked: readonly Position[] = [];
  #vertices: readonly VertexRef[] = [];
  #editable = false;
  /** Pixel of the map where the mouse is; null while it is elsewhere. */
  #pointer: number[] | null = null;
  readonly #corners = new OlFeature<MultiPoint>();
  #hovered: OlFeature | null = null;

  constructor(
    private readonly map: OlMap,
    colorOf: (classKey: string) => string,
  ) {
    this.#colorOf = colorOf;
    this.#layer = new VectorLayer({
      source: this.#source,
      style: (drawn) => selectedStyle(labelOf(drawn), this.#colorOf(labelOf(drawn).classKey)),
      updateWhileAnimating: true,
      updateWhileInteracting: true,
    });
    // Below lines and corners, whose colours it must not change.
    map.addLayer(
      new VectorLayer({
        source: this.#fills,
        style: (drawn) => {
          const { classKey, geometry } = labelOf(drawn);
          return hoveredStyle(this.#colorOf(classKey), isClosed(geometry));
        },
        updateWhileAnimating: true,
        updateWhileInteracting: true,
      }),
    );
    map.addLayer(this.#layer);
    map.addLayer(
      new VectorLayer({
        source: new VectorSource({ features: [this.#corners] }),
        style: cornersStyle,
        updateWhileAnimating: true,
        updateWhileInteracting: true,
      }),
    );
    map.addLayer(
      new VectorLayer({
        source: this.#marks,
        style: (drawn) => ({ taken: hoverStyle, snapped: snapStyle })[drawn.get("hovered") as string] ?? chosenStyle,
        updateWhileInteracting: true,
      }),
    );
    map.addLayer(new VectorLayer({ source: this.#conflicts, style: conflictStyle }));
    const follow = ({ pixel }: MapBrowserEvent): void => this.#follow(pixel);
    map.on(["pointermove", "pointerdrag"], follow as never);
    map.getViewport()!.addEventListener("pointerleave", () => this.#follow(null));
    map.getView().on("change", () => this.#showCorners());
  }

  get features(): readonly Feature[] {
    return this.#features;
  }

  /** The chosen corners. */
  get vertices(): readonly VertexRef[] {
    return this.#vertices;
  }

  set vertices(vertices: readonly VertexRef[]) {
    this.#vertices = vertices;
    this.#mark();
  }

  /** False while nothing is drawn over the raster: what is not drawn is not taken. */
  get shown(): boolean {
    return this.#layer.getVisible();
  }

  set shown(on: boolean) {
    this.#layer.setVisible(on);
    if (on) return;
    this.hover(null);
    this.fill(null);
  }

  set editable(on: boolean) {
    this.#editable = on;
    if (!on) this.hover(null);
    this.#showCorners();
  }

  /** Return the selected version of a feature that a gesture has changed. */
  original(feature: Feature): Feature {
    return this.#features.find((f) => f.uid === feature.uid) ?? feature;
  }

  /** Show features, their newer versions, or none. */
  show(features: readonly Feature[]): void {
    this.#vertices = remaining(this.#vertices, this.#features, features);
    this.#features = features;
    this.#draw(features);
    this.#mark();
  }

  /** Draw outlines as a gesture would leave them; null: as they are. */
  preview(reshapings: readonly Reshaping[] | null): void {
    const shaped = new Map((reshapings ?? []).map(([f, geometry]) => [f.uid, { ...f, geometry }]));
    const known = new Set(this.#features.map((f) => f.uid));
    const others = [...shaped.values()].filter((f) => !known.has(f.uid));
    this.#draw([...this.#features.map((f) => shaped.get(f.uid) ?? f), ...others]);
    this.#mark(reshapings ? [] : this.#vertices);
  }

  /** Mark the point that a press would take, or that a drag snaps to, or none. */
  hover(at: Position | null, as: "taken" | "snapped" = "taken"): void {
    if (this.#hovered) this.#marks.removeFeature(this.#hovered);
    this.#hovered = at && new OlFeature({ geometry: new Point([...at]), hovered: as });
    if (this.#hovered) this.#marks.addFeature(this.#hovered);
  }

  /** The object that is filled lightly. */
  get filled(): Feature | null {
    return this.#filled;
  }

  /** Fill an object lightly, or none. */
  fill(feature: Feature | null): void {
    this.#filled = feature;
    this.#fills.clear();
    if (feature) this.#fills.addFeature(new OlFeature({ geometry: toOl(feature.geometry), label: feature }));
  }

  /** Show other people's versions beside the selected ones, or remove them. */
  showConflicts(features: readonly Feature[]): void {
    this.#conflicts.clear();
    this.#conflicts.addFeatures(features.filter((f) => !f.deleted).map((f) => new OlFeature(toOl(f.geometry))));
  }

  /** Return whether a position lies on a selected feature. */
  holds(coordinate: number[]): boolean {
    return this.at(coordinate) !== undefined;
  }

  /** Return the selected feature at a position. */
  at(coordinate: number[]): Feature | undefined {
    if (!this.shown) return undefined;
    const thin = THIN_PX * (this.map.getView().getResolution() ?? 0);
    return this.#source
      .getFeaturesInExtent(buffer(boundingExtent([coordinate]), thin))
      .map(labelOf)
      .filter(({ geometry }) => isNear(geometry, coordinate, isClosed(geometry) ? 0 : thin))
      .sort(smallestFirst)[0];
  }

  #draw(features: readonly Feature[]): void {
    // The server's answer to an edit brings the same outlines once more: nothing of it is drawn again.
    if (features.length === this.#drawn.length && features.every((f, i) => alike(f, labelOf(this.#drawn[i]!)))) {
      return this.#drawn.forEach((drawn, i) => drawn.set("label", features[i], true));
    }
    this.#drawn = features.map((f) => new OlFeature({ geometry: toOl(f.geometry), label: f }));
    this.#source.clear(true);
    this.#source.addFeatures(this.#drawn);
    this.#showCorners();
  }

  #follow(pixel: number[] | null): void {
    this.#pointer = pixel;
    this.#showCorners();
  }

  /** Show the corners around the mouse. */
  #showCorners(): void {
    const resolution = this.map.getView().getResolution();
    const pointer = this.#pointer && this.map.getCoordinateFromPixel(this.#pointer);
    const near = this.#editable && resolution ? cornersNear(this.#drawn.map(labelOf), pointer, resolution) : [];
    if (near.length || this.#corners.getGeometry()) {
      this.#corners.setGeometry(near.length ? new MultiPoint(near.map((p) => [...p])) : undefined);
    }
  }

  #mark(vertices: readonly VertexRef[] = this.#vertices): void {
    this.hover(null);
    const known = new Map(this.#features.map((f) => [f.uid, f]));
    const positions = vertices.map((vertex) => vertexAt(known.get(vertex.uid)!, vertex)!);
    if (
      positions.length === this.#marked.length &&
      positions.every((position, i) => samePosition(position, this.#marked[i]!))
    )
      return;
    this.#marked = positions;
    this.#marks.clear(true);
    if (positions.length) this.#marks.addFeature(new OlFeature(new MultiPoint(positions.map((p) => [...p]))));
  }
}
