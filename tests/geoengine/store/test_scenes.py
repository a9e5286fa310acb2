from __future__ import annotations

from collections.abc import Callable

import pytest
from affine import Affine

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import Scene
from geoengine.store import Store
from geoengine.store.errors import DuplicateSceneError
from tests.support.views import read
from tiling.grid.raster_grid import RasterGrid


def test_a_scene_comes_back_as_it_went_in(store: Store, scene: Scene) -> None:
    assert read(store).scene(scene.id) == scene
    assert read(store).scene_by_key("banepa") == scene
    assert read(store).scene_by_hash("sha-banepa") == scene
    assert read(store).scene_by_hash("other") is None
    assert read(store).scenes() == [scene]


def test_a_grid_without_crs_and_a_rotated_one_come_back(
    store: Store, add_scene: Callable[..., Scene]
) -> None:
    plane = RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 10, 20)
    rotated = RasterGrid(None, Affine(0.1, 0.2, 1 / 3, 0.2, -0.1, 1e7 / 7), 10, 20)
    assert read(store).scene(add_scene("plane", plane).id).grid == plane
    assert read(store).scene(add_scene("rotated", rotated).id).grid == rotated


def test_duplicates_name_what_is_there(store: Store, scene: Scene, add_scene: Callable[..., Scene]) -> None:
    with pytest.raises(DuplicateSceneError, match="in the project already, as scene 'banepa'") as caught:
        add_scene("banepa")
    assert caught.value.existing == scene
    values = {
        name: getattr(scene, name) for name in ("name", "uri", "source", "grid", "bands", "dtype", "stretch")
    }
    with pytest.raises(DuplicateSceneError, match="key 'banepa' is taken"):
        store.add_scene(key="banepa", content_hash="another", **values)
    assert read(store).scenes() == [scene]


def test_a_bad_key_is_refused(store: Store, add_scene: Callable[..., Scene]) -> None:
    with pytest.raises(InvalidValueError, match=r"key of the scene is '\.\./x'"):
        add_scene("../x")
    assert read(store).scenes() == []


def test_free_keys(store: Store, scene: Scene, add_scene: Callable[..., Scene]) -> None:
    assert read(store).free_scene_key("Other") == "other"
    assert read(store).free_scene_key("Banepa") == "banepa-2"
    add_scene("banepa-2")
    assert read(store).free_scene_key("Banepa") == "banepa-3"


def test_unknown_scenes(store: Store, scene: Scene) -> None:
    with pytest.raises(NotFoundError, match="scene 99 does not exist"):
        read(store).scene(99)
    with pytest.raises(NotFoundError, match="expected one of: banepa"):
        read(store).scene_by_key("x")
    for name in ("features", "queue", "facets", "last_changeset", "counts"):
        with pytest.raises(NotFoundError):
            getattr(read(store), name)(99)
