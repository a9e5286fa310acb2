"""Tests of `tiling.chips.options`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.chip_runs import chip_options
from tiling.chips.options import StretchRequest
from tiling.display.stretch import Stretch, compute_stretch
from tiling.errors import ChipOptionError
from tiling.raster.raster import open_raster


@pytest.mark.parametrize("given", [{"max_nodata": 1.5}, {"mask_area": True}, {"min_visible": -0.1}])
def test_options_are_checked(given: dict[str, Any]) -> None:
    with pytest.raises(ChipOptionError):
        chip_options(64, **given)


def test_bands_and_a_stretch_contradict_each_other() -> None:
    with pytest.raises(ChipOptionError, match="Both bands and a stretch"):
        chip_options(64, bands=(1,), stretch=StretchRequest())


def test_a_stretch_request_is_resolved_from_the_raster(chip_scene: Path) -> None:
    with open_raster(chip_scene) as raster:
        assert StretchRequest().resolve(raster) == compute_stretch(raster)
        wanted = StretchRequest(bands="2", limits="range:0,1000", gamma=1.5, colormap="magma").resolve(raster)
    assert wanted == Stretch((2,), (0.0,), (1000.0,), 1.5, colormap="magma")
