"""Tests of `geoengine.unreadable`."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoengine.unreadable import FILE_NAME, UnreadableLog, unreadable_counts


def test_unreadable_places_are_counted_once_across_processes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    directory = tmp_path / "cache"
    assert unreadable_counts(directory) == {}
    for _ in range(2):
        log = UnreadableLog(directory)
        for place in ("tile 0/0/0", "tile 1/0/0", "tile 0/0/0"):
            log.add("town", place, "damaged")
        log.add("hill", "tile 0/0/0", "damaged")
    assert unreadable_counts(directory) == {"town": 2, "hill": 1}
    assert caplog.text.count("is marked") == 2


def test_a_line_cut_short_is_passed_over(tmp_path: Path) -> None:
    UnreadableLog(tmp_path).add("town", "tile", "damaged")
    with (tmp_path / FILE_NAME).open("a") as file:
        file.write('{"scene": "to')
    assert unreadable_counts(tmp_path) == {"town": 1}


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    UnreadableLog(tmp_path / "file" / "cache").add("town", "tile", "damaged")
    assert "cannot be written" in caplog.text
