/** Kinds of geometry that classes have, which geometries fit them, and boxes that stay boxes while they are edited. */

import type { Geometry, Polygon, Position } from "../feature";
import { extentOf, isLine, isPoint, isPolygon } from "./geometry";
import { orientedBox } from "./hull";
import { rectangle } from "./rectangle";
import { type Result, ok } from "./result";
import { open, polygonOf } from "./ring";
import { distance } from "./segment";

export type GeometryKind = "polygon" | "box" | "oriented-box" | "line" | "point";

/** How far a corner of a box may be off, as a share of its longer side, as on the server. */
const TOLERANCE = 1e-4;

/** The kind of an object whose class is not known: by its type. */
export function kindOf(geometry: Geometry): GeometryKind {
  return isPoint(geometry) ? "point" : isLine(geometry) ? "line" : "polygon";
}

/** True of a kind whose objects are rectangles. */
export function isBoxKind(kind: GeometryKind): boolean {
  return kind === "box" || kind === "oriented-box";
}

/** Return whether a geometry can be that of an object of a class of this kind. */
export function fits(geometry: Geometry, kind: GeometryKind): boolean {
  if (kind === "point") return isPoint(geometry);
  if (kind === "line") return isLine(geometry);
  if (kind === "polygon") return !isPoint(geometry) && !isLine(geometry);
  return isPolygon(geometry) && isRectangle(geometry, kind === "box");
}

/** An outline as an object of a kind with an area: a box is the one around it, an oriented box the smallest one. */
export function fitted(outline: Polygon, kind: GeometryKind): Result<Polygon> {
  if (!isBoxKind(kind) || fits(outline, kind)) return ok(outline);
  if (kind === "oriented-box") return orientedBox([outline]);
  const [minX, minY, maxX, maxY] = extentOf(outline);
  return rectangle([minX, minY], [maxX, maxY]);
}

/** Return whether an outline has four corners and right angles, with `along` sides that follow the axes. */
function isRectangle({ coordinates }: Polygon, along: boolean): boolean {
  if (coordinates.length !== 1 || coordinates[0]!.length !== 5) return false;
  const [a, b, c, d] = coordinates[0] as readonly [Position, Position, Position, Position];
  const longer = Math.max(distance(a, b), distance(b, c));
  const largest = Math.max(...[a, b, c, d].flat().map(Math.abs));
  // Far from the origin fewer digits are left for a corner.
  const allowed = TOLERANCE * longer + 8 * Number.EPSILON * largest;
  const [ux, uy, vx, vy] = [b[0]! - a[0]!, b[1]! - a[1]!, c[0]! - b[0]!, c[1]! - b[1]!];
  const skew = [0, 1].map((i) => Math.abs(a[i]! - b[i]! + c[i]! - d[i]!));
  const offSquare = Math.abs(ux * vx + uy * vy) / longer;
  const offAxis = Math.max(Math.min(Math.abs(ux), Math.abs(uy)), Math.min(Math.abs(vx), Math.abs(vy)));
  return Math.max(...skew) <= allowed && offSquare <= allowed && (!along || offAxis <= allowed);
}

/**
 * The box after some of its corners have been moved: the sides that meet in them follow, the others stay.
 *
 * Args:
 *   chosen: Numbers of the corners in the ring.
 */
export function moveBoxCorners(box: Polygon, chosen: ReadonlySet<number>, dx: number, dy: number): Polygon {
  const corners = open(box.coordinates[0]!);
  const [a, b, , d] = corners as readonly [Position, Position, Position, Position];
  const [width, height] = [distance(a, b), distance(a, d)];
  const u = [(b[0]! - a[0]!) / width, (b[1]! - a[1]!) / width] as const;
  const v = [(d[0]! - a[0]!) / height, (d[1]! - a[1]!) / height] as const;
  const [along, across] = [dx * u[0] + dy * u[1], dx * v[0] + dy * v[1]];
  // Corners 0 and 3 lie at the start of the first axis, 0 and 1 at that of the second.
  const by = (numbers: readonly number[], amount: number): number => (numbers.some((i) => chosen.has(i)) ? amount : 0);
  const moved = corners.map((p, i): Position => {
    const s = by(i === 0 || i === 3 ? [0, 3] : [1, 2], along);
    const t = by(i < 2 ? [0, 1] : [2, 3], across);
    return [p[0]! + s * u[0] + t * v[0], p[1]! + s * u[1] + t * v[1]];
  });
  return polygonOf([...moved, moved[0]!]);
}

/** A movement without what runs along an edge from a to b. */
export function across(a: Position, b: Position, dx: number, dy: number): readonly [dx: number, dy: number] {
  const length = distance(a, b);
  const [ux, uy] = [(b[0]! - a[0]!) / length, (b[1]! - a[1]!) / length];
  const along = dx * ux + dy * uy;
  return [dx - along * ux, dy - along * uy];
}
