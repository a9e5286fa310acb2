"""Check that geometries lie on their scene, the same for edits and for imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geoengine.errors import InvalidGeometryError
from geoengine.model.edit import DeleteFeature, Edit
from geoengine.model.feature import Bounds
from geoengine.model.geometry import geometry_array
from tiling.arrays import Geometries, Mask

if TYPE_CHECKING:
    from tiling.grid.raster_grid import RasterGrid

OFF_SCENE = "lies outside the scene"


def off_scene(geometries: Sequence[shapely.Geometry] | Geometries, grid: RasterGrid) -> Mask:
    """Return for each geometry whether it misses the extent of a scene.

    Args:
        geometries: N valid geometries in the scene's CRS; one with coordinates that are not finite misses it.
        grid: The grid of the scene.

    Returns:
        (N,) bool.
    """
    given = geometry_array(list(geometries))
    minx, miny, maxx, maxy = grid.bounds
    boxes = shapely.bounds(given)
    with np.errstate(invalid="ignore"):
        near = (boxes[:, 0] <= maxx) & (boxes[:, 2] >= minx) & (boxes[:, 1] <= maxy) & (boxes[:, 3] >= miny)
    near &= np.isfinite(boxes).all(axis=1)
    missing: Mask = ~near
    # Only geometries whose box meets the extent cost an intersection, and only where it does not lie within.
    within = (boxes[:, 0] >= minx) & (boxes[:, 2] <= maxx) & (boxes[:, 1] >= miny) & (boxes[:, 3] <= maxy)
    open_question = near & ~within
    missing[open_question] = ~shapely.intersects(given[open_question], shapely.box(minx, miny, maxx, maxy))
    return missing


def check_on_scene(edits: Sequence[Edit], grid: RasterGrid) -> None:
    """Raise for the first edit that brings a geometry off the scene; a feature that is there already may stay.

    Raises:
        InvalidGeometryError: It names the edit, its box and the extent.
    """
    carrying = [
        (index, edit.geometry)
        for index, edit in enumerate(edits)
        if not isinstance(edit, DeleteFeature) and edit.geometry is not None
    ]
    missing = np.flatnonzero(off_scene([geometry for _, geometry in carrying], grid)).tolist()
    if missing:
        index, geometry = carrying[missing[0]]
        field = f"edits[{index}].geometry"
        raise InvalidGeometryError(
            f"{field} of feature {edits[index].uid} {OFF_SCENE}: its box is {_text(geometry.bounds)}, "
            f"expected one that meets {_text(grid.bounds)}",
            field,
        )


def _text(box: Bounds) -> str:
    return "(" + ", ".join(f"{value:.10g}" for value in box) + ")"
