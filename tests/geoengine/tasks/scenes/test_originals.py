"""Check that scenes' files are still those that were registered."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from geoengine.project import Project
from geoengine.tasks.scenes.originals import source_problem, source_record
from geoengine.tasks.scenes.register import register_scene
from tests.support.samples import write_raster
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError


def test_a_file_outside_the_project_is_recorded_with_size_and_time(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    path = write_raster(tmp_path / "town.tif")
    status = path.stat()
    record = source_record(RasterSource(path), project)
    assert record["file"] == {"bytes": status.st_size, "modified_ns": status.st_mtime_ns}
    copy = write_raster(project.scenes_dir / "copy.tif")
    assert "file" not in source_record(RasterSource(copy), project)
    with pytest.raises(RasterReadError):
        source_record(RasterSource(tmp_path / "gone.tif"), project)


def test_a_changed_or_missing_file_is_one_sentence(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project")
    path = write_raster(tmp_path / "town.tif")
    with project.store() as store:
        scene = register_scene(project, store, path)
    assert source_problem(project, scene) is None
    os.utime(path, ns=(1, 1))
    changed = source_problem(project, scene)
    assert changed is not None
    assert str(path) in changed
    path.unlink()
    gone = source_problem(project, scene)
    assert gone is not None
    assert str(path) in gone
    assert gone != changed
