"""geoengine pins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geoengine.model import PinEdit, PinState
from geoengine.project import Project
from tests.support.samples import Run, Town
from tests.support.scenes import register_plain
from tests.support.views import read
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid
from tiling.vectors.open_file import open_vector_file


@pytest.fixture
def asked(town: Town) -> Town:
    """A project with an open and a resolved pin in a scene with a CRS, and one in a scene without."""
    with Project.open(town.directory).store() as store:
        scene = read(store).scene_by_key("town")
        plain = register_plain(store, "sketch", RasterGrid(None, PIXEL_PLANE, 100, 80))
        x, y = (scene.grid.bounds[0] + 1, scene.grid.bounds[1] + 1)
        store.put_pin(PinEdit("pin-00000001", scene.id, x, y, "A road?", PinState.OPEN, "ana", 0))
        store.put_pin(PinEdit("pin-00000002", scene.id, x, y, "A wall?", PinState.OPEN, "ana", 0))
        store.put_pin(PinEdit("pin-00000002", scene.id, x, y, "A wall?", PinState.RESOLVED, "ben", 1))
        store.put_pin(PinEdit("pin-00000003", plain.id, 10, -20, "Where?", PinState.OPEN, "eve", 0))
    return town


def test_pins_are_listed(asked: Town, run: Run) -> None:
    project = ("-p", asked.directory)
    listed = json.loads(run("pins", "list", *project, "--json").stdout)
    assert [(pin["scene"], pin["text"], pin["state"]) for pin in listed["pins"]] == [
        ("town", "A road?", "open"),
        ("town", "A wall?", "resolved"),
        ("sketch", "Where?", "open"),
    ]
    assert (listed["pins"][2]["x"], listed["pins"][2]["y"]) == (10, -20)
    shown = run("pins", "list", *project, "--state", "open", "--scene", "town")
    assert (shown.exit_code, shown.stdout.count("\n")) == (0, 2)
    assert "A road?" in shown.stdout
    assert run("pins", "list", *project, "--scene", "sketch", "--state", "resolved").stdout == (
        "There are no resolved pins.\n"
    )
    unknown = run("pins", "list", *project, "--scene", "nowhere")
    assert (unknown.exit_code, unknown.stdout) == (2, "")


def test_pins_are_written_as_points(asked: Town, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "pins.geojson"
    project = ("-p", asked.directory, "--out", out)
    result = run("pins", "list", *project)
    assert (result.exit_code, result.stdout) == (1, f"2 pins in {out}.\n")
    assert "1 pin of scene sketch left out: nothing places them in longitude and latitude" in result.stderr
    (batch,) = open_vector_file(out).batches()  # as layers and import read it
    assert len(batch) == 2
    first = json.loads(out.read_text())["features"][0]
    lon, lat = first["geometry"]["coordinates"]
    assert 85 < lon < 88
    assert 27 < lat < 29
    assert first["properties"]["text"] == "A road?"
    assert run("pins", "list", *project, "--scene", "town").exit_code == 0
    nowhere = run("pins", "list", "-p", asked.directory, "--out", tmp_path / "none" / "pins.geojson")
    assert (nowhere.exit_code, "is not there" in nowhere.stderr) == (2, True)
