/** GeoJSON geometries, as the server sends and takes them, from and to those of the desk. */

import type { Geometry, Position, Ring } from "./feature";

/** The types of RFC 7946 that objects have, in the scene's own CRS. */
export type GeoJson =
  | { readonly type: "Polygon"; readonly coordinates: readonly Ring[] }
  | { readonly type: "MultiPolygon"; readonly coordinates: readonly (readonly Ring[])[] }
  | { readonly type: "LineString"; readonly coordinates: readonly Position[] }
  | { readonly type: "Point"; readonly coordinates: Position };

export function fromGeoJson(geometry: GeoJson): Geometry {
  switch (geometry.type) {
    case "Polygon":
      return geometry;
    case "MultiPolygon":
      return multiPolygon(geometry.coordinates);
    case "LineString":
      return { type: "LineString", coordinates: [geometry.coordinates] };
    case "Point":
      return { type: "Point", coordinates: [[geometry.coordinates]] };
  }
}

export function toGeoJson(geometry: Geometry): GeoJson {
  const { type, coordinates } = geometry;
  switch (type) {
    case "Polygon":
      return geometry;
    case "MultiPolygon":
      return { type, coordinates: partsOf(geometry) };
    case "LineString":
      return { type, coordinates: coordinates[0] ?? [] };
    case "Point":
      return { type, coordinates: coordinates[0]![0]! };
  }
}

/** The rings of each part. */
export function partsOf(geometry: Geometry): readonly (readonly Ring[])[] {
  const { coordinates } = geometry;
  if (geometry.type !== "MultiPolygon") return [coordinates];
  return geometry.parts.map((first, i) => coordinates.slice(first, geometry.parts[i + 1]));
}

/** Parts, each an outline and its holes, as one object. */
export function multiPolygon(parts: readonly (readonly Ring[])[]): Geometry {
  let at = 0;
  const firsts = parts.map((rings) => (at += rings.length) - rings.length);
  return { type: "MultiPolygon", coordinates: parts.flat(), parts: firsts };
}
