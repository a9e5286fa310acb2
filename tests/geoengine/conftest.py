"""A project with one scene, and the edits the tests make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from geoengine.model import LabelClass, Scene
from geoengine.project import Project
from geoengine.store import Store
from tests.support.scenes import register_plain

CLASSES = (LabelClass("building", "Building", "#d55e00", "1"), LabelClass("tree", "Tree", "#009e73", "2"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "project", "Test", CLASSES)


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    with project.store() as opened:
        yield opened


@pytest.fixture
def scene(store: Store) -> Scene:
    return register_plain(store)


@pytest.fixture
def add_scene(store: Store) -> Callable[..., Scene]:
    """``add_scene(key, grid=None)`` registers one more scene."""
    return partial(register_plain, store)
