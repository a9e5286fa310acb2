/** What keys point with where there is no mouse: a cross that the arrows move, and that the view follows. */

import OlFeature from "ol/Feature";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";

import type { SceneMap } from "../map/scene_map";
import { crosshairStyle } from "../map/styles";
import type { Position } from "../model/ground/lonlat_expansion";

export class Crosshair {
  readonly #source = new VectorSource();
  readonly #layer = new VectorLayer({ source: this.#source, style: crosshairStyle, updateWhileAnimating: true });
  #at: Position | null = null;

  constructor(private readonly map: SceneMap) {
    map.map.addLayer(this.#layer);
  }

  close(): void {
    this.map.map.removeLayer(this.#layer);
  }

  /** Where keys or the mouse point; null before either did. */
  get at(): Position | null {
    return this.#at;
  }

  /** The mouse points here: there is no cross. */
  point(at: readonly number[]): void {
    this.#at = this.map.grid.within(at);
    this.#source.clear();
  }

  /** Moves by world units, but not less than a screen pixel a step of `least`; begins in the middle of the view. */
  move(dx: number, dy: number, least: number): Position {
    const times = Math.max(1, this.map.resolution / least);
    const [x, y] = this.#at ?? [this.map.view.x, this.map.view.y];
    this.#at = this.map.grid.within([x + times * dx, y + times * dy]);
    this.#source.clear();
    this.#source.addFeature(new OlFeature(new Point([...this.#at])));
    this.map.follow(this.#at);
    return this.#at;
  }
}
