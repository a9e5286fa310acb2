"""Label files as polygons in a raster's pixel space, for cutting chips and for training."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio.errors
import pyogrio.raw
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from tiling.errors import VectorReadError
from tiling.grid.raster_grid import RasterGrid

# Where a label's class is looked for, in this order.
CLASS_FIELDS = ("class", "class_key", "label", "category", "category_name", "name")


@dataclass(frozen=True)
class LabelledPolygons:
    """Polygons with their classes, in the file's order.

    Attributes:
        polygons: (N,) shapely Polygons in pixel space, valid, not empty.
        classes: N names, None where the file names no class.
        skipped: features left out, because they hold no area (no geometry, points, lines, not finite).
    """

    polygons: npt.NDArray[np.object_]
    classes: list[str | None]
    skipped: int = 0


def read_polygons(
    path: str | PathLike[str], grid: RasterGrid, *, class_field: str | None = None
) -> LabelledPolygons:
    """Reads any vector file GDAL reads.

    Coordinates are brought from the file's CRS to the grid's. Where the grid has no CRS, they are taken as
    the grid's own world coordinates, whatever the file says (GeoJSON always claims longitude and latitude).
    Parts of multi-polygons become polygons of their own; outlines that cross themselves are repaired.

    Args:
        path: the label file.
        grid: the raster's grid.
        class_field: the property that holds the class; None for the first of `CLASS_FIELDS` there is.

    Raises:
        VectorReadError: not a vector file, no such field, or a CRS that cannot be brought to the grid's.
    """
    file = Path(path)
    if not file.is_file():
        raise VectorReadError(f"{fspath(path)} does not exist; expected a file of polygons.")
    try:
        meta, _, geometry, columns = pyogrio.raw.read(file, force_2d=True)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.GeometryError,
    ) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise VectorReadError(f"{file} could not be read as vector data ({reason}).") from error
    if geometry is None:
        raise VectorReadError(f"{file} has no geometries; expected polygons.")
    names = _classes(file, [str(name) for name in meta["fields"]], columns, len(geometry), class_field)
    shapes = shapely.from_wkb(geometry, on_invalid="ignore")
    world = _to_grid_crs(file, shapes, meta["crs"], grid)
    pixel = grid.world_polygons_to_pixel(world)
    polygons: list[shapely.Polygon] = []
    classes: list[str | None] = []
    skipped = 0
    for shape, name in zip(pixel, names, strict=True):
        parts = polygon_parts(shape)
        skipped += not parts
        polygons.extend(parts)
        classes.extend([name] * len(parts))
    array = np.empty(len(polygons), dtype=object)
    array[:] = polygons
    return LabelledPolygons(array, classes, skipped)


def polygon_parts(shape: Any) -> list[shapely.Polygon]:
    """The valid polygons with an area that a geometry (or None) consists of."""
    if shape is None or shapely.is_empty(shape) or not np.isfinite(shapely.get_coordinates(shape)).all():
        return []
    if not shapely.is_valid(shape):
        shape = shapely.make_valid(shape)
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 0]


def _classes(
    file: Path, fields: list[str], columns: Any, count: int, class_field: str | None
) -> list[str | None]:
    if class_field is not None and class_field not in fields:
        raise VectorReadError(
            f"{file} has no property {class_field!r}; it has {', '.join(fields) or 'none'}."
        )
    candidates = CLASS_FIELDS if class_field is None else (class_field,)
    field = next((name for name in candidates if name in fields), None)
    if field is None:
        return [None] * count
    values = columns[fields.index(field)]
    return [None if value is None or value != value else str(value) for value in values.tolist()]


def _to_grid_crs(
    file: Path, shapes: npt.NDArray[np.object_], crs: str | None, grid: RasterGrid
) -> npt.NDArray[np.object_]:
    if grid.crs is None or crs is None:
        return shapes
    try:
        source = CRS.from_user_input(crs)
        if source == grid.crs:
            return shapes
        transformer = Transformer.from_crs(source, grid.crs, always_xy=True)

        def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

        return np.asarray(shapely.transform(shapes, move), dtype=object)
    except (CRSError, ProjError) as error:
        raise VectorReadError(
            f"{file} is in {crs[:60]}, which cannot be brought to the raster's CRS."
        ) from error
