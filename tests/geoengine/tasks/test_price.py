"""Price of a detection outside a model's range."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoengine.errors import InvalidValueError
from geoengine.tasks.price import check_range, check_raster
from tests.support.samples import write_raster
from tests.support.toy_detector import toy_card
from tiling.access.source import RasterSource

CARD = toy_card(gsd_m=0.5)  # 0.25 to 1 m


@pytest.mark.parametrize("gsd_m", [None, 0.25, 0.5, 1.0])
def test_within_the_range_nothing_is_said(gsd_m: float | None) -> None:
    assert check_range(CARD, "a.tif", gsd_m, (1000, 1000), accepted=False) is None


@pytest.mark.parametrize("gsd_m", [0.07, 4.0])
def test_a_little_outside_it_is_priced(gsd_m: float) -> None:
    text = check_range(CARD, "a.tif", gsd_m, (1000, 1000), accepted=False)
    assert text is not None
    assert "trained for 0.25 to 1 m" in text
    assert "block" in text


@pytest.mark.parametrize("gsd_m", [0.06, 10.0, 50.0])
def test_far_outside_it_is_refused_unless_accepted(gsd_m: float) -> None:
    with pytest.raises(
        InvalidValueError,
        match=r"a\.tif has .* m pixels, .* blocks? of 3584 x 3584 px.* --yes does it",
    ):
        check_range(CARD, "a.tif", gsd_m, (1000, 1000), accepted=False)
    assert check_range(CARD, "a.tif", gsd_m, (1000, 1000), accepted=True)


def test_a_raster_is_asked_for_its_own_resolution_first(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif")
    text = check_raster(CARD, RasterSource(path), 50.0, accepted=False)
    assert text is not None
    assert text.startswith("a.tif has 0.2 m pixels")
