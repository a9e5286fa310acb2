"""Outcome of `geoengine add`: counts, reasons and the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoengine.cli.support.add_outcome import Outcome
from geoengine.project import Project
from geoengine.tasks.scenes.collect import Found
from geoengine.tasks.scenes.register import Registration
from tests.support.samples import Town, write_raster


def add(town: Town, outcome: Outcome, path: Path, *, named: bool = True) -> list[str]:
    told: list[str] = []
    project = Project.open(town.directory)
    with project.store() as store:
        outcome.add(
            project, store, Found(path, named), Registration(), told.append,
            dem=None, height=None, progress=lambda share: None,
        )  # fmt: skip
    return told


def test_new_known_and_failed_files_are_told_apart(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = Outcome()
    broken = tmp_path / "broken.tif"
    broken.write_text("no raster")
    (line,) = add(town, outcome, write_raster(tmp_path / "second.tif", seed=5))
    assert line.startswith(f"{tmp_path / 'second.tif'}: scene second, ")
    assert add(town, outcome, town.raster) == [f"{town.raster}: is scene town already"]
    assert outcome.exit_code == 0
    assert add(town, outcome, broken) == []
    assert str(broken) in capsys.readouterr().err
    notes = tmp_path / "notes.txt"
    notes.write_text("no raster")
    assert add(town, outcome, notes, named=False) == []
    document = outcome.document()
    assert [entry["key"] for entry in document["added"] + document["known"]] == ["second", "town"]
    assert [entry["path"] for entry in document["failed"]] == [str(broken)]
    assert document["skipped"] == [{"path": str(notes), "reason": "not a raster"}]
    assert outcome.exit_code == 1


def test_the_summary_counts_and_gives_an_example_of_each_reason() -> None:
    outcome = Outcome(added=[{}, {}])
    for name in ("a.txt", "b.txt", "c.dbf"):
        outcome.skip(Path(name), "side-car" if name == "c.dbf" else "not a raster")
    lines = "\n".join(outcome.summary()).splitlines()
    assert lines[0] == "2 added, 0 known already, 0 failed."
    assert "3 files skipped:" in lines
    assert lines[-2].split() == ["2", "not", "a", "raster", "a.txt"]
    assert Outcome(added=[{}]).summary() == []


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome(), 2),
        (Outcome(failed=[{}]), 2),
        (Outcome(added=[{}], fault=True), 3),
        (Outcome(known=[{}]), 0),
    ],
)
def test_exit_codes(outcome: Outcome, code: int) -> None:
    assert outcome.exit_code == code
