"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from geoengine.cli.support.options import device_names, pick_scenes, pick_some_scenes
from geoengine.project import Project
from tests.support.samples import Town


def test_devices_are_named_between_commas() -> None:
    assert device_names("cuda:0, cpu") == ["cuda:0", "cpu"]
    with pytest.raises(click.UsageError, match="expected names between commas"):
        device_names("cuda:0,,cpu")


def test_scenes_are_picked_by_key(town: Town) -> None:
    with Project.open(town.directory).store() as store:
        assert [scene.key for scene in pick_scenes(store, ())] == ["town"]
        assert [scene.key for scene in pick_scenes(store, ("town", "town"))] == ["town"]
        with pytest.raises(click.UsageError, match="no scene 'twon' in this project, which has town"):
            pick_scenes(store, ("twon",))


def test_a_project_without_scenes_is_refused(tmp_path: Path) -> None:
    with (
        Project.create(tmp_path / "empty").store() as store,
        pytest.raises(click.UsageError, match="no scenes yet"),
    ):
        pick_some_scenes(store, ())
