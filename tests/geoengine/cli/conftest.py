"""A small project to run commands on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from geoengine.cli import main
from tests.support.samples import Run, Town, square, write_geojson, write_raster


@pytest.fixture
def run() -> Run:
    """Runs a command line; every argument becomes text."""

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture
def town(tmp_path: Path, run: Run) -> Town:
    directory = tmp_path / "project"
    raster = write_raster(tmp_path / "town.tif")
    for arguments in (
        ("init", directory, "--class", "building:d55e00", "--class", "tree"),
        ("add", "-p", directory, raster),
    ):
        result = run(*arguments)
        assert result.exit_code == 0, result.output
    return Town(directory, raster)


@pytest.fixture
def labelled(town: Town, tmp_path: Path, run: Run) -> Town:
    """The same with three accepted buildings, a proposed tree and a rejected one."""
    features = [square(40 * i, 20, **{"class": "building"}) for i in range(3)]
    features += [
        square(150, 100, **{"class": "tree", "state": "proposed", "score": 0.6}),
        square(200, 100, **{"class": "tree", "state": "rejected", "score": 0.5}),
    ]
    result = run(
        "import", "-p", town.directory, write_geojson(tmp_path / "in.geojson", features), "--scene", "town"
    )
    assert result.exit_code == 0, result.output
    return town
