"""Tests of the names in a folder, which are listed again when they may have changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tiling.access import folder_names
from tiling.access.folder_names import is_settled, names_in


@pytest.fixture
def listings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that are listed."""
    found: list[str] = []
    listdir = os.listdir

    def counted(folder: str) -> list[str]:
        found.append(folder)
        return listdir(folder)

    monkeypatch.setattr(os, "listdir", counted)
    return found


def test_a_folder_that_changed_a_moment_ago_is_listed_each_time(tmp_path: Path, listings: list[str]) -> None:
    for name in ("b", "A"):
        (tmp_path / name).touch()
        found = names_in(str(tmp_path))
        assert found is not None
        assert name in found.ordered
        assert name.lower() in found.lower
    assert listings == [str(tmp_path)] * 2


def test_an_old_folder_is_listed_once_and_again_after_a_change(
    tmp_path: Path, listings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_names, "is_settled", lambda status, now: True)
    (tmp_path / "a").touch()
    for _ in range(3):
        names_in(str(tmp_path))
    assert len(listings) == 1
    (tmp_path / "b").touch()
    os.utime(tmp_path, (1, 1))  # another time, however coarse the clock is
    found = names_in(str(tmp_path))
    assert found is not None
    assert found.ordered == ("a", "b")


def test_what_cannot_be_listed_has_no_names(tmp_path: Path) -> None:
    assert names_in(str(tmp_path / "none")) is None


def test_times_tell_of_changes_once_the_clock_has_gone_on(tmp_path: Path) -> None:
    status = tmp_path.stat()
    assert not is_settled(status, status.st_mtime + 0.1)
    assert is_settled(status, status.st_mtime + 5)
    os.utime(tmp_path, (1e10, 1e10))  # a clock that was wrong
    assert not is_settled(tmp_path.stat(), status.st_mtime + 5)
