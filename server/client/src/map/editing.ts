/** The one feature in hand: Modify sees this layer and never the thousands of the bulk layer. */

import Collection from "ol/Collection";
import OlFeature from "ol/Feature";
import type OlMap from "ol/Map";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import { never } from "ol/events/condition";
import type Polygon from "ol/geom/Polygon";
import Modify from "ol/interaction/Modify";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";

import type { Feature, Polygon as Outline } from "../model/feature";
import { samePolygon, withoutVertex } from "../model/geometry";
import { toPolygon } from "./bulk";
import { grip, rivalStyle, selectedStyle } from "./styles";

const REACH_PX = 10;
const CLICK_PX = 3;

/** What an OpenLayers polygon says, as a value of the model. */
export function outlineOf(polygon: Polygon): Outline {
  return { type: "Polygon", coordinates: polygon.getCoordinates() };
}

export class EditLayer {
  readonly layer: VectorLayer;
  readonly #inHand = new Collection<OlFeature<Polygon>>();
  readonly #rivals = new VectorSource();
  readonly #modify: Modify;
  #feature: Feature | null = null;
  #dragging = false;
  #pressed: number[] = [0, 0];

  /** `onReshape` gets the outline after each finished gesture. */
  constructor(
    private readonly map: OlMap,
    colorOf: (classKey: string) => string,
    private readonly onReshape: (uid: string, outline: Outline) => void,
  ) {
    this.layer = new VectorLayer({
      source: new VectorSource({ features: this.#inHand }),
      style: () => (this.#feature ? selectedStyle(colorOf(this.#feature.classKey), this.#feature.state, this.editable) : []),
      updateWhileAnimating: true,
      updateWhileInteracting: true,
    });
    this.#modify = new Modify({
      features: this.#inHand,
      pixelTolerance: REACH_PX,
      style: grip,
      condition: ({ originalEvent: e, pixel }) => {
        this.#pressed = pixel;
        return (e as PointerEvent).button === 0 && !(e as PointerEvent).altKey;
      },
      deleteCondition: never,
    });
    this.#modify.setActive(false);
    this.#modify.on("modifystart", () => (this.#dragging = true));
    this.#modify.on("modifyend", ({ mapBrowserEvent }) => this.#finished(mapBrowserEvent?.pixel ?? this.#pressed));
    map.addLayer(this.layer);
    map.addLayer(new VectorLayer({ source: this.#rivals, style: rivalStyle }));
    map.addInteraction(this.#modify);
  }

  get editable(): boolean {
    return this.#modify.getActive();
  }

  set editable(on: boolean) {
    this.#modify.setActive(on);
    this.layer.changed();
  }

  /** Takes a feature in hand, or its newer version, or nothing; a drag under way is not disturbed. */
  show(feature: Feature | null): void {
    const same = feature?.uid === this.#feature?.uid;
    if (same && this.#dragging) return;
    const moved = !same || !feature || !this.#feature || !samePolygon(feature.geometry, this.#feature.geometry);
    this.#feature = feature;
    if (moved) this.#reset();
    else this.layer.changed();
  }

  /** Shows another person's version beside it, or takes it away. */
  showRival(feature: Feature | null): void {
    this.#rivals.clear();
    if (feature && !feature.deleted) this.#rivals.addFeature(new OlFeature(toPolygon(feature)));
  }

  /** Removes the vertex at the pointer; false where there is none. */
  removeVertex(event: MapBrowserEvent | MouseEvent): boolean {
    const feature = this.#feature;
    if (!feature || !this.editable) return false;
    const pixel = this.map.getEventPixel("originalEvent" in event ? event.originalEvent : event);
    let best = { distance: REACH_PX, ring: -1, index: -1 };
    feature.geometry.coordinates.forEach((ring, r) =>
      ring.slice(0, -1).forEach((vertex, i) => {
        const [x, y] = this.map.getPixelFromCoordinate([...vertex]) as [number, number];
        const distance = Math.hypot(x - pixel[0]!, y - pixel[1]!);
        if (distance < best.distance) best = { distance, ring: r, index: i };
      }),
    );
    if (best.ring < 0) return false;
    const outline = withoutVertex(feature.geometry, best.ring, best.index);
    if (outline) this.onReshape(feature.uid, outline);
    return true;
  }

  /** Whether a place lies on the feature in hand. */
  holds(coordinate: number[]): boolean {
    return this.#inHand.item(0)?.getGeometry()?.intersectsCoordinate(coordinate) ?? false;
  }

  /** Whether a place is on the line that a drag would take. */
  touches(coordinate: number[]): boolean {
    const nearest = this.#inHand.item(0)?.getGeometry()?.getClosestPoint(coordinate);
    if (!nearest || !this.editable) return false;
    const [dx, dy] = [nearest[0]! - coordinate[0]!, nearest[1]! - coordinate[1]!];
    return Math.hypot(dx, dy) <= CLICK_PX * this.map.getView().getResolution()!;
  }

  /** Puts the outline back to what the model says: a gesture was refused. */
  revert(): void {
    this.#reset();
  }

  #reset(): void {
    this.#dragging = false;
    this.#inHand.clear();
    if (this.#feature && !this.#feature.deleted) this.#inHand.push(new OlFeature(toPolygon(this.#feature)));
    this.layer.changed();
  }

  #finished(released: number[]): void {
    this.#dragging = false;
    const polygon = this.#inHand.item(0)?.getGeometry();
    if (!this.#feature || !polygon) return;
    const outline = outlineOf(polygon);
    const inserted = outline.coordinates.flat().length > this.#feature.geometry.coordinates.flat().length;
    const moved = Math.hypot(released[0]! - this.#pressed[0]!, released[1]! - this.#pressed[1]!);
    // Pressing on an edge inserts a vertex at once; without a drag it was only a click.
    if (inserted && moved < CLICK_PX) this.#reset();
    else this.onReshape(this.#feature.uid, outline);
  }
}
