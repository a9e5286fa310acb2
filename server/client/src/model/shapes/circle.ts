/** A circle as a polygon. */

import type { Polygon, Position } from "../feature";
import { type Result, ok, refuse } from "./result";
import { close, polygonOf } from "./ring";
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
