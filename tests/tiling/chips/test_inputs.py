"""Tests of `tiling.chips.inputs`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.support.chip_runs import chip_options
from tiling.chips.inputs import pair_inputs, run_fingerprint
from tiling.chips.write import write_chips
from tiling.errors import ChipOptionError

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_names_of_two_rasters_do_not_collide(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    first, second = make_raster(noise(1, 30, 30), "a.tif"), make_raster(noise(1, 30, 30), "b/a.tif")
    report = write_chips([first, second], tmp_path / "out", chip_options(30))
    assert (report.written, len(list((tmp_path / "out" / "chips").iterdir()))) == (2, 2)


def test_one_label_file_serves_all_rasters_and_order_does_not_matter() -> None:
    a, b, labels = Path("a.tif"), Path("b.tif"), Path("l.geojson")
    assert pair_inputs([b, a], [labels]) == pair_inputs([a, b], [labels])
    assert [(one.source.path, one.labels) for one in pair_inputs([b, a], [])] == [(a, None), (b, None)]
    paired = pair_inputs([b, a], [Path("of b"), Path("of a")])
    assert [one.labels for one in paired] == [Path("of a"), Path("of b")]


def test_impossible_inputs() -> None:
    a, b = Path("a.tif"), Path("b.tif")
    for sources, labels, message in (
        ([], [], "at least one"),
        ([a, a], [], "given twice"),
        ([a], [a, b], "2 files of labels were given for 1 rasters"),
    ):
        with pytest.raises(ChipOptionError, match=message):
            pair_inputs(sources, labels)


def test_fingerprint_changes_with_a_file_and_with_an_option(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"1")
    inputs = pair_inputs([path], [])
    before = run_fingerprint(inputs, chip_options(64))
    assert run_fingerprint(inputs, chip_options(64)) == before
    assert run_fingerprint(inputs, chip_options(65)) != before
    path.write_bytes(b"22")
    assert run_fingerprint(inputs, chip_options(64)) != before
