"""Output of `geoengine import`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geoengine.cli.support.import_output import LISTED, import_document, tell_import
from geoengine.exchange.geojson import Problem
from geoengine.tasks.labels.import_options import ImportReport

NOTHING = ImportReport("GeoJSON", 0, 0, 0, 0, 0, 0, (), {}, {}, ())


def test_counts_are_one_sentence_and_the_rest_are_notes(capsys: pytest.CaptureFixture[str]) -> None:
    report = replace(
        NOTHING, added=2, changed=1, deleted=3, known=4, newer=1, repaired=1, notes=("no class was named",)
    )
    tell_import(report, ["town"])
    answer = capsys.readouterr()
    assert answer.out == "2 features added to town, 1 changed, 3 deleted, 4 there already.\n"
    assert answer.err.splitlines() == [
        "Read as GeoJSON.",
        "1 object changed here since the file was written: kept.",
        "1 feature with rings repaired.",
        "Note: no class was named.",
    ]


def test_many_problems_are_cut_short_and_say_what_helps(capsys: pytest.CaptureFixture[str]) -> None:
    problems = tuple(Problem(number, None, "is not valid: Self-intersection") for number in range(LISTED + 5))
    tell_import(replace(NOTHING, problems=problems, unknown_classes={"car": 1, "ship": 3}), ["a", "b"])
    answer = capsys.readouterr()
    assert answer.out == "0 features added to 2 scenes, 25 left out.\n"
    lines = answer.err.splitlines()
    assert lines[1] == "Unknown classes: 'ship' (3), 'car' (1); --map NAME=CLASS says what they mean."
    assert lines[2] == "Rings cross or touch themselves, or parts overlap; --repair repairs them."
    assert len(lines) == 3 + LISTED + 1
    assert lines[-1] == "  … and 5 more (--json lists them all)"


def test_the_document_has_the_changeset_of_the_first_scene() -> None:
    assert import_document(replace(NOTHING, changesets={"town": 7, "port": 8}))["changeset"] == 7
    assert import_document(NOTHING)["changeset"] is None
