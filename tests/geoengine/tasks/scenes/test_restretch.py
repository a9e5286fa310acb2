"""Choosing anew how a scene is shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.restretch import restretch
from tests.support.views import read
from tiling.access.file_check import hash_raster
from tiling.display.statistics import compute_statistics
from tiling.display.stretch import Stretch, compute_stretch
from tiling.errors import StretchError
from tiling.raster.metadata import SceneMetadata
from tiling.raster.raster import open_raster


def add(project: Project, store: Store, *, measured: bool) -> Scene:
    """A scene of four 16-bit bands: blue, green, red and NIR; with its statistics recorded or not."""
    path = project.scenes_dir / "four.tif"
    pixels = np.random.default_rng(4).integers(100, 2000, (4, 40, 40), dtype=np.uint16)
    profile = {"driver": "GTiff", "width": 40, "height": 40, "count": 4, "dtype": "uint16"}
    place = {"crs": "EPSG:32645", "transform": Affine(0.5, 0, 3e5, 0, -0.5, 3e6)}
    with rasterio.open(path, "w", **profile, **place) as dataset:
        dataset.write(pixels)
        dataset.descriptions = ("blue", "green", "red", "nir")
    with open_raster(path) as raster:
        return store.add_scene(
            key="four",
            name="four",
            uri=project.uri_for(path),
            source=str(path),
            content_hash=hash_raster(path),
            grid=raster.grid,
            bands=raster.count,
            dtype=raster.dtype,
            stretch=compute_stretch(raster),
            metadata=SceneMetadata(band_names=raster.band_names) if measured else SceneMetadata(),
            statistics=compute_statistics(raster) if measured else None,
        )


@pytest.mark.parametrize("measured", [True, False])
def test_a_stretch_is_chosen_and_recorded(tmp_path: Path, measured: bool) -> None:
    project = Project.create(tmp_path / "p", "p")
    with project.store() as store:
        scene = add(project, store, measured=measured)
        first = scene.stretch
        assert first.bands == (3, 2, 1)
        if measured:
            (project.scenes_dir / "four.tif").unlink()  # nothing is read again
        changed = restretch(project, store, scene, bands="cir", limits="range:0,3000", gamma=1.5)
        assert changed.stretch == Stretch((4, 3, 2), (0.0,) * 3, (3000.0,) * 3, 1.5)
        assert read(store).scene(scene.id).stretch == changed.stretch
        assert restretch(project, store, scene, bands="ndvi").stretch.index == "normalized_difference"
        assert restretch(project, store, scene).stretch == first


def test_what_cannot_be_shown_changes_nothing(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "p", "p")
    with project.store() as store:
        scene = add(project, store, measured=True)
        with pytest.raises(StretchError, match="it has 1 blue, 2 green, 3 red, 4 nir"):
            restretch(project, store, scene, bands="5")
        assert read(store).scene(scene.id).stretch == scene.stretch
