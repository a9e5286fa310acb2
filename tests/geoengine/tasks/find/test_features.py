"""Features of scenes, kept until something that they were made of changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.model_package.card_file import load_package
from geoengine.errors import GeoEngineError
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.find.features import SceneFeatures
from tests.support import planted_town as farm
from tests.support.views import read
from tiling.errors import TilingError
from tiling.grid.window import PixelSize

SIZE = PixelSize(farm.WIDTH // 4, farm.HEIGHT // 4)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return farm.make_project(tmp_path / "p")


@pytest.fixture
def scene(store: Store) -> Scene:
    return read(store).scene_by_key("farm0")


def test_features_are_kept_until_the_scene_or_the_package_changes(project: Project, scene: Scene) -> None:
    package = load_package(project.models_dir / "random")
    features, shares = SceneFeatures(project, package), list[float]()
    assert features.read(scene, SIZE) is None
    made = features.make(scene, SIZE, shares.append)
    assert (made.size, shares[-1]) == (SIZE, 1.0)
    kept = features.read(scene, SIZE)
    assert kept is not None
    assert np.array_equal(kept.codes, made.codes)
    assert features.path(scene, SIZE).is_relative_to(project.cache_dir)
    assert features.read(scene, PixelSize(farm.WIDTH, farm.HEIGHT)) is None
    assert features.read(replace(scene, content_hash="0" * 64), SIZE) is None
    assert features.read(replace(scene, stretch=replace(scene.stretch, gamma=1.5)), SIZE) is None
    other = replace(package, card=replace(package.card, sha256="1" * 64))
    assert SceneFeatures(project, other).read(scene, SIZE) is None
    features.path(scene, SIZE).write_bytes(b"damaged")
    assert features.read(scene, SIZE) is None


def test_a_raster_that_is_gone_makes_no_features(project: Project, scene: Scene) -> None:
    features = SceneFeatures(project, load_package(project.models_dir / "random"))
    project.resolve(scene.uri).unlink()
    with pytest.raises((TilingError, GeoEngineError)):
        features.make(scene, SIZE)
    assert not features.path(scene, SIZE).exists()
