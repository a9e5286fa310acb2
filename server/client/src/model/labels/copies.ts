/** Copy of features: kept to be pasted, put beside the originals, or in a row. */

import type { NewFeature } from "./change";
import type { Extent, Feature, Geometry, Position } from "../feature";
import { extentOf, unionExtent } from "../shapes/geometry";
import { identifier } from "./identifier";
import type { Result } from "../shapes/result";
import { isRefused, ok, refuse } from "../shapes/result";
import { contains } from "../shapes/ring";
import { copiesAlong } from "../shapes/row";
import { middleOf, move } from "../shapes/transform";
import { TEXTS } from "../../texts";

/** CRS and units of a scene's coordinates: shapes are pasted only where they are the same. */
interface Grid {
  readonly crs: string | null;
  readonly units: string;
}

export interface Clipping {
  readonly grid: Grid;
  readonly items: readonly { readonly classKey: string; readonly geometry: Geometry }[];
}

export function clip(features: readonly Feature[], { crs, units }: Grid): Clipping {
  return Object.freeze({
    grid: { crs, units },
    items: features.map(({ classKey, geometry }) => ({ classKey, geometry })),
  });
}

/** New features from what was kept, the middle of them all at `position`. */
export function pasted(clipping: Clipping | null, position: Position, grid: Grid): Result<NewFeature[]> {
  if (!clipping) return refuse(TEXTS.operations.nothingCopied);
  const { crs, units } = clipping.grid;
  if (crs !== grid.crs || units !== grid.units) {
    return refuse(TEXTS.operations.otherCrs(crs ?? units, grid.crs ?? grid.units));
  }
  const [x, y] = middleOf(clipping.items.map((i) => i.geometry));
  return ok(copied(clipping.items, position[0]! - x!, position[1]! - y!));
}

/** Copy at the right, or else where they are still within `bounds`, with `gap` units of the world between. */
export function beside(features: readonly Feature[], gap: number, bounds: Extent): NewFeature[] {
  const around = unionExtent(features.map((f) => extentOf(f.geometry)));
  const [width, height] = [around[2] - around[0] + gap, around[3] - around[1] + gap];
  const ways = [
    [width, 0],
    [-width, 0],
    [0, -height],
    [0, height],
  ] as const;
  const [dx, dy] =
    ways.find(([x, y]) => contains(bounds, [around[0] + x, around[1] + y, around[2] + x, around[3] + y])) ?? ways[0];
  return copied(features, dx, dy);
}

/** Copy equally far from each other, at most `most`; the middle of the last ones comes to lie on `end`. */
export function along(features: readonly Feature[], end: Position, count: number, most: number): Result<NewFeature[]> {
  if (features.length * count > most) {
    return refuse(TEXTS.operations.rowTooLong(count, features.length * count, most));
  }
  const rows = copiesAlong(
    features.map((f) => f.geometry),
    end,
    count,
  );
  if (isRefused(rows)) return rows;
  return ok(
    rows.ok.flatMap((row) =>
      row.map((geometry, i) => ({ uid: identifier(), classKey: features[i]!.classKey, geometry })),
    ),
  );
}

function copied(items: Clipping["items"], dx: number, dy: number): NewFeature[] {
  const moved = move(
    items.map((i) => i.geometry),
    dx,
    dy,
  );
  return moved.map((geometry, i) => ({ uid: identifier(), classKey: items[i]!.classKey, geometry }));
}
