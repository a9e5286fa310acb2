"""Labels of a whole file in a scene's CRS, at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from geoengine.exchange.geojson.placement import place
from geoengine.exchange.geojson.reader import LabelFile, ReadingRules
from geoengine.exchange.geojson.report import ImportedFeature, Problem, ReadReport
from geoengine.model.geometry import geometry_array
from tiling.class_names import ClassNames
from tiling.grid.raster_grid import RasterGrid


def read_geojson(
    path: Path,
    grid: RasterGrid,
    *,
    classes: Mapping[str, str] | list[str] | None = None,
    class_property: str = "class",
    default_class: str | None = None,
) -> ReadReport:
    """Read the labels of a file into a scene's CRS; `LabelFile` and `place` do it in pieces.

    Coordinates are longitude, latitude unless the file has a ``crs`` member. For a scene without a CRS they
    are its own (x = column, y = -row where nothing places it). A MultiPolygon is one feature, lines and points of
    several parts become one for each; parts that meet at the antimeridian are one.

    Args:
        path: The file.
        grid: Of the scene; what misses its extent is a problem.
        classes: The classes that are known, any other is a problem; None takes all.
        class_property: The property that names the class.
        default_class: The class of features that name none; None makes them problems.

    Raises:
        ExchangeError: The file cannot be read, is no GeoJSON, or its CRS does not go with the scene's.
    """
    names = None if classes is None else ClassNames(classes)
    file = LabelFile.open(path, ReadingRules(names, None, default_class))
    file.rules = replace(file.rules, class_property=class_property)
    source = file.crs_for(grid)
    problems: list[Problem] = []
    found: list[ImportedFeature] = []
    for chunk in file.chunks(problems, is_planar=isinstance(source, str)):
        moved, faults = place(geometry_array([feature.geometry for feature in chunk]), grid, source)
        for feature, geometry, fault in zip(chunk, moved, faults, strict=True):
            if fault is None:
                found.append(replace(feature, geometry=geometry))
            else:
                problems.append(Problem(feature.index, feature.uid, fault))
    return ReadReport(tuple(found), tuple(sorted(problems, key=lambda problem: problem.index)))
