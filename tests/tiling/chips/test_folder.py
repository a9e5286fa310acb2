"""Tests of `tiling.chips.folder`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.chip_runs import SPLIT, chip_options, read_manifest
from tiling.chips.folder import ChipFolder
from tiling.chips.write import write_chips
from tiling.errors import RasterWriteError


def test_a_finished_folder_is_replaced_by_force_only(wide_scene: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_chips([wide_scene], out, chip_options(100, split=SPLIT))
    with pytest.raises(RasterWriteError, match="holds manifest"):
        write_chips([wide_scene], out, chip_options(200))
    report = write_chips([wide_scene], out, chip_options(200), force=True)
    assert len(list((out / "chips").iterdir())) == report.written == len(read_manifest(out)) == 6


def test_a_row_counts_when_its_mark_and_its_chips_are_there(tmp_path: Path) -> None:
    with ChipFolder(tmp_path / "out", "key") as folder:
        for name in ("a", "b"):
            file, digest = folder.put(name, {".tif": name.encode()})
            folder.finish_row([{"line": {"id": name, "file": file, "sha256": digest}}], {"row": name})
        folder.put("c", {".tif": b"c"})  # a row without its mark
    (tmp_path / "out" / ".unfinished" / "chips" / "b.tif").write_bytes(b"damaged")
    with ChipFolder(tmp_path / "out", "key") as resumed:
        assert resumed.marks == [{"row": "a"}]
        assert [record["line"]["id"] for record in resumed.records()] == ["a"]
    with ChipFolder(tmp_path / "out", "another key") as other:
        assert other.marks == []


def test_a_truncated_record_is_no_row(tmp_path: Path) -> None:
    with ChipFolder(tmp_path / "out", "key") as folder:
        folder.finish_row([], {"row": 0})
    with (tmp_path / "out" / ".unfinished" / "records.jsonl").open("a") as file:
        file.write('{"mark": {"row": 1}')
    with ChipFolder(tmp_path / "out", "key") as resumed:
        assert resumed.marks == [{"row": 0}]
