/** A circle as a polygon. */

import type { Polygon, Position } from "../feature";
import { type Result, isRefused, ok, refuse } from "./result";
import { close, polygonOf } from "./ring";
import { distance, side } from "./segment";
import { TEXTS } from "../../texts";

const MOST_CORNERS = 720;

/** As many corners on the circle, at least eight, as keep its edges within `tolerance` of it; all in units of the world. */
export function circle(centre: Position, radius: number, tolerance: number): Result<Polygon> {
  if (!(radius > 0 && Number.isFinite(radius))) return refuse(TEXTS.shapes.radius);
  const sagitta = Math.min(1, Math.max(0, tolerance) / radius);
  const wanted = sagitta > 0 ? Math.ceil(Math.PI / Math.acos(1 - sagitta)) : MOST_CORNERS;
  const count = Math.min(MOST_CORNERS, Math.max(8, wanted));
  return ok(
    polygonOf(
      close(
        Array.from({ length: count }, (_, i) => {
          const angle = (2 * Math.PI * i) / count;
          return [centre[0]! + radius * Math.cos(angle), centre[1]! + radius * Math.sin(angle)];
        }),
      ),
    ),
  );
}

/** The circle that ab is a diameter of. */
export function circleAcross(a: Position, b: Position, tolerance: number): Result<Polygon> {
  return circle([(a[0]! + b[0]!) / 2, (a[1]! + b[1]!) / 2], distance(a, b) / 2, tolerance);
}

/** The circle through three points, seen from a so that large coordinates cost no digits. */
export function circleThrough(a: Position, b: Position, c: Position, tolerance: number): Result<Polygon> {
  const [bx, by, cx, cy] = [b[0]! - a[0]!, b[1]! - a[1]!, c[0]! - a[0]!, c[1]! - a[1]!];
  const twice = 2 * (bx * cy - by * cx);
  if (side(a, b, c) === 0 || twice === 0) return refuse(TEXTS.shapes.circleOnLine);
  const [bb, cc] = [bx * bx + by * by, cx * cx + cy * cy];
  const [x, y] = [(cy * bb - by * cc) / twice, (bx * cc - cx * bb) / twice];
  return circle([a[0]! + x, a[1]! + y], Math.hypot(x, y), tolerance);
}

/** The outer ring as the circle of its area about its centroid; the holes as they are. */
export function roundOff({ coordinates: [outer, ...holes] }: Polygon, tolerance: number): Result<Polygon> {
  const [x0, y0] = outer![0]!;
  let [x, y, twice] = [0, 0, 0];
  for (let i = 0; i + 1 < outer!.length; i++) {
    const [ax, ay] = [outer![i]![0]! - x0!, outer![i]![1]! - y0!];
    const [bx, by] = [outer![i + 1]![0]! - x0!, outer![i + 1]![1]! - y0!];
    const cross = ax * by - bx * ay;
    [x, y, twice] = [x + (ax + bx) * cross, y + (ay + by) * cross, twice + cross];
  }
  if (twice === 0) return refuse(TEXTS.shapes.noArea);
  const centre = [x0! + x / (3 * twice), y0! + y / (3 * twice)];
  const made = circle(centre, Math.sqrt(Math.abs(twice) / 2 / Math.PI), tolerance);
  return isRefused(made) ? made : ok(polygonOf(made.ok.coordinates[0]!, ...holes));
}
