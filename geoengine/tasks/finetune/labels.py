"""Labels of a scene in the model's pixels: decided features, and proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geoengine.model import FeatureFilter, GroundCells, Scene
from geoengine.model.geometry import geometry_array
from geoengine.store import Store
from tiling.arrays import Geometries, Ints, Mask, Texts
from tiling.chips.area_of_interest import read_area
from tiling.grid.raster_grid import RasterGrid, resampled_size
from tiling.vectors.review_state import rejected, waiting


@dataclass(frozen=True)
class CompleteGround:
    """Ground of a complete scene or area.

    Attributes:
        seen: (rows, cols) `GroundCells` of the scene that lie there and that somebody has seen.
        classes: (K,) for which of the wanted classes it is complete.
    """

    seen: Mask
    classes: Mask


@dataclass(frozen=True)
class SceneLabels:
    """The labels of one scene, in the pixels of the scene at the model's ground resolution.

    Attributes:
        scene: The scene.
        grid: The scene at that resolution.
        changeset: Number of the last changeset that is in it.
        polygons, classes, states: (N,) of the parts of its live objects; a class is its place among the wanted ones.
        area: Polygons inside which everything is labelled, or None.
        complete: What was seen of the scene, or of areas of it, where a person said that they are complete.
    """

    scene: Scene
    grid: RasterGrid
    changeset: int
    polygons: Geometries
    classes: Ints
    states: Texts
    area: Geometries | None = None
    complete: tuple[CompleteGround, ...] = ()

    @property
    def accepted(self) -> Mask:
        """(N,) true objects: accepted, corrected or drawn by a person."""
        return ~(rejected(self.states) | waiting(self.states))

    @property
    def undecided(self) -> Mask:
        """(N,) undecided proposals."""
        return waiting(self.states)


def read_labels(
    store: Store,
    scene: Scene,
    classes: Sequence[str],
    gsd_m: float,
    area: Path | None = None,
    area_layer: str | None = None,
) -> SceneLabels:
    """Read the labels of a scene at one moment.

    Raises:
        VectorReadError: The area is no file of polygons.
    """
    grid = scene.grid.resized(*resampled_size(scene.grid, gsd_m))
    with store.reading() as view:
        snapshot = view.snapshot(scene.id, FeatureFilter(classes=classes))
        features = list(snapshot.features)
        held = view.complete_parts(scene.id).get(scene.id, ())
        seen = view.seen_ground(scene.id)
    # A model learns what it sees as one: each part of an object of several is one for it.
    polygons, of = shapely.get_parts(
        geometry_array([feature.geometry for feature in features]), return_index=True
    )
    states = geometry_array([feature.state for feature in features])[of]
    numbers = np.array([classes.index(feature.class_key) for feature in features], np.int64)[of]
    inside = None
    if area is not None:
        found = read_area(area, grid, area_layer)
        inside = np.empty(0, object) if found is None else found.polygons
    cells, complete = GroundCells(scene.grid.width, scene.grid.height), []
    for one in held:
        missing = one.missing(classes)
        searched = np.array([key not in missing for key in classes], bool)
        complete.append(CompleteGround(one.ground(cells, seen), searched))
    return SceneLabels(
        scene,
        grid,
        snapshot.changeset,
        grid.world_polygons_to_pixel(polygons),
        numbers,
        states,
        inside,
        tuple(complete),
    )
