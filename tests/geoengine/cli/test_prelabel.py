"""geoengine prelabel, with the toy in the place of every model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detectors.model_package import registry
from tests.support import prelabel_town as town
from tests.support.samples import Run

toy_model = town.toy_model
pytestmark = pytest.mark.usefixtures("toy_model")


@pytest.fixture(autouse=True)
def _toy_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.Registry, "get", lambda self, name: town.package())


def test_classes_are_paired_chosen_and_limited(tmp_path: Path, run: Run) -> None:
    directory = town.make_project(tmp_path / "p", classes=("building", "tree", "ship")).directory
    first = run("prelabel", "-p", directory)
    assert (first.exit_code, "3 proposals" in first.stdout) == (0, True), first.output
    assert (
        "toy also finds house, which the project has no class for; toy does not find building, ship"
        in first.stderr
    )
    options = ("--map", "house=building", "--min-score", "building=0.75,tree=0.3", "--json")
    [report] = json.loads(run("prelabel", "-p", directory, *options).stdout)
    assert (report["proposed"], report["replaced"]) == (5, 3)
    assert "does not find ship" in report["left_out"]
    [report] = json.loads(run("prelabel", "-p", directory, "--classes", "tree", "--json").stdout)
    assert (report["proposed"], report["replaced"], report["left_out"]) == (3, 3, None)
    wrong = run("prelabel", "-p", directory, "--map", "boat=ship")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    assert "--map names boat" in wrong.stderr
    assert run("prelabel", "-p", directory, "--min-score", "2").exit_code == 2


def test_the_last_run_is_taken_back(tmp_path: Path, run: Run) -> None:
    directory = town.make_project(tmp_path / "p").directory
    nothing = run("prelabel", "-p", directory, "--model", "toy", "--undo")
    assert (nothing.exit_code, nothing.stderr) == (2, "town: toy has no run here that can be taken back\n")
    for score in ("0.3", "0.85"):
        assert run("prelabel", "-p", directory, "--min-score", score).exit_code == 0
    back = run("prelabel", "-p", directory, "--model", "toy", "--undo")
    assert back.exit_code == 0, back.output
    assert "town: 2 proposals of toy 1" in back.stdout
    assert back.stdout.endswith("taken back, 7 earlier ones back\n")
    [answer] = json.loads(run("prelabel", "-p", directory, "--model", "toy", "--undo", "--json").stdout)
    assert (answer["undone"]["removed"], answer["undone"]["restored"]) == (7, 0)


def test_proposals_that_came_from_another_project_are_the_models_still(tmp_path: Path, run: Run) -> None:
    first, second = (town.make_project(tmp_path / name).directory for name in ("a", "b"))
    assert run("prelabel", "-p", first).exit_code == 0
    labels = first / "labels" / "town.geojson"
    assert run("import", "-p", second, labels, "--scene", "town").exit_code == 0
    [report] = json.loads(run("prelabel", "-p", second, "--json").stdout)
    assert (report["proposed"], report["replaced"], report["kept_by_people"]) == (7, 7, 0)
