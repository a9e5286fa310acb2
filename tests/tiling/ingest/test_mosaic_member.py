"""One file of a mosaic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

from tests.tiling.conftest import UTM
from tiling.errors import MosaicError, RasterReadError
from tiling.ingest.mosaic_member import check_fits, read_member

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_grid_bands_and_nodata_are_read(make_raster: Make, noise: Noise) -> None:
    member = read_member(make_raster(noise(4, 20, 30), photometric="RGB", alpha="yes", nodata=None))
    assert (member.size, member.resolution, (member.left, member.top)) == (
        (30, 20),
        (0.5, 0.5),
        (UTM.c, UTM.f),
    )
    assert member.bands == (1, 2, 3)
    assert member.interpretations == ("red", "green", "blue")
    assert member.has_nodata
    plain = read_member(make_raster(noise(1, 20, 30), "plain.tif"))
    assert not plain.has_nodata
    assert read_member(make_raster(noise(1, 20, 30), "zero.tif", nodata=0)).nodata == (0.0,)


@pytest.mark.parametrize("transform", [UTM @ Affine.rotation(20), UTM @ Affine.scale(1, -1.3)])
def test_a_file_that_is_not_north_up_is_refused(make_raster: Make, noise: Noise, transform: Affine) -> None:
    with pytest.raises(MosaicError, match="north up"):
        read_member(make_raster(noise(1, 20, 30), transform=transform))


def test_a_file_that_is_turned_is_read_through_a_view(make_raster: Make, noise: Noise) -> None:
    member = read_member(make_raster(noise(1, 20, 30), transform=UTM @ Affine.scale(1, -1)))
    assert (member.has_view, member.size, member.resolution) == (True, (30, 20), (0.5, 0.5))
    assert member.top == pytest.approx(UTM.f + 10)


def test_a_file_without_a_crs_or_that_is_no_raster_is_refused(
    make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    with pytest.raises(MosaicError, match="no CRS"):
        read_member(make_raster(noise(1, 20, 30), crs=None))
    text = tmp_path / "text.tif"
    text.write_text("no raster")
    with pytest.raises(RasterReadError):
        read_member(text)


def test_what_two_members_must_have_in_common(make_raster: Make, noise: Noise) -> None:
    first = read_member(make_raster(noise(1, 20, 30)))
    check_fits(replace(first, left=first.left + 15), first)
    other_crs = read_member(make_raster(noise(1, 20, 30), "other.tif", crs="EPSG:32617"))
    for member, message in (
        (other_crs, "the CRS EPSG:32617; expected EPSG:32616 as in scene.tif: gdalwarp -t_srs EPSG:32616"),
        (replace(first, bands=(1, 2)), "a number of bands of 2; expected 1"),
        (replace(first, dtypes=("int16",)), "pixels of type int16; expected uint8"),
        (replace(first, colours=((0, (0, 0, 0, 255)),)), "another colour table"),
    ):
        with pytest.raises(MosaicError, match=message):
            check_fits(member, first)
