"""geoengine gazetteer."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.samples import Run, Town


def test_a_gazetteer_by_command(town: Town, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "NP.txt"
    fields = ["7", "Banepa", "Banepa", "", "27.63", "85.52", "P", "PPL", "NP", *[""] * 5, "24764", *[""] * 4]
    path.write_text("\t".join(fields) + "\nnonsense\n")
    project = ("-p", town.directory)
    none = run("gazetteer", "find", "banepa", *project)
    assert (none.exit_code, "geoengine gazetteer load" in none.stderr) == (2, True)
    loaded = run("gazetteer", "load", path, *project)
    assert (loaded.exit_code, loaded.stdout) == (
        0,
        "1 place loaded; 1 line left out, the first: NP.txt, line 2: 1 field, expected 19.\n",
    )
    assert "Banepa  P" in run("gazetteer", "find", "ban", *project).stdout
    assert run("gazetteer", "find", "paris", *project).stdout == "No place is called paris.\n"
    (place,) = json.loads(run("gazetteer", "find", "ban", *project, "--json").stdout)["places"]
    assert (place["name"], place["country"], place["population"]) == ("Banepa", "NP", 24764)
    refused = run("gazetteer", "load", Path(__file__), *project)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "test_gazetteer.py holds no place in GeoNames' format" in refused.stderr
    assert json.loads(run("gazetteer", "load", path, *project, "--json").stdout)["places"] == 1
    assert run("gazetteer", "remove", *project).stdout == "The gazetteer is removed.\n"
    assert run("gazetteer", "remove", *project).stdout == "The project has no gazetteer.\n"
