/** All features of a scene, to look at and to pick from, never to edit. */

import OlFeature from "ol/Feature";
import { buffer, boundingExtent } from "ol/extent";
import Polygon from "ol/geom/Polygon";
import VectorImageLayer from "ol/layer/VectorImage";
import VectorSource from "ol/source/Vector";

import type { Feature } from "../model/feature";
import { area } from "../model/geometry";
import { featureStyle } from "./styles";

export function toPolygon(feature: Feature): Polygon {
  return new Polygon(feature.geometry.coordinates.map((ring) => ring.map((p) => [...p])));
}

export class BulkLayer {
  readonly layer: VectorImageLayer<VectorSource<OlFeature<Polygon>>>;
  readonly #source = new VectorSource<OlFeature<Polygon>>();

  /**
   * `visible` decides what is drawn and can be picked; `colorOf` gives the colour of a class; beyond `far` world
   * units per screen pixel features are drawn lightly.
   */
  constructor(
    private readonly visible: (feature: Feature) => boolean,
    colorOf: (classKey: string) => string,
    far: number,
  ) {
    this.layer = new VectorImageLayer({
      source: this.#source,
      imageRatio: 1.4,
      style: (drawn, resolution) => {
        const feature = drawn.get("label") as Feature;
        return visible(feature) ? featureStyle(colorOf(feature.classKey), feature.state, resolution > far) : undefined;
      },
    });
  }

  /** Brings the layer up to date with features that came, changed or went. */
  patch(features: readonly Feature[]): void {
    const fresh: OlFeature<Polygon>[] = [];
    for (const feature of features) {
      const drawn = this.#source.getFeatureById(feature.uid) as OlFeature<Polygon> | null;
      if (feature.deleted) {
        if (drawn) this.#source.removeFeature(drawn);
      } else if (drawn) {
        const before = drawn.get("label") as Feature;
        drawn.set("label", feature, true);
        if (before.geometry !== feature.geometry) drawn.setGeometry(toPolygon(feature));
        else drawn.changed();
      } else {
        const added = new OlFeature({ geometry: toPolygon(feature), label: feature });
        added.setId(feature.uid);
        fresh.push(added);
      }
    }
    this.#source.addFeatures(fresh);
  }

  get shown(): boolean {
    return this.layer.getVisible();
  }

  set shown(on: boolean) {
    this.layer.setVisible(on);
  }

  /** Draws again after what `visible` answers has changed. */
  redraw(): void {
    this.layer.changed();
  }

  /** The visible features at a place, smallest first; `tolerance` in world units. */
  at(coordinate: number[], tolerance: number): Feature[] {
    if (!this.shown) return [];
    const near = buffer(boundingExtent([coordinate]), tolerance);
    return this.#source
      .getFeaturesInExtent(near)
      .filter((drawn) => this.visible(drawn.get("label") as Feature))
      .filter((drawn) => drawn.getGeometry()!.intersectsExtent(near))
      .map((drawn) => drawn.get("label") as Feature)
      .sort((a, b) => area(a.geometry) - area(b.geometry));
  }
}
