"""Tests of fingerprints: no change of a file or a side-car leaves them as they are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tiling.ingest import fingerprint as module
from tiling.ingest.fingerprint import fingerprint


@pytest.fixture
def raster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "is_settled", lambda status, now: True)
    path = tmp_path / "a.tif"
    path.write_bytes(b"pixels")
    os.utime(path, ns=(10**18, 10**18))
    return path


def _same_size_and_time(path: Path) -> None:
    """Put another file in its place, as `rsync --times` does."""
    other = path.with_name("other")
    other.write_bytes(b"PIXELS")
    os.utime(other, ns=(10**18, 10**18))
    other.replace(path)


def _new_world_file(path: Path) -> None:
    path.with_suffix(".tfw").write_text("1\n0\n0\n-1\n0\n0\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "longer": lambda path: path.write_bytes(b"pixels and more"),
    "touched": lambda path: os.utime(path, ns=(10**18, 10**18 + 1)),
    "replaced by one of the same size and time": _same_size_and_time,
    "a side-car more": _new_world_file,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_shows(raster: Path, change: Callable[[Path], object]) -> None:
    before = fingerprint(raster)
    assert before is not None
    assert fingerprint(raster) == before
    change(raster)
    assert fingerprint(raster) not in (before, None)


def test_a_changed_side_car_shows(raster: Path) -> None:
    _new_world_file(raster)
    before = fingerprint(raster)
    os.utime(raster.with_suffix(".tfw"), ns=(1, 1))
    assert fingerprint(raster) != before
    raster.with_suffix(".tfw").unlink()
    assert fingerprint(raster) != before


def test_other_files_beside_it_make_no_difference(raster: Path) -> None:
    before = fingerprint(raster)
    shutil.copy(raster, raster.with_name("a-2.tif"))
    assert fingerprint(raster) == before


def test_a_file_that_was_written_a_moment_ago_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"pixels")
    assert fingerprint(path) is None
    assert fingerprint(tmp_path / "none.tif") is None
