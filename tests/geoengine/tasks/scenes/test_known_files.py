"""Tests of files that `add` knows again without reading them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.known_files import KnownFiles
from geoengine.tasks.scenes.register import register_scene
from tests.support.samples import write_raster
from tiling.access.source import RasterSource
from tiling.ingest import fingerprint


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(fingerprint, "is_settled", lambda status, now: True)
    return Project.create(tmp_path / "project")


@pytest.fixture
def source(tmp_path: Path) -> RasterSource:
    return RasterSource(write_raster(tmp_path / "a.tif", seed=1))


@pytest.fixture
def scene(project: Project, store: Store, source: RasterSource) -> Scene:
    """A scene whose file was noted."""
    with KnownFiles(project, store) as known:
        look = known.look(source)
        assert known.scenes(look) == []
        scene = register_scene(project, store, source)
        known.note(look, [scene])
    return scene


def _found(project: Project, store: Store, source: RasterSource) -> list[Scene]:
    with KnownFiles(project, store) as known:
        return known.scenes(known.look(source))


def test_an_unchanged_file_is_its_scene(
    project: Project, store: Store, source: RasterSource, scene: Scene
) -> None:
    assert _found(project, store, source) == [scene]
    link = source.path.with_name("link.tif")
    link.symlink_to(source.path)
    assert _found(project, store, RasterSource(link)) == [scene]


def test_a_changed_file_has_to_be_identified(
    project: Project, store: Store, source: RasterSource, scene: Scene
) -> None:
    write_raster(source.path, seed=2)
    assert _found(project, store, source) == []


def test_a_file_seen_otherwise_has_to_be_identified(
    project: Project, store: Store, source: RasterSource, scene: Scene
) -> None:
    assert _found(project, store, replace(source, height_m=7.0)) == []


def test_a_file_whose_scene_was_removed_has_to_be_identified(
    project: Project, store: Store, source: RasterSource, scene: Scene
) -> None:
    store.remove_scene(scene.id, 0)
    assert _found(project, store, source) == []


def test_a_file_that_is_written_at_the_moment_is_never_noted(
    project: Project, store: Store, source: RasterSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint, "is_settled", lambda status, now: False)
    scene = register_scene(project, store, source)
    with KnownFiles(project, store) as known:
        known.note(known.look(source), [scene])
    monkeypatch.setattr(fingerprint, "is_settled", lambda status, now: True)
    assert _found(project, store, source) == []


def test_what_was_noted_is_kept_when_the_command_is_interrupted(
    project: Project, store: Store, source: RasterSource
) -> None:
    known = KnownFiles(project, store)
    look = known.look(source)
    scene = register_scene(project, store, source)
    known.note(look, [scene])
    known.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert _found(project, store, source) == [scene]


def test_a_name_that_is_no_text_is_never_known(project: Project, store: Store, source: RasterSource) -> None:
    path = source.path.rename(os.fsdecode(os.fsencode(source.path.parent) + b"/\xff.tif"))
    assert _found(project, store, RasterSource(path)) == []
