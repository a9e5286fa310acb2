"""Names of a data set's classes, mapped to class keys."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from detectors.training.mapping import NameMapping
from detectors.training.settings import SourceConfig


def mapping(folder: Path, classes: dict[str, str], *ignore: str) -> NameMapping:
    return NameMapping(SourceConfig("own", "samples", folder, classes, ignore=ignore))


def test_names_are_compared_as_everywhere(tmp_path: Path) -> None:
    names = mapping(tmp_path, {"storage_tank": "tank", "ship": "ship"})
    assert [names.key(name) for name in ("Storage Tank", "ship", "crane", None)] == [
        "tank",
        "ship",
        None,
        None,
    ]
    assert names.unused() == []


def test_a_name_that_is_ignored_is_no_other(tmp_path: Path) -> None:
    names = mapping(tmp_path, {"*": "other", "ship": "ship"}, "storage-tank", "ship")
    found = [names.key(name) for name in ("Storage Tank", "ship", "crane")]
    assert found == [None, "ship", "other"]


def test_what_is_missing_on_either_side_is_said(tmp_path: Path) -> None:
    names = mapping(tmp_path, {"ship": "ship", "docks": "dock"}, "crane", "buoy")
    for name in ("ship", "dock", "crane"):
        names.key(name)
    assert names.unused() == ["docks"]
    assert names.unused_ignored() == ["buoy"]
    left_out = names.left_out(Counter({"dock": 3, "crane": 2}))
    assert left_out == {"objects of 'dock', which classes does not name": 3}
