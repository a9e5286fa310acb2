/** Corners of polygons: chosen, moved, inserted and deleted, many at once. */

import type { Polygon, Position } from "../feature";
import { type Result, ok, refuse } from "./result";
import { open, polygonOf } from "./ring";

/** Which corner: of the polygon at this place in a list, of its ring, counted without the closing place. */
export interface VertexAt {
  readonly polygon: number;
  readonly ring: number;
  readonly index: number;
}

/** The place of a corner; the closing place counts as the first. */
export function placeOf(polygons: readonly Polygon[], { polygon, ring, index }: VertexAt): Position | null {
  const places = open(polygons[polygon]?.coordinates[ring] ?? []);
  return places.length > 0 ? places[index % places.length]! : null;
}

/** The corners, over all polygons, whose places are wanted. */
export function chooseVertices(polygons: readonly Polygon[], wanted: (p: Position) => boolean): VertexAt[] {
  return polygons.flatMap(({ coordinates }, polygon) =>
    coordinates.flatMap((places, ring) =>
      open(places).flatMap((p, index) => (wanted(p) ? [{ polygon, ring, index }] : [])),
    ),
  );
}

/** The polygons with the chosen corners moved; polygons without one come back themselves. */
export function moveVertices(
  polygons: readonly Polygon[], chosen: readonly VertexAt[], dx: number, dy: number,
): Polygon[] {
  return placeVertices(polygons, chosen, (p) => [p[0]! + dx, p[1]! + dy]);
}

/** The polygons with the chosen corners sent through a function. */
export function placeVertices(
  polygons: readonly Polygon[], chosen: readonly VertexAt[], send: (p: Position) => Position,
): Polygon[] {
  return editRings(polygons, chosen, (places, indices) => places.map((p, i) => (indices.has(i) ? send(p) : p)));
}

/** The polygon with a corner more, in the edge that leaves corner `index` of a ring. */
export function insertVertex(polygon: Polygon, ring: number, index: number, place: Position): Polygon {
  return editRings([polygon], [{ polygon: 0, ring, index }], (places, indices) => places.toSpliced([...indices][0]! + 1, 0, place))[0]!;
}

/** The polygons without the chosen corners; a hole of which all are chosen goes as a whole. */
export function deleteVertices(polygons: readonly Polygon[], chosen: readonly VertexAt[]): Result<Polygon[]> {
  const left = editRings(polygons, chosen, (places, indices) => places.filter((_, i) => !indices.has(i)));
  const result = left.map((polygon) =>
    polygon.coordinates.some((ring) => ring.length === 0)
      ? polygonOf(...polygon.coordinates.filter((ring, r) => r === 0 || ring.length > 0))
      : polygon,
  );
  const short = result.flatMap((p, i) => (p === polygons[i] ? [] : p.coordinates)).some((ring) => ring.length < 4);
  return short ? refuse("At least three corners have to remain.") : ok(result);
}

type Edit = (places: readonly Position[], indices: ReadonlySet<number>) => readonly Position[];

/** Each ring with chosen corners, opened, edited, and closed again. */
function editRings(polygons: readonly Polygon[], chosen: readonly VertexAt[], edit: Edit): Polygon[] {
  const wanted = new Map<number, Map<number, Set<number>>>();
  for (const { polygon, ring, index } of chosen) {
    const count = open(polygons[polygon]?.coordinates[ring] ?? []).length;
    if (count === 0) continue;
    const rings = wanted.get(polygon) ?? new Map<number, Set<number>>();
    wanted.set(polygon, rings.set(ring, (rings.get(ring) ?? new Set()).add(index % count)));
  }
  return polygons.map((polygon, p) => {
    const rings = wanted.get(p);
    if (!rings) return polygon;
    return polygonOf(...polygon.coordinates.map((places, r) => {
      if (!rings.has(r)) return places;
      const edited = edit(open(places), rings.get(r)!);
      return edited.length > 0 ? [...edited, edited[0]!] : edited;
    }));
  });
}
