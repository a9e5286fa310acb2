/** Borders that polygons have in common, and that must stay common when they move. */

import type { Polygon, Position } from "../feature";
import { extentOf } from "../geometry";
import { extentsMeet, open, polygonOf } from "./ring";
import { distance, distanceToSegment, shareAlong } from "./segment";
import { type VertexAt, chooseVertices, placeOf, placeVertices } from "./vertices";

/** Every corner within `reach` of a place; reach 0 asks for the very place. */
export function verticesAt(polygons: readonly Polygon[], place: Position, reach = 0): VertexAt[] {
  return chooseVertices(polygons, (p) => distance(p, place) <= reach);
}

/** The chosen corners with all those of any polygon that lie within `reach` of one of them, each once. */
export function withShared(polygons: readonly Polygon[], chosen: readonly VertexAt[], reach = 0): VertexAt[] {
  const places = chosen.map((at) => placeOf(polygons, at)).filter((place) => place !== null);
  return chooseVertices(polygons, (p) => places.some((place) => distance(p, place) <= reach));
}

/** The polygons with all corners at a place moved to another one; those without come back themselves. */
export function moveShared(polygons: readonly Polygon[], from: Position, to: Position, reach = 0): Polygon[] {
  return placeVertices(polygons, verticesAt(polygons, from, reach), () => to);
}

/** The polygons with a corner at this place in each edge that runs within `reach` of it and has none there. */
export function insertShared(polygons: readonly Polygon[], place: Position, reach: number): Polygon[] {
  return polygons.map((polygon) => withPlaces(polygon, [place], reach));
}

/**
 * A polygon and its neighbours with the same corners along the borders that they share.
 *
 * Where a corner of one lies within `reach` of an edge of another, that edge gets it; corners are never moved.
 */
export function knit(
  polygon: Polygon, neighbours: readonly Polygon[], reach: number,
): { polygon: Polygon; neighbours: Polygon[] } {
  const near = neighbours.filter((other) => extentsMeet(grown(polygon, reach), extentOf(other)));
  const knitted = withPlaces(polygon, near.flatMap(placesOf), reach);
  const places = placesOf(polygon);
  return {
    polygon: knitted,
    neighbours: neighbours.map((other) => (near.includes(other) ? withPlaces(other, places, reach) : other)),
  };
}

function placesOf(polygon: Polygon): Position[] {
  return polygon.coordinates.flatMap(open);
}

function grown(polygon: Polygon, by: number): [number, number, number, number] {
  const [minX, minY, maxX, maxY] = extentOf(polygon);
  return [minX - by, minY - by, maxX + by, maxY + by];
}

/** The polygon with those of the places that lie on its edges, and on no corner, as corners; itself where there is none. */
function withPlaces(polygon: Polygon, places: readonly Position[], reach: number): Polygon {
  const [minX, minY, maxX, maxY] = grown(polygon, reach);
  const close = places.filter((p) => p[0]! >= minX && p[0]! <= maxX && p[1]! >= minY && p[1]! <= maxY);
  const wanted = close.filter((p) => !polygon.coordinates.some((ring) => ring.some((corner) => distance(corner, p) <= reach)));
  if (wanted.length === 0) return polygon;
  let added = false;
  const rings = polygon.coordinates.map((ring) =>
    ring.flatMap((a, i) => {
      const b = ring[i + 1];
      const here = b ? wanted.filter((p) => distanceToSegment(a, b, p) <= reach) : [];
      added ||= here.length > 0;
      const inOrder = here.map((p) => ({ p, share: shareAlong(a, b!, p) })).sort((p, q) => p.share - q.share);
      return [a, ...inOrder.map(({ p }) => p).filter((p, k, all) => k === 0 || distance(p, all[k - 1]!) > reach)];
    }),
  );
  return added ? polygonOf(...rings) : polygon;
}
