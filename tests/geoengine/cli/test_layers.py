"""geoengine layers."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.samples import Run, Town


def test_layers_by_command(town: Town, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "wells.geojson"
    path.write_text('{"type": "Point", "coordinates": [85.5, 27.6]}')
    project = ("-p", town.directory)
    assert run("layers", "list", *project).stdout == "The project has no reference layers yet.\n"
    added = run("layers", "add", path, "--name", "Wells", *project)
    assert (added.exit_code, added.stdout) == (0, "Layer Wells is added, with 1 feature.\n")
    (listed,) = json.loads(run("layers", "list", *project, "--json").stdout)["layers"]
    assert (listed["key"], listed["name"], listed["count"]) == ("wells", "Wells", 1)
    assert "wells  Wells" in run("layers", "list", *project).stdout
    for arguments, words in (
        (("add", path, "--name", "Wells"), "a layer 'Wells' already"),
        (("remove", "roads"), "no layer 'roads'"),
        (("add", tmp_path / "none.gpkg"), "none.gpkg"),
        (("add", Path(__file__)), "test_layers.py"),
    ):
        result = run("layers", *arguments, *project)
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert words in result.stderr
    assert run("layers", "remove", "wells", *project).stdout == "Layer Wells is removed.\n"
