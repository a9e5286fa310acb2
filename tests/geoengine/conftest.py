"""A project with one scene, and the edits the tests make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from affine import Affine
from pyproj import CRS

from geoengine.model import LabelClass, Scene
from geoengine.project import Project
from geoengine.store import Store
from tiling.display.stretch import Stretch
from tiling.grid.raster_grid import RasterGrid

CLASSES = (LabelClass("building", "Building", "#d55e00", "1"), LabelClass("tree", "Tree", "#009e73", "2"))


def _add_scene(store: Store, key: str = "banepa", grid: RasterGrid | None = None) -> Scene:
    """Registers a scene of 1000 x 800 px of 0.1 m in UTM 45N, or of another grid."""
    if grid is None:
        transform = Affine(0.1, 0, 350_000, 0, -0.1, 3_056_000)
        grid = RasterGrid(CRS.from_epsg(32645).to_wkt(), transform, 1000, 800)
    return store.add_scene(
        key=key,
        name=f"Scene {key}",
        uri=f"scenes/{key}.tif",
        source=f"/data/{key}.tif",
        content_hash=f"sha-{key}",
        grid=grid,
        bands=3,
        dtype="uint8",
        stretch=Stretch((1, 2, 3), (0.0, 0.0, 0.0), (255.0, 255.0, 255.0)),
    )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "project", "Test", CLASSES)


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    with project.store() as opened:
        yield opened


@pytest.fixture
def scene(store: Store) -> Scene:
    return _add_scene(store)


@pytest.fixture
def add_scene(store: Store) -> Callable[..., Scene]:
    """``add_scene(key, grid=None)`` registers one more scene."""
    return partial(_add_scene, store)
