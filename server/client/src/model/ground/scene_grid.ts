/** Grid of a scene: world coordinates, pixels, longitude and latitude. */

import { Geodesic } from "geographiclib-geodesic";

import type { SceneReply } from "../wire";
import type { Coordinate } from "./lonlat_expansion";
import { LonLatExpansion } from "./lonlat_expansion";

/** Part of a scene that its grid needs. */
export type Ground = Pick<SceneReply, "width" | "height" | "crs" | "units" | "transform" | "chart" | "gsd_m">;

export class SceneGrid {
  readonly #expansion: LonLatExpansion | null;

  constructor(readonly ground: Ground) {
    const { chart, width, height } = ground;
    this.#expansion = chart && new LonLatExpansion(chart.coefficients, width, height);
  }

  /** True if its pixels have longitudes and latitudes. */
  get onEarth(): boolean {
    return this.#expansion !== null;
  }

  /** Column and row (corner convention) of a position in world coordinates. */
  toPixel([x, y]: readonly number[]): Coordinate {
    const [a, b, c, d, e, f] = this.ground.transform;
    const determinant = a * e - b * d;
    const [dx, dy] = [x! - c, y! - f];
    return [(e * dx - b * dy) / determinant, (a * dy - d * dx) / determinant];
  }

  toWorld([col, row]: Coordinate): Coordinate {
    const [a, b, c, d, e, f] = this.ground.transform;
    return [a * col + b * row + c, d * col + e * row + f];
  }

  /** WGS 84 degrees of a position in world coordinates; null beside the raster or where the scene has none. */
  toLonLat(world: readonly number[]): Coordinate | null {
    return this.#expansion?.toLonLat(this.toPixel(world)) ?? null;
  }

  /** World coordinates of WGS 84 degrees; null where they are not on the raster. */
  ofLonLat(lonLat: Coordinate): Coordinate | null {
    const pixel = this.#expansion?.toPixel(lonLat);
    return pixel ? this.toWorld(pixel) : null;
  }

  holds(world: readonly number[]): boolean {
    const [col, row] = this.toPixel(world);
    return col >= 0 && row >= 0 && col <= this.ground.width && row <= this.ground.height;
  }

  /** The nearest position on the raster. */
  within(world: readonly number[]): Coordinate {
    const [col, row] = this.toPixel(world);
    const { width, height } = this.ground;
    return this.toWorld([Math.min(width, Math.max(0, col)), Math.min(height, Math.max(0, row))]);
  }

  /**
   * Where north is on the map around a position: degrees clockwise from up, -180 to 180, and the ground metres of one
   * pixel to the right. Null where the scene has no position on the Earth.
   */
  compass(world: readonly number[]): { north: number; metres: number } | null {
    const { width, height } = this.ground;
    const [col, row] = this.toPixel(this.within(world));
    // Half a pixel to either side, moved inwards at the edge.
    const left = Math.max(0, Math.min(width - 1, col - 0.5));
    const y = Math.max(0, Math.min(height, row));
    const [from, to] = [
      this.#expansion?.toLonLat([left, y]),
      this.#expansion?.toLonLat([left + Math.min(1, width), y]),
    ];
    if (!from || !to) return null;
    const { s12 = 0, azi1 = 90 } = Geodesic.WGS84.Inverse(from[1], from[0], to[1], to[0]);
    const north = 90 - azi1;
    return { north: north > 180 ? north - 360 : north, metres: s12 / Math.min(1, width) };
  }
}
