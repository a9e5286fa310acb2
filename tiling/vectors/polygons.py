"""Polygons of vector files: labels for chips and training, areas of interest, results to compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from tiling.arrays import Floats, Geometries, Ints, Mask, Texts
from tiling.class_names import CLASS_FIELDS, SCORE_FIELDS, are_proper_names, class_text
from tiling.errors import VectorReadError
from tiling.grid.raster_grid import RasterGrid
from tiling.vectors.labelled_polygons import LabelledPolygons
from tiling.vectors.multi_parts import together
from tiling.vectors.open_file import open_vector_file
from tiling.vectors.review_state import rejected, waiting

# A little more than the whole globe: coordinates beyond are no longitude and latitude, whatever the file says.
_LON_LAT = (-360.5, -90.5, 360.5, 90.5)


Split = Callable[[Geometries], tuple[Geometries, Ints, dict[str, int]]]
"""Like `split_polygons`."""


@dataclass(frozen=True)
class PolygonFile:
    """Polygons of one file in its own CRS, or what it was split into; the arrays go together, one entry for each.

    Attributes:
        path: The file.
        crs: CRS of the coordinates; None where they are those of an image without a CRS.
        polygons: (N,) shapely Polygons, valid and not empty; LineStrings and Points too where `split_kinds` split it.
        classes: (N,) str, "" where a feature names none.
        scores: (N,) float64, NaN where a feature has none.
        states: (N,) str, "" where a feature has none.
        left_out: Numbers of features that are left out, by reason.
        class_field: The property that the classes are from; None where the file has none.
        score_field: The property that the scores are from; None where the file has none.
    """

    path: Path
    crs: CRS | None
    polygons: Geometries
    classes: Texts
    scores: Floats
    states: Texts
    left_out: dict[str, int]
    class_field: str | None = None
    score_field: str | None = None

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
    """All features of a file: geometries and some of their properties."""

    path: Path
    geometries: Geometries
    crs: CRS | None
    fields: tuple[str, ...]
    columns: dict[str, list[Any]]

    def texts(self, field: str | None) -> list[str | None]:
        """Return a column as names, None where a value or the column is missing."""
        if field is None:
            return [None] * len(self.geometries)
        return [class_text(value) for value in self.columns[field]]

    def numbers(self, field: str | None) -> Floats:
        """Return a column as float64, NaN where a value or the column is missing."""
        if field is None:
            return np.full(len(self.geometries), np.nan)
        found = np.full(len(self.geometries), np.nan)
        for index, value in enumerate(self.columns[field]):
            try:
                found[index] = np.nan if value is None or value == "" else float(value)
            except (TypeError, ValueError):
                raise VectorReadError(
                    f"{self.path} has the {field} {value!r} at feature {index}, expected a number."
                ) from None
        return found


def read_polygons(
    path: str | PathLike[str], grid: RasterGrid, *, class_field: str | None = None, layer: str | None = None
) -> LabelledPolygons:
    """Read the polygons of a vector file into a raster's pixel space.

    Coordinates are transformed from the file's CRS to the grid's. Where the grid has no CRS, they are taken as
    the grid's own world coordinates, whatever the file says (GeoJSON always claims longitude and latitude).
    Parts of multi-polygons become polygons of their own; outlines that cross themselves are repaired.

    Args:
        path: The label file, of a format that `open_vector_file` opens.
        grid: The raster's grid.
        class_field: The property that holds the class; None for the first of `CLASS_FIELDS` that exists.
        layer: Name of the layer; None for the only one.

    Raises:
        VectorReadError: The file is no vector file, has no such field, or its CRS cannot be transformed.
    """
    return _read_placed(path, grid, class_field, layer)[0]


def read_labels(
    path: str | PathLike[str],
    grid: RasterGrid,
    *,
    class_field: str | None = None,
    layer: str | None = None,
    whole: bool = False,
) -> LabelledPolygons:
    """Read the labels of a vector file into a raster's pixel space, by the rule of `review_state`.

    Rejected features are left out and counted; those that wait for review are marked in `waiting`. With `whole`, a
    MultiPolygon stays one. Otherwise as `read_polygons`.
    """
    found, states = _read_placed(path, grid, class_field, layer, whole)
    keep = ~rejected(states)
    unknown = waiting(states)[keep]
    classes = [name for name, kept in zip(found.classes, keep, strict=True) if kept]
    left_out = int(np.count_nonzero(~keep))
    return replace(found, polygons=found.polygons[keep], classes=classes, waiting=unknown, rejected=left_out)


def _read_placed(
    path: str | PathLike[str],
    grid: RasterGrid,
    class_field: str | None,
    layer: str | None,
    whole: bool = False,
) -> tuple[LabelledPolygons, list[str | None]]:
    """Return the polygons of a file in a raster's pixel space, and the review state of each."""
    features = _read_features(Path(path), layer, () if class_field is None else (class_field,))
    if class_field is not None and class_field not in features.fields:
        raise VectorReadError(
            f"{features.path} has no property {class_field!r}; it has {', '.join(features.fields) or 'none'}."
        )
    field = class_field or _class_field(features)
    world = features.geometries
    if grid.crs is not None and features.crs is not None:
        world = _transformed(features.path, world, features.crs, grid.crs)
    pixels = grid.world_polygons_to_pixel(world)
    polygons, index, left_out = split_polygons(pixels)
    if whole:
        polygons, index = together(polygons, index, pixels)
    names, states = features.texts(field), features.texts("state" if "state" in features.fields else None)
    found = LabelledPolygons(
        polygons, [names[i] for i in index.tolist()], sum(left_out.values()), class_field=field
    )
    return found, [states[i] for i in index.tolist()]


