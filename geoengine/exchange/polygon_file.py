"""Any vector file as arrays of polygons, for comparing files that need not belong to a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from geoengine.errors import ExchangeError

# A little more than the whole globe: what lies farther out is no longitude and latitude, whatever the file says.
_LON_LAT = (-360.5, -90.5, 360.5, 90.5)


@dataclass(frozen=True)
class PolygonFile:
    """The polygons of one file; the arrays go together, one entry for each polygon.

    Attributes:
        path: the file.
        crs: of the coordinates, None where they are of a plane of their own (an image without a CRS).
        polygons: (N,) shapely Polygons, valid and not empty.
        classes: (N,) str, "" where a feature names none.
        scores: (N,) float64, NaN where a feature has none.
        states: (N,) str, "" where a feature has none.
        left_out: why features of the file are not here -> how many.
    """

    path: Path
    crs: CRS | None
    polygons: npt.NDArray[np.object_]
    classes: npt.NDArray[np.object_]
    scores: npt.NDArray[np.float64]
    states: npt.NDArray[np.object_]
    left_out: dict[str, int]

    def __len__(self) -> int:
        return len(self.polygons)

    def subset(self, where: npt.NDArray[np.bool_]) -> PolygonFile:
        """The entries where the mask (N,) is True."""
        return replace(
            self,
            polygons=self.polygons[where],
            classes=self.classes[where],
            scores=self.scores[where],
            states=self.states[where],
        )

    def replaced(self, *, classes: npt.NDArray[np.object_]) -> PolygonFile:
        """The same with other classes."""
        return replace(self, classes=classes)

    def to_crs(self, crs: CRS | None) -> PolygonFile:
        """The same in another CRS; None, for a plane of its own, changes nothing."""
        if crs is None or self.crs is None or self.crs == crs:
            return self
        transformer = Transformer.from_crs(self.crs, crs, always_xy=True)

        def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

        return replace(self, crs=crs, polygons=shapely.transform(self.polygons, move))


def read_polygon_file(path: Path, class_field: str = "class") -> PolygonFile:
    """Reads the polygons of any vector file that GDAL knows, GeoJSON above all.

    Multi-polygons become one entry for each part. A ring that crosses itself is repaired, for what is compared
    is areas; features without a polygon are counted in `left_out`.

    Raises:
        ExchangeError: the file is missing or no vector file.
    """
    if not path.is_file():
        raise ExchangeError(f"{path} does not exist, expected a file of polygons")
    try:
        frame = geopandas.read_file(path)
    except Exception as error:  # pyogrio raises half a dozen kinds, and all of them mean this
        reason = " ".join(str(error).split()).rstrip(".")
        raise ExchangeError(
            f"{path} cannot be read as a vector file, expected GeoJSON or another one: {reason}"
        ) from error
    number = len(frame)
    geometry = (
        np.asarray(frame.geometry.array, dtype=object) if isinstance(frame, geopandas.GeoDataFrame) else None
    )
    if geometry is None:
        geometry = np.full(number, None, dtype=object)
    left_out: dict[str, int] = {}
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    if missing.any():
        left_out["no geometry"] = int(missing.sum())
    broken = ~missing & ~shapely.is_valid(geometry)
    geometry[broken] = shapely.make_valid(geometry[broken])
    parts, index = shapely.get_parts(geometry, return_index=True)
    # A repaired bow-tie may be a collection of multi-polygons.
    parts, inner = shapely.get_parts(parts, return_index=True)
    index = index[inner]
    polygonal = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)
    lost = number - int(missing.sum()) - len(np.unique(index[polygonal]))
    if lost:
        left_out["not a polygon"] = lost
    parts, index = parts[polygonal], index[polygonal]
    return PolygonFile(
        path=path,
        crs=_crs_of(frame, parts),
        polygons=shapely.force_2d(parts),
        classes=_texts(frame, class_field, number)[index],
        scores=_numbers(frame, "score", number)[index],
        states=_texts(frame, "state", number)[index],
        left_out=left_out,
    )


def local_equal_area(files: Sequence[PolygonFile]) -> CRS | None:
    """A CRS in metres, around the middle of all polygons, in which areas are true; None for files without CRS."""
    boxes = []
    for file in files:
        if file.crs is not None and len(file):
            lon_lat = file.to_crs(CRS.from_epsg(4326)).polygons
            boxes.append(shapely.total_bounds(lon_lat))
    if not boxes:
        return None
    west, south, east, north = (
        f([box[i] for box in boxes]) for i, f in enumerate((np.min, np.min, np.max, np.max))
    )
    lon, lat = (west + east) / 2, (south + north) / 2
    return CRS.from_proj4(f"+proj=laea +lat_0={lat:.6f} +lon_0={lon:.6f} +datum=WGS84 +units=m +no_defs")


def _crs_of(frame: geopandas.GeoDataFrame, polygons: npt.NDArray[np.object_]) -> CRS | None:
    """The file's CRS; None where it has none, or where GeoJSON's default cannot be meant."""
    crs = getattr(frame, "crs", None)
    if crs is None:
        return None
    crs = CRS.from_user_input(crs)
    if crs.is_geographic and len(polygons):
        bounds = shapely.total_bounds(polygons)
        low, high = _LON_LAT[:2], _LON_LAT[2:]
        if (bounds[:2] < low).any() or (bounds[2:] > high).any():
            return None
    return crs


def _texts(frame: geopandas.GeoDataFrame, field: str, number: int) -> npt.NDArray[np.object_]:
    """A column as str, "" where a value or the column is missing."""
    if field not in frame:
        return np.full(number, "", dtype=object)
    column = frame[field]
    return np.array(
        ["" if null else str(value) for value, null in zip(column, column.isna(), strict=True)], dtype=object
    )


def _numbers(frame: geopandas.GeoDataFrame, field: str, number: int) -> npt.NDArray[np.float64]:
    """A column as float64, NaN where a value or the column is missing."""
    if field not in frame:
        return np.full(number, np.nan)
    return np.asarray(frame[field].astype(float), dtype=np.float64)
