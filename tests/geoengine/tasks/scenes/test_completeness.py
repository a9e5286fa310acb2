"""Scenes and areas that are said to be complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoengine.errors import InvalidValueError, NotSeenError
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.completeness import mark_scene, whole_cells
from geoengine.tasks.scenes.register import register_scene
from tests.support.samples import HEIGHT, WIDTH, write_raster
from tiling.grid.window import PixelWindow


@pytest.fixture
def seen_left(project: Project, store: Store, tmp_path: Path) -> Scene:
    """A scene of which the left half was seen."""
    scene = register_scene(project, store, write_raster(tmp_path / "town.tif"))
    store.add_seen(scene.id, "ana", [PixelWindow(0, 0, WIDTH // 2, HEIGHT)])
    return scene


def test_only_seen_ground_can_be_complete(project: Project, store: Store, seen_left: Scene) -> None:
    with pytest.raises(NotSeenError, match="Scene 'town' cannot be complete yet: "):
        mark_scene(project, store, seen_left, True, "ana")
    with pytest.raises(NotSeenError, match="This area of scene 'town' cannot be complete yet: "):
        mark_scene(project, store, seen_left, True, "ana", (100, 0, 250, 100))
    (held,) = mark_scene(project, store, seen_left, True, "ana", (20, 20, 100, 100))
    assert (held.area, held.share) == (PixelWindow(16, 16, 96, 96), 1)
    assert mark_scene(project, store, seen_left, False, "ben", (20, 20, 100, 100)) == ()


def test_an_area_meets_its_scene(seen_left: Scene) -> None:
    assert whole_cells(seen_left, PixelWindow(-50, -50, 60, 60)) == PixelWindow(0, 0, 16, 16)
    with pytest.raises(
        InvalidValueError, match="area is columns 400 to 410, rows 0 to 10, expected a part of"
    ):
        whole_cells(seen_left, PixelWindow(400, 0, 10, 10))
