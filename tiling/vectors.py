"""The one reader of polygon files: labels for chips and training, areas of interest, results to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio.errors
import pyogrio.raw
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from tiling.arrays import Floats, Geometries, Ints, Mask
from tiling.class_names import CLASS_FIELDS
from tiling.errors import VectorReadError
from tiling.grid.raster_grid import RasterGrid

# A little more than the whole globe: coordinates beyond are no longitude and latitude, whatever the file says.
_LON_LAT = (-360.5, -90.5, 360.5, 90.5)


@dataclass(frozen=True)
class LabelledPolygons:
    """Polygons in a raster's pixel space with their classes, in the file's order.

    Attributes:
        polygons: (N,) shapely Polygons in pixel space, valid, not empty.
        classes: N names, None where the file names no class.
        skipped: Features left out, because they hold no area (no geometry, points, lines, not finite).
    """

    polygons: Geometries
    classes: list[str | None]
    skipped: int = 0


@dataclass(frozen=True)
class PolygonFile:
    """Polygons of one file in its own CRS; the arrays go together, one entry for each polygon.

    Attributes:
        path: The file.
        crs: CRS of the coordinates; None where they are those of an image without a CRS.
        polygons: (N,) shapely Polygons, valid and not empty.
        classes: (N,) str, "" where a feature names none.
        scores: (N,) float64, NaN where a feature has none.
        states: (N,) str, "" where a feature has none.
        left_out: Numbers of features that are left out, by reason.
    """

    path: Path
    crs: CRS | None
    polygons: Geometries
    classes: npt.NDArray[np.object_]
    scores: Floats
    states: npt.NDArray[np.object_]
    left_out: dict[str, int]

    def __len__(self) -> int:
        """Return the number of polygons."""
        return len(self.polygons)

    def subset(self, where: Mask) -> PolygonFile:
        """Return the entries where the mask (N,) is True."""
        return replace(
            self,
            polygons=self.polygons[where],
            classes=self.classes[where],
            scores=self.scores[where],
            states=self.states[where],
        )

    def to_crs(self, crs: CRS | None) -> PolygonFile:
        """Return the polygons in another CRS; unchanged where either CRS is None.

        Raises:
            VectorReadError: PROJ has no transformation between the two.
        """
        if crs is None or self.crs is None:
            return self
        return replace(self, crs=crs, polygons=_transformed(self.path, self.polygons, self.crs, crs))


@dataclass(frozen=True)
class _Features:
    """Features of a file as GDAL reads them: geometries, CRS as text and columns of properties."""

    path: Path
    geometries: Geometries
    crs: str | None
    columns: dict[str, npt.NDArray[Any]]

    def texts(self, field: str | None) -> list[str | None]:
        """Return a column as str, None where a value or the column is missing."""
        if field not in self.columns:
            return [None] * len(self.geometries)
        values = self.columns[field].tolist()
        return [None if value is None or value != value else str(value) for value in values]

    def numbers(self, field: str) -> Floats:
        """Return a column as float64, NaN where a value or the column is missing."""
        if field not in self.columns:
            return np.full(len(self.geometries), np.nan)
        return self.columns[field].astype(np.float64)


def read_polygons(
    path: str | PathLike[str], grid: RasterGrid, *, class_field: str | None = None
) -> LabelledPolygons:
    """Read the polygons of any vector file that GDAL reads into a raster's pixel space.

    Coordinates are transformed from the file's CRS to the grid's. Where the grid has no CRS, they are taken as
    the grid's own world coordinates, whatever the file says (GeoJSON always claims longitude and latitude).
    Parts of multi-polygons become polygons of their own; outlines that cross themselves are repaired.

    Args:
        path: The label file.
        grid: The raster's grid.
        class_field: The property that holds the class; None for the first of `CLASS_FIELDS` that exists.

    Raises:
        VectorReadError: The file is no vector file, has no such field, or its CRS cannot be transformed.
    """
    features = _read_features(Path(path))
    columns = features.columns
    if class_field is not None and class_field not in columns:
        raise VectorReadError(
            f"{features.path} has no property {class_field!r}; it has {', '.join(columns) or 'none'}."
        )
    field = class_field or next((name for name in CLASS_FIELDS if name in columns), None)
    world = features.geometries
    if grid.crs is not None and features.crs is not None:
        world = _transformed(features.path, world, features.crs, grid.crs)
    polygons, index, left_out = split_polygons(grid.world_polygons_to_pixel(world))
    names = features.texts(field)
    return LabelledPolygons(polygons, [names[i] for i in index.tolist()], sum(left_out.values()))


def read_polygon_file(path: Path, class_field: str = "class") -> PolygonFile:
    """Read the polygons of any vector file that GDAL reads, with class, score and state.

    Multi-polygons become one entry for each part. Outlines that cross themselves are repaired; features without
    a polygon are counted in `left_out`.

    Raises:
        VectorReadError: The file is missing or no vector file.
    """
    features = _read_features(path)
    polygons, index, left_out = split_polygons(features.geometries)
    classes, states = (
        np.array([text or "" for text in features.texts(field)], dtype=object)[index]
        for field in (class_field, "state")
    )
    crs = _plausible_crs(features.crs, polygons)
    return PolygonFile(path, crs, polygons, classes, features.numbers("score")[index], states, left_out)


def split_polygons(geometries: Geometries) -> tuple[Geometries, Ints, dict[str, int]]:
    """Split geometries (N,) of any type into valid polygons with an area.

    Returns:
        The polygons (M,), for each the index of its geometry (M,), and numbers of geometries without any, by
        reason.
    """
    missing = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    index = np.flatnonzero(~missing)
    present = geometries[index]
    corners, of = shapely.get_coordinates(present, return_index=True)
    finite = np.ones(len(present), dtype=bool)
    finite[of[~np.isfinite(corners).all(axis=1)]] = False
    index, present = index[finite], present[finite]
    broken = ~shapely.is_valid(present)
    present[broken] = shapely.make_valid(present[broken])
    # A repaired bow-tie may be a collection of multi-polygons.
    for _ in range(2):
        present, of = shapely.get_parts(present, return_index=True)
        index = index[of]
    areal = (shapely.get_type_id(present) == shapely.GeometryType.POLYGON) & (shapely.area(present) > 0)
    polygons, index = present[areal], index[areal]
    lost = {"no geometry": int(missing.sum())}
    lost["not a polygon"] = len(geometries) - lost["no geometry"] - len(np.unique(index))
    return polygons, index, {reason: number for reason, number in lost.items() if number}


def _read_features(path: Path) -> _Features:
    if not path.is_file():
        raise VectorReadError(f"{path} does not exist; expected a file of polygons.")
    try:
        meta, _, geometry, columns = pyogrio.raw.read(path, force_2d=True)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.GeometryError,
    ) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise VectorReadError(
            f"{path} cannot be read as a vector file; expected polygons as GeoJSON or in another format "
            f"of GDAL ({reason})."
        ) from error
    if geometry is None:
        raise VectorReadError(f"{path} has no geometries; expected polygons.")
    names = [str(name) for name in meta["fields"]]
    shapes = np.asarray(shapely.from_wkb(geometry, on_invalid="ignore"), dtype=object)
    return _Features(path, shapes, meta["crs"], dict(zip(names, columns, strict=True)))


def _transformed(path: Path, shapes: Geometries, source: CRS | str, target: CRS) -> Geometries:
    try:
        source = CRS.from_user_input(source)
        if source == target:
            return shapes
        transformer = Transformer.from_crs(source, target, always_xy=True)

        def transform(xy: Floats) -> Floats:
            return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

        return np.asarray(shapely.transform(shapes, transform), dtype=object)
    except (CRSError, ProjError) as error:
        raise VectorReadError(
            f"{path} is in {str(source)[:60]}; it cannot be transformed to {target.name}."
        ) from error


def _plausible_crs(crs: str | None, polygons: Sequence[shapely.Polygon] | Geometries) -> CRS | None:
    """Return a file's CRS; None where it has none, or where GeoJSON's default cannot be meant."""
    if crs is None:
        return None
    parsed = CRS.from_user_input(crs)
    if parsed.is_geographic and len(polygons):
        west, south, east, north = shapely.total_bounds(polygons)
        if west < _LON_LAT[0] or south < _LON_LAT[1] or east > _LON_LAT[2] or north > _LON_LAT[3]:
            return None
    return parsed
