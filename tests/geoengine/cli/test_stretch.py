"""stretch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from geoengine.cli.stretch import stretch
from geoengine.project import Project
from tests.support.samples import Run, Town, write_raster
from tests.support.views import read
from tiling.display.colormaps import COLORMAPS
from tiling.display.stretch import Stretch


def stretches(town: Town) -> dict[str, Stretch]:
    """The stretch of each scene, as the store has it."""
    with Project.open(town.directory).store() as store:
        return {scene.key: scene.stretch for scene in read(store).scenes()}


def test_without_options_it_shows(town: Town, run: Run) -> None:
    before = stretches(town)
    result = run("stretch", "-p", town.directory)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "scene  bands  black  white        gamma  colours",
        "town   1,2,3  0,0,0  255,255,255  1      -",
    ]
    assert stretches(town) == before


def test_it_sets_and_resets(town: Town, run: Run) -> None:
    before = stretches(town)
    options = ("--bands", "2", "--limits", "range:10,200", "--gamma", "1.5", "--colormap", "magma")
    result = run("stretch", "-p", town.directory, "town", *options, "--json")
    assert result.exit_code == 0
    expected = Stretch((2,), (10.0,), (200.0,), 1.5, None, "magma")
    assert json.loads(result.stdout) == {
        "scenes": [{"scene": "town", "stretch": expected.to_json()}],
        "failed": [],
    }
    assert stretches(town) == {"town": expected}
    assert "magma" in run("stretch", "-p", town.directory).stdout
    assert run("stretch", "-p", town.directory, "--reset").exit_code == 0
    assert stretches(town) == before


def test_measured_limits(town: Town, run: Run) -> None:
    assert run("stretch", "-p", town.directory, "--limits", "minmax", "--gamma", "1").exit_code == 0
    shown = stretches(town)["town"]
    assert (shown.low, shown.high) == ((1.0,) * 3, (249.0,) * 3)


def test_a_scene_that_cannot_be_shown_so_does_not_stop_the_others(
    town: Town, tmp_path: Path, run: Run
) -> None:
    four = write_raster(tmp_path / "four.tif", seed=5, count=4, alpha="no")
    assert run("add", "-p", town.directory, four).exit_code == 0
    result = run("stretch", "-p", town.directory, "--bands", "cir")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "town: Bands 'cir' need nir, red, green, and not all were found: it has 1 red"
    )
    assert result.stderr.count("\n") == 1
    assert stretches(town)["four"].bands == (4, 1, 2)
    assert run("stretch", "-p", town.directory, "town", "--bands", "cir").exit_code == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--gamma", "0"),
        ("--limits", "best"),
        ("--colormap", "jet"),
        ("--bands", "1,2"),
        ("--reset", "--gamma", "2"),
        ("nowhere", "--gamma", "2"),
    ],
)
def test_unusable_options_are_refused_in_a_sentence(town: Town, run: Run, options: tuple[str, ...]) -> None:
    before = stretches(town)
    result = run("stretch", "-p", town.directory, *options)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert stretches(town) == before


def test_the_help_names_every_colour_map() -> None:
    [option] = [parameter for parameter in stretch.params if parameter.name == "colormap"]
    assert all(name in option.help for name in COLORMAPS)  # type: ignore[attr-defined]


def test_undeclared_fill_is_said_left_out_and_taken_in(town: Town, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "askew.tif"
    values = np.random.default_rng(3).integers(300, 900, (1, 90, 90), dtype=np.uint16)
    values[:, :, 50:] = 65535
    profile = {"driver": "GTiff", "width": 90, "height": 90, "count": 1, "dtype": "uint16"}
    with rasterio.open(
        path, "w", crs="EPSG:32645", transform=Affine(1, 0, 3e5, 0, -1, 3e6), **profile
    ) as raster:
        raster.write(values)
    added = run("add", "-p", town.directory, path)
    assert added.exit_code == 0
    assert "The value 65535 fills 44 % of the scene" in added.stderr
    assert stretches(town)["askew"].high[0] < 900
    taken_in = run("stretch", "-p", town.directory, "askew", "--no-fill")
    assert (taken_in.exit_code, "65535 fills" in taken_in.stdout) == (0, False)
    assert stretches(town)["askew"].high == (65535.0,)
    left_out = run("stretch", "-p", town.directory, "askew", "--fill")
    assert "askew: The value 65535 fills 44 %" in left_out.stdout
    assert stretches(town)["askew"].high[0] < 900
    again = tmp_path / "again.tif"
    again.write_bytes(path.read_bytes() + b"\0")
    assert run("add", "-p", town.directory, again, "--no-fill").exit_code == 0
    assert stretches(town)["again"].high == (65535.0,)
