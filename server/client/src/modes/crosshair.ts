/** Cross that the arrow keys move in place of a mouse; the view follows it. */

import OlFeature from "ol/Feature";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";

import type { SceneMap } from "../map/scene_map";
import { crosshairStyle } from "../map/styles";
import type { Coordinate } from "../model/ground/lonlat_expansion";

export class Crosshair {
  readonly #source = new VectorSource();
  readonly #layer = new VectorLayer({ source: this.#source, style: crosshairStyle, updateWhileAnimating: true });
  #at: Coordinate | null = null;
  #moved = false;

  constructor(private readonly map: SceneMap) {
    map.map.addLayer(this.#layer);
  }

  close(): void {
    this.map.map.removeLayer(this.#layer);
  }

  /** Coordinate that keys or the mouse point at; null before either did. */
  get at(): Coordinate | null {
    return this.#at;
  }

  /** True if keys have moved it since the mouse pointed or it was laid down. */
  get moved(): boolean {
    return this.#moved;
  }

  /** What it pointed at is finished; it stays where it is. */
  rest(): void {
    this.#moved = false;
  }

  /** The mouse points here: there is no cross. */
  point(at: readonly number[]): void {
    this.#at = this.map.grid.within(at);
    this.#moved = false;
    this.#source.clear();
  }

  /** Move by world units, but not less than a screen pixel a step of `least`; begins in the middle of the view. */
  move(dx: number, dy: number, least: number): Coordinate {
    const times = Math.max(1, this.map.resolution / least);
    const [x, y] = this.#at ?? [this.map.view.x, this.map.view.y];
    this.#at = this.map.grid.within([x + times * dx, y + times * dy]);
    this.#moved = true;
    this.#source.clear();
    this.#source.addFeature(new OlFeature(new Point([...this.#at])));
    this.map.follow(this.#at);
    return this.#at;
  }
}
