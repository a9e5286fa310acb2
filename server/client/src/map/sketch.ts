/** Layer of the sketch: its line or outline, its vertices, and its flaws. */

import OlFeature from "ol/Feature";
import type OlMap from "ol/Map";
import LineString from "ol/geom/LineString";
import MultiPoint from "ol/geom/MultiPoint";
import Point from "ol/geom/Point";
import OlPolygon from "ol/geom/Polygon";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";

import type { Polygon, Position } from "../model/feature";
import { flawStyle, hoverStyle, sketchStyle, snapStyle, tagStyle } from "./styles";

export interface Drawing {
  readonly outline: Polygon | null;
  readonly line: readonly Position[];
  readonly corners: readonly Position[];
  /** Position of the next vertex. */
  readonly next: Position | null;
  /** True if that lies on another object. */
  readonly snapped: boolean;
  /** Points where the outline crosses itself. */
  readonly flaws: readonly Position[];
}

const copy = (positions: readonly Position[]): number[][] => positions.map((p) => [...p]);

export class SketchLayer {
  readonly #source = new VectorSource();
  readonly #layer: VectorLayer;

  constructor(
    private readonly map: OlMap,
    colour: () => string,
  ) {
    this.#layer = new VectorLayer({
      source: this.#source,
      style: (drawn) =>
        ({ shape: sketchStyle(colour()), next: [hoverStyle], snap: snapStyle, flaws: flawStyle, corners: [tagStyle] })[
          drawn.get("part") as string
        ] ?? [],
      updateWhileAnimating: true,
      updateWhileInteracting: true,
    });
    map.addLayer(this.#layer);
  }

  close(): void {
    this.map.removeLayer(this.#layer);
  }

  show({ outline, line, corners, next, snapped, flaws }: Drawing): void {
    this.#source.clear(true);
    const shape = outline
      ? new OlPolygon(outline.coordinates.map(copy))
      : line.length > 1
        ? new LineString(copy(line))
        : null;
    const parts = [
      shape && new OlFeature({ geometry: shape, part: "shape" }),
      corners.length > 0 && new OlFeature({ geometry: new MultiPoint(copy(corners)), part: "corners" }),
      flaws.length > 0 && new OlFeature({ geometry: new MultiPoint(copy(flaws)), part: "flaws" }),
      next && new OlFeature({ geometry: new Point([...next]), part: "next" }),
      next && snapped && new OlFeature({ geometry: new Point([...next]), part: "snap" }),
    ];
    this.#source.addFeatures(parts.filter((p): p is OlFeature<never> => Boolean(p)));
  }
}
