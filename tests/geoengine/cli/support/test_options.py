"""Options that several commands share."""

from __future__ import annotations

import math
from pathlib import Path

import click
import pytest

from geoengine.cli.support.options import (
    ClassSpec,
    CommaList,
    CrsText,
    Nodata,
    declare,
    device_names,
    pick_scenes,
    pick_some_scenes,
)
from geoengine.project import Project
from tests.support.samples import Town
from tiling.access.source import RasterSource


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


def test_what_was_declared_is_kept_unless_it_is_declared_again(tmp_path: Path) -> None:
    source = RasterSource(tmp_path / "a.vrt", crs="EPSG:32633", force=True, allow=(tmp_path,))
    nothing = declare(source, crs=None, no_alpha=False, force_place=False, allow=())
    more = declare(source, crs="EPSG:32634", no_alpha=True, force_place=False, allow=(tmp_path / "b",))
    assert nothing == source
    assert (more.crs, more.no_alpha, more.force) == ("EPSG:32634", True, True)
    assert more.allow == (tmp_path, tmp_path / "b")


def test_a_crs_is_given_by_its_code_or_as_wkt() -> None:
    assert CrsText().convert("epsg:32633", None, None) == "EPSG:32633"
    with pytest.raises(click.BadParameter, match="'EPSG:5773' is Vertical CRS; expected a projected"):
        CrsText().convert("EPSG:5773", None, None)
    with pytest.raises(click.BadParameter, match="is no CRS; expected a code such as EPSG:32633"):
        CrsText().convert("+init=epsg:4326", None, None)


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
