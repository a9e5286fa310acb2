"""Stretch of a tile by its query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from geoengine.model import Scene
from geoengine.project import Project
from server.http.errors import QueryError
from server.representations.scene_version import VersionedScene
from server.schemas.tiles import TileQuery
from server.tiles.query_stretch import QueryStretch, StretchResolver
from tiling.raster.raster import Raster, open_raster


@pytest.fixture
def opened(project: Project) -> list[str]:
    """Keys of the scenes whose raster was opened."""
    return []


@pytest.fixture
def resolver(project: Project, opened: list[str]) -> StretchResolver:
    @contextmanager
    def lend(scene: Scene, purpose: str) -> Iterator[Raster]:
        opened.append(scene.key)
        with open_raster(project.resolve(scene.uri)) as raster:
            yield raster

    return StretchResolver(lend)


def test_without_fields_it_is_the_scenes_own(
    resolver: StretchResolver, scene: Scene, opened: list[str]
) -> None:
    found = resolver.of(VersionedScene(scene, "v1"), TileQuery.model_validate({}))
    assert found == QueryStretch(scene.stretch, "")
    assert opened == []


def test_gamma_alone_changes_only_gamma(resolver: StretchResolver, scene: Scene, opened: list[str]) -> None:
    found = resolver.of(VersionedScene(scene, "v1"), TileQuery.model_validate({"gamma": 2.0}))
    assert found.stretch == replace(scene.stretch, gamma=2.0)
    assert found.key
    assert opened == []


def test_a_scene_without_statistics_is_measured_once(
    resolver: StretchResolver, scene: Scene, opened: list[str]
) -> None:
    versioned = VersionedScene(scene, "v1")
    keys = set()
    for bands in ("3,2,1", "2"):
        found = resolver.of(versioned, TileQuery.model_validate({"bands": bands, "limits": "range:0,100"}))
        assert found.stretch.bands == tuple(int(number) for number in bands.split(","))
        assert set(found.stretch.low) == {0.0}
        keys.add(found.key)
    assert len(keys) == 2
    assert opened == ["town"]
    resolver.of(VersionedScene(scene, "v2"), TileQuery.model_validate({"limits": "minmax"}))
    assert opened == ["town", "town"]


def test_a_stretch_that_the_scene_cannot_have_is_an_error_of_the_query(
    resolver: StretchResolver, scene: Scene
) -> None:
    with pytest.raises(QueryError) as caught:
        resolver.of(VersionedScene(scene, "v1"), TileQuery.model_validate({"bands": "7"}))
    assert "7" in str(caught.value)
