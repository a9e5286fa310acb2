"""Options that several commands share."""

from __future__ import annotations

import math
from pathlib import Path

import click
import pytest

from geoengine.cli.support.options import (
    ClassSpec,
    CommaList,
    Nodata,
    device_names,
    pick_scenes,
    pick_some_scenes,
    read_policy,
)
from geoengine.project import Project
from tests.support.samples import Town


def test_nodata_is_a_number_or_a_colour() -> None:
    assert Nodata().convert("-9999", None, None) == -9999.0
    assert math.isnan(float(Nodata().convert("nan", None, None)))  # type: ignore[arg-type]
    assert Nodata().convert("255, 255,0", None, None) == (255, 255, 0)
    with pytest.raises(click.BadParameter, match="neither a number nor a colour"):
        Nodata().convert("white", None, None)


def test_a_class_may_have_a_colour() -> None:
    assert ClassSpec().convert("tree", None, None) == ("tree", None)
    assert ClassSpec().convert("tree:00AA73", None, None) == ("tree", "#00aa73")
    with pytest.raises(click.BadParameter, match="not a colour"):
        ClassSpec().convert("tree:green", None, None)


def test_a_list_has_only_words_of_its_set() -> None:
    words = CommaList(("accepted", "proposed"))
    assert words.convert("proposed, accepted,", None, None) == ("proposed", "accepted")
    for text, message in (
        ("accepted,open", "'open' is not one of accepted, proposed"),
        (",", "at least one word"),
    ):
        with pytest.raises(click.BadParameter, match=message):
            words.convert(text, None, None)


def test_devices_are_named_between_commas() -> None:
    assert device_names("cuda:0, cpu") == ["cuda:0", "cpu"]
    with pytest.raises(click.UsageError, match="expected names between commas"):
        device_names("cuda:0,,cpu")


def test_allowed_folders_include_the_rasters_own(tmp_path: Path) -> None:
    assert read_policy((), [tmp_path / "a.vrt"]).roots == ()
    assert read_policy((tmp_path / "more",), [tmp_path / "a.vrt"]).roots == (tmp_path / "more", tmp_path)


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