def read_polygon_file(
    path: Path, class_field: str | None = None, layer: str | None = None, split: Split | None = None
) -> PolygonFile:
    """Read the polygons of a vector file, with class, score and state.

    Multi-polygons become one entry for each part. Outlines that cross themselves are repaired; features without
    a polygon are counted in `left_out`.

    Args:
        path: The file, of a format that `open_vector_file` opens.
        class_field: The property that holds the class; None for the first of `CLASS_FIELDS` that exists.
        layer: Name of the layer; None for the only one.
        split: What makes entries of geometries; None for `split_polygons`.

    Raises:
        VectorReadError: The file is missing or no vector file, or a score is no number.
    """
    features = _read_features(path, layer, () if class_field is None else (class_field,))
    if class_field is None:
        class_field = _class_field(features)
    elif class_field not in features.fields:
        class_field = None
    score_field = _first_of(SCORE_FIELDS, features.fields)
    polygons, index, left_out = (split or split_polygons)(features.geometries)
    classes, states = (
        np.array([text or "" for text in features.texts(field)], dtype=object)[index]
        for field in (class_field, "state" if "state" in features.fields else None)
    )
    crs = _plausible_crs(features.crs, polygons)
    scores = features.numbers(score_field)[index]
    return PolygonFile(path, crs, polygons, classes, scores, states, left_out, class_field, score_field)


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


def _read_features(path: Path, layer: str | None, extra: tuple[str, ...]) -> _Features:
    file = open_vector_file(path, layer)
    wanted = [name for name in {*CLASS_FIELDS, *SCORE_FIELDS, "state", *extra} if name in file.fields]
    columns: dict[str, list[Any]] = {name: [] for name in wanted}
    geometries: list[Geometries] = [np.empty(0, dtype=object)]
    for batch in file.batches():
        geometries.append(batch.geometries)
        for name, values in columns.items():
            values.extend(properties.get(name) for properties in batch.properties)
    return _Features(path, np.concatenate(geometries), file.crs, file.fields, columns)


def _class_field(features: _Features) -> str | None:
    """Return the property that holds the class; not one of proper names."""
    field = _first_of(CLASS_FIELDS, features.fields)
    return None if field == "name" and are_proper_names(features.texts(field)) else field


def _first_of(names: Sequence[str], fields: Sequence[str]) -> str | None:
    return next((name for name in names if name in fields), None)


def _transformed(path: Path, shapes: Geometries, source: CRS, target: CRS) -> Geometries:
    try:
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


def _plausible_crs(crs: CRS | None, polygons: Sequence[shapely.Polygon] | Geometries) -> CRS | None:
    """Return a file's CRS; None where it has none, it is a plane of its own, or GeoJSON's default cannot be meant.

    GeoPackages without a CRS are in "Undefined SRS", a plane that has no place on the Earth.
    """
    if crs is not None and crs.is_engineering:
        return None
    if crs is not None and crs.is_geographic and len(polygons):
        west, south, east, north = shapely.total_bounds(polygons)
        if west < _LON_LAT[0] or south < _LON_LAT[1] or east > _LON_LAT[2] or north > _LON_LAT[3]:
            return None
    return crs
