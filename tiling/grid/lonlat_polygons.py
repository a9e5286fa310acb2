"""Polygons, lines and points of any CRS as RFC 7946 geometries in longitude and latitude, and back.

Longitude is a circle and a pole can lie inside a ring, so a polygon cannot be moved vertex by vertex: one across the
antimeridian is cut there (RFC 7946, section 3.1.9), as a line is, one around a pole is closed along the pole, and one
of a scene that counts longitudes beyond 180 degrees is wrapped. Long edges get vertices in between, because a
straight line in one CRS is a curve in another.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely import affinity
from shapely.geometry import LinearRing, LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tiling.arrays import Floats, Geometries, Mask
from tiling.errors import GridError
from tiling.grid.antimeridian_cut import joined, valid_parts, wrapped
from tiling.grid.antimeridian_lines import joined_lines, wrapped_line
from tiling.grid.lonlat_lines import (
    ON_LINE_DEG,
    from_antimeridian,
    middles,
    off_line,
    opened,
    probes,
    stepped,
)

_LONLAT = CRS.from_authority("OGC", "CRS84")
# Shorter than this (degrees, about 500 m) an edge bends by less than a centimetre, away from the poles.
_STRAIGHT_DEG = 0.005
_POLAR_DEG = 80.0
# An edge is halved at most so often; 2^12 pieces of half the Earth are 5 km each.
_MAX_HALVINGS = 12
# Vertices of one edge may be so far apart in longitude: with more, the way around is a guess.
_MAX_STEP_DEG = 60.0
# Half a pixel beyond a pole is the edge of a grid's last pixel, more is a mistake.
_BEYOND_POLE_DEG = 0.5
# Map projections whose meridians are parallel lines at equal distances.
_CYLINDRICAL = (
    "Mercator (variant",
    "Pseudo Mercator",
    "Equidistant Cylindrical",
    "Lambert Cylindrical",
    "Miller",
)


def to_lonlat(geometries: Geometries, crs: CRS, tolerance: float) -> Geometries:
    """Return geometries of a CRS as RFC 7946 geometries, exteriors counterclockwise.

    Args:
        geometries: (N,) Polygons, MultiPolygons, LineStrings and Points in x, y of `crs`.
        crs: Their CRS, on the Earth.
        tolerance: How far an edge may bend away from its straight line before it gets vertices in between, in
            units of `crs`; a fraction of a pixel.

    Returns:
        (N,) of the same types, or MultiPolygons and MultiLineStrings where the antimeridian cuts one, in degrees within
        -180..180 and -90..90; None for one that has no place on the Earth.

    Raises:
        GridError: PROJ knows no way from `crs` to longitude and latitude.
    """
    move, period = _transformer(crs, _LONLAT), _period(crs)
    found = shapely.orient_polygons(_moved(geometries, move), exterior_cw=False)
    for index in np.flatnonzero(~_is_plain(found)).tolist():
        found[index] = _Bent(move, tolerance, period).to_lonlat(geometries[index])
    return found


def from_lonlat(geometries: Geometries, crs: CRS, near_x: float, tolerance: float) -> Geometries:
    """Return RFC 7946 geometries in a CRS: the reverse of `to_lonlat`.

    Parts that meet at the antimeridian become one again.

    Args:
        geometries: (N,) Polygons, LineStrings, their multi-part types and Points in longitude and latitude, degrees.
        crs: The CRS that is wanted.
        near_x: x of the scene's middle. Where x is periodic (degrees, Mercator), geometries are placed within half
            a period of it, so that a scene from 190 to 194 degrees east gets those at 169 degrees west.
        tolerance: As in `to_lonlat`.

    Returns:
        (N,) of the same types in x, y of `crs`, multi-part where parts are separate; vertices that have no place there
        are not finite.

    Raises:
        GridError: PROJ knows no way from longitude and latitude to `crs`.
    """
    move, period = _transformer(_LONLAT, crs), _period(crs)
    found = _moved(geometries, move)
    plain = _is_plain(geometries)
    if period is not None:
        west, _, east, _ = shapely.bounds(found).T
        with np.errstate(invalid="ignore"):
            plain &= np.abs((west + east) / 2 - near_x) <= period / 2
    for index in np.flatnonzero(~plain).tolist():
        found[index] = _Bent(move, tolerance, period).from_lonlat(geometries[index], near_x)
    return found


class _Bent:
    """Moves one geometry whose edges must be followed on the way."""

    def __init__(self, move: Transformer, tolerance: float, period: float | None = None) -> None:
        self._move = move
        self._tolerance = tolerance
        self._period = period

    def to_lonlat(self, geometry: BaseGeometry) -> BaseGeometry | None:
        if isinstance(geometry, Polygon | MultiPolygon):
            found = [self._polygon_to_lonlat(part) for part in shapely.get_parts(geometry)]
            parts = shapely.get_parts([part for part in found if part is not None]).tolist()
            if None in found or len(parts) < 2:
                return parts[0] if parts and None not in found else None
            return MultiPolygon(parts)
        lonlat = self._unrolled(shapely.get_coordinates(geometry))
        if lonlat is None:
            return None
        if isinstance(geometry, LineString):
            return wrapped_line(lonlat)
        [(lon, lat)] = lonlat.tolist()
        return Point(lon if -180.0 <= lon <= 180.0 else (lon + 180.0) % 360.0 - 180.0, lat)

    def _polygon_to_lonlat(self, polygon: Polygon) -> BaseGeometry | None:
        rings = [self._region(ring) for ring in (polygon.exterior, *polygon.interiors)]
        if rings[0] is None:
            return None
        region = rings[0]
        for hole in rings[1:]:
            if hole is None:
                return None
            region = region.difference(hole)
        parts = [part for part in shapely.get_parts(region) if isinstance(part, Polygon) and part.area > 0]
        if not parts:
            return None
        return shapely.orient_polygons(
            parts[0] if len(parts) == 1 else MultiPolygon(parts), exterior_cw=False
        )

    def from_lonlat(self, geometry: BaseGeometry, near_x: float) -> BaseGeometry:
        """Join what the antimeridian parts, open what is closed along a pole, and move it."""
        whole = self._there(geometry)
        if self._period is None or not np.isfinite(whole.bounds).all():
            return whole
        middle = (whole.bounds[0] + whole.bounds[2]) / 2
        turns = round((near_x - middle) / self._period)
        return affinity.translate(whole, self._period * turns) if turns else whole

    def _there(self, geometry: BaseGeometry) -> BaseGeometry:
        if geometry.geom_type == "Point":
            return Point(self._through(shapely.get_coordinates(geometry))[0])
        if isinstance(geometry, LineString | MultiLineString):
            lines = [
                LineString(self._followed(shapely.get_coordinates(part)))
                for part in shapely.get_parts(joined_lines(geometry))
            ]
            return lines[0] if len(lines) == 1 else MultiLineString(lines)
        parts = []
        for part in shapely.get_parts(joined(geometry)):
            rings = (np.asarray(ring.coords)[:, :2] for ring in (part.exterior, *part.interiors))
            shell, *holes = (self._followed(opened(ring)) for ring in rings)
            parts += valid_parts(Polygon(shell, holes))
        return parts[0] if len(parts) == 1 else MultiPolygon(parts)

    def _followed(self, line: Floats) -> Floats:
        """Move a line, with vertices in between where an edge bends by more than the tolerance."""
        points = stepped(line, _MAX_STEP_DEG)
        moved = self._through(points)
        for _ in range(_MAX_HALVINGS):
            bent = off_line(_through(self._move, _within_turns(probes(points))), moved, self._period)
            split = np.flatnonzero(bent > self._tolerance) + 1
            if not len(split):
                break
            points = np.insert(points, split, middles(points)[split - 1], axis=0)
            moved = self._through(points)
        return moved

    def _through(self, points: Floats) -> Floats:
        if self._period is None:  # both names of the antimeridian become the same point, to the last bit
            points = np.where(points == (-180.0, np.inf), 180.0, points)
        moved = _through(self._move, _within_turns(points))
        if self._period is not None and np.isfinite(moved).all():
            moved[:, 0] = np.unwrap(moved[:, 0], period=self._period)
        return moved

    def _region(self, ring: LinearRing) -> BaseGeometry | None:
        """Return the polygon inside a ring, longitudes within -180..180; None where it leaves the Earth."""
        lonlat = self._unrolled(np.asarray(ring.coords)[:, :2])
        if lonlat is None:
            return None
        turns = round(float(lonlat[-1, 0] - lonlat[0, 0]) / 360.0)
        if turns:
            pole = self._pole_in(Polygon(ring))
            lonlat = from_antimeridian(lonlat, turns)
            lonlat = np.vstack((lonlat, [[lonlat[-1, 0], pole], [lonlat[0, 0], pole]]))
        return wrapped(Polygon(lonlat))

    def _unrolled(self, points: Floats) -> Floats | None:
        """Longitudes and latitudes along a line; longitudes run on beyond 180 and never jump."""
        back = self._back
        if self._period is not None:
            points = stepped(points, self._period / 6)
        for _ in range(_MAX_HALVINGS):
            lonlat = _on_the_earth(_through(self._move, points))
            if not np.isfinite(lonlat).all():
                return None
            lonlat[:, 0] = np.unwrap(lonlat[:, 0], period=360.0)
            bent = off_line(_through(back, probes(lonlat)), points, self._period)
            wide = np.abs(np.diff(lonlat[:, 0])) > _MAX_STEP_DEG
            split = np.flatnonzero(wide | ~(bent <= self._tolerance)) + 1
            if not len(split):
                break
            points = np.insert(points, split, middles(points)[split - 1], axis=0)
        lonlat = _on_the_earth(_through(self._move, points))
        lonlat[:, 0] = np.unwrap(lonlat[:, 0], period=360.0)
        return lonlat if np.isfinite(lonlat).all() else None

    @property
    def _back(self) -> Transformer:
        source, target = self._move.source_crs, self._move.target_crs
        assert source is not None
        assert target is not None
        return _transformer(target, source)

    def _pole_in(self, polygon: Polygon) -> float:
        """Return the latitude of the pole that lies inside; a ring that turns around the Earth has one."""
        for latitude in (90.0, -90.0):
            x, y = self._back.transform(0.0, latitude)
            if np.isfinite([x, y]).all() and shapely.intersects_xy(polygon, x, y):
                return latitude
        middle = _through(self._move, np.asarray(polygon.exterior.coords)[:, :2])[:, 1].mean()
        return 90.0 if middle > 0 else -90.0


def _is_plain(lonlat: Geometries) -> Mask:
    """Return (N,) True where vertices alone tell the geometry: not for large, polar or antimeridian ones."""
    west, south, east, north = shapely.bounds(lonlat).T
    with np.errstate(invalid="ignore"):
        small = (east - west < _STRAIGHT_DEG) & (north - south < _STRAIGHT_DEG)
        inside = (west > -180 + ON_LINE_DEG) & (east < 180 - ON_LINE_DEG)
        calm = (south > -_POLAR_DEG) & (north < _POLAR_DEG)
    return np.asarray(small & inside & calm)


def _period(crs: CRS) -> float | None:
    """Return the distance in x of two names of one meridian, where meridians are parallel lines; else None."""
    if crs.is_geographic:
        unit = next((axis.unit_conversion_factor for axis in crs.axis_info), np.pi / 180)
        return float(2 * np.pi / unit) if unit else 360.0
    method = crs.coordinate_operation.method_name if crs.coordinate_operation else ""
    if not any(word in method for word in _CYLINDRICAL):
        return None
    move = _transformer(_LONLAT, crs)
    (x0, _), (x1, _) = (move.transform(lon, 0.0) for lon in (-30.0, 30.0))
    return float(abs(x1 - x0) * 6)


def _within_turns(lonlat: Floats) -> Floats:
    """Return positions whose longitudes PROJ takes: those of a line that goes around a pole run on and on."""
    far = np.abs(lonlat[:, 0]) > 360.0
    if not far.any():
        return lonlat
    found = lonlat.copy()
    found[far, 0] = (found[far, 0] + 180.0) % 360.0 - 180.0
    return found


def _moved(geometries: Geometries, move: Transformer) -> Geometries:
    moved: Geometries = shapely.transform(geometries, lambda points: _through(move, points))
    return moved


def _through(move: Transformer, points: Floats) -> Floats:
    return np.column_stack(move.transform(points[:, 0], points[:, 1])).astype(np.float64)


def _on_the_earth(lonlat: Floats) -> Floats:
    lonlat[np.abs(lonlat[:, 1]) > 90 + _BEYOND_POLE_DEG] = np.inf
    lonlat[:, 1] = np.clip(lonlat[:, 1], -90.0, 90.0)
    return lonlat


@lru_cache(maxsize=256)
def _transformer(source: CRS, target: CRS) -> Transformer:
    try:
        return Transformer.from_crs(source, target, always_xy=True)
    except ProjError as error:
        raise GridError(f"PROJ knows no way from {source.name!r} to {target.name!r}.") from error
