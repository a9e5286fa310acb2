"""Relinking of scenes that are read in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.originals import source_problem
from geoengine.tasks.scenes.register import register_scene
from geoengine.tasks.scenes.relink import RelinkError, relink
from tests.support.samples import write_raster


@pytest.fixture
def in_place(project: Project, store: Store, tmp_path: Path) -> Scene:
    """A scene that is read from a file outside the project."""
    return register_scene(project, store, write_raster(tmp_path / "town.tif"))


def test_a_moved_file_is_the_same_scene(
    project: Project, store: Store, in_place: Scene, tmp_path: Path
) -> None:
    moved = tmp_path / "archive.tif"
    Path(in_place.source).rename(moved)
    assert source_problem(project, in_place) is not None
    found = relink(project, store, in_place, moved)
    assert (found.id, found.source, found.content_hash) == (in_place.id, str(moved), in_place.content_hash)
    assert source_problem(project, found) is None


def test_other_pixels_are_taken_only_on_request(
    project: Project, store: Store, in_place: Scene, tmp_path: Path
) -> None:
    other = write_raster(tmp_path / "other.tif", seed=5)
    with pytest.raises(RelinkError, match="has other content than was registered"):
        relink(project, store, in_place, other)
    found = relink(project, store, in_place, other, changed=True)
    assert found.content_hash != in_place.content_hash


@pytest.mark.parametrize(
    ("options", "message"),
    [({"repeat": 2}, "has the size"), ({"count": 1}, "number of bands 1"), ({"crs": "EPSG:32644"}, "CRS")],
)
def test_another_raster_is_refused(
    project: Project, store: Store, in_place: Scene, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    other = write_raster(tmp_path / "other.tif", **options)  # type: ignore[arg-type]
    with pytest.raises(RelinkError, match=message):
        relink(project, store, in_place, other, changed=True)


def test_a_copy_in_the_project_is_not_relinked(project: Project, store: Store, tmp_path: Path) -> None:
    scene = register_scene(project, store, write_raster(tmp_path / "striped.tif", repeat=4))
    with pytest.raises(RelinkError, match="is read from a copy in the project"):
        relink(project, store, scene)
