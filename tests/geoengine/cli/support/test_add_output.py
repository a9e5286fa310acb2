"""Output of `geoengine add`: lines, counts, reasons and the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoengine.cli.support.add_output import AddReport
from geoengine.errors import GeoEngineError
from geoengine.project import Project
from geoengine.tasks.scenes.add import Added, AlreadyAdded, Failed, Raster
from geoengine.tasks.scenes.collect import Skipped
from tests.support.samples import Town
from tests.support.views import read


def silent(_line: str) -> None:
    """For reports of which only the counts matter."""


def test_new_known_and_failed_files_are_told_apart(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    report = AddReport(told.append)
    with Project.open(town.directory).store() as store:
        [scene] = read(store).scenes()
    report.note(Added(Raster(Path("second.ntf"), image=2), scene, former=("first",)))
    assert told.pop().startswith("second.ntf (image 2): scene town, ")
    assert "first was taken from it" in capsys.readouterr().err
    report.note(Added(Raster(Path("Town, May"), files=3), scene))
    assert told.pop().endswith(", of 3 files")
    report.note(AlreadyAdded(Raster(town.raster), scene, "its file has changed"))
    assert (told.pop(), capsys.readouterr().err) == (
        f"{town.raster}: is scene town already",
        "town: its file has changed\n",
    )
    assert report.exit_code == 0
    report.note(Failed(Raster(Path("broken.tif")), GeoEngineError("it is damaged")))
    assert (told, capsys.readouterr().err) == ([], "broken.tif: it is damaged\n")
    report.note(Skipped(Path("notes.txt"), "document"))
    document = report.document()
    assert [entry["key"] for entry in document["added"] + document["known"]] == ["town"] * 3
    assert (document["added"][0]["image"], document["added"][0]["former"]) == (2, ["first"])
    assert document["failed"] == [{"path": "broken.tif", "error": "it is damaged"}]
    assert document["skipped"] == [{"path": "notes.txt", "reason": "document"}]
    assert report.exit_code == 1


def test_a_fault_of_the_program_comes_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    report = AddReport(silent)
    report.note(Failed(Raster(Path("a.tif"), image=3), ZeroDivisionError("division by zero")))
    assert report.document()["failed"] == [
        {"path": "a.tif", "image": 3, "error": "ZeroDivisionError: division by zero"}
    ]
    assert (report.exit_code, "fault of the program" in capsys.readouterr().err) == (3, True)


def test_the_summary_counts_and_gives_an_example_of_each_reason() -> None:
    report = AddReport(silent, added=[{}, {}])
    for name in ("a.txt", "b.txt", "c.dbf"):
        report.note(Skipped(Path(name), "side-car" if name == "c.dbf" else "not a raster"))
    lines = "\n".join(report.summary()).splitlines()
    assert lines[0] == "2 added, 0 known already, 0 failed."
    assert "3 files skipped:" in lines
    assert lines[-2].split() == ["2", "not", "a", "raster", "a.txt"]
    assert AddReport(silent, added=[{}]).summary() == []


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (AddReport(silent), 2),
        (AddReport(silent, failed=[{}]), 2),
        (AddReport(silent, added=[{}], fault=True), 3),
        (AddReport(silent, known=[{}]), 0),
    ],
)
def test_exit_codes(report: AddReport, code: int) -> None:
    assert report.exit_code == code
