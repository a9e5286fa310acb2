"""Tests of scale and offset: indexes, limits and read-outs are of the quantity, whichever way a scene is stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from tests.tiling.conftest import UTM
from tiling.access.policy import DEFAULT_POLICY
from tiling.display.statistics import RasterStatistics, compute_statistics
from tiling.display.stretch import Stretch, apply_stretch, choose_stretch, quantities
from tiling.errors import MosaicError
from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.ingest.in_place import refer_in_place
from tiling.ingest.mosaic import plan_mosaic, write_mosaic
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
TURNED = UTM @ Affine.rotation(90)


def sentinel(make: Make, name: str = "s2.tif", transform: Affine = UTM, offset: float = -0.1) -> Path:
    """Reflectance of Sentinel-2 since processing baseline 04.00: stored number / 10,000 - 0.1."""
    red, nir = np.full((600, 700), 1700, "uint16"), np.full((600, 700), 4000, "uint16")
    nir[:, :350] = 2400
    path = make(
        np.stack([red, red, red, nir]), name, transform=transform, photometric="MINISBLACK", alpha="NO"
    )
    with rasterio.open(path, "r+") as dataset:
        dataset.descriptions = ("B02", "B03", "B04", "B08")
        dataset.scales, dataset.offsets = (1e-4,) * 4, (offset,) * 4
    return path


def stored(way: str, path: Path, folder: Path) -> Path:
    if way == "mosaic":
        write_mosaic(plan_mosaic([path]), folder / "mosaic.vrt")
        return folder / "mosaic.vrt"
    if way == "copy":
        return ensure_cog(path, folder / "copy.tif")
    return refer_in_place(path, folder / "seen.vrt").path if way == "in place" else path


@pytest.mark.parametrize("transform", [UTM, TURNED], ids=["north up", "turned"])
@pytest.mark.parametrize("way", ["as it is", "copy", "in place", "mosaic"])
def test_an_index_is_of_the_quantities(
    make_raster: Make, tmp_path: Path, way: str, transform: Affine
) -> None:
    if way == "mosaic" and transform is TURNED:
        pytest.skip("the files of a mosaic are north up")
    path = stored(way, sentinel(make_raster, transform=transform), tmp_path)
    with open_raster(path, DEFAULT_POLICY.owning(tmp_path)) as raster:
        statistics = compute_statistics(raster)
        stretch = choose_stretch(
            statistics, raster.band_names, bands="ndvi", limits="none", colormap="viridis"
        )
        whole = PixelWindow(0, 0, raster.grid.width, raster.grid.height)
        chip = read_window(raster, whole, bands=stretch.bands)
    plain = Stretch(
        stretch.bands, stretch.low, stretch.high, 1.0, stretch.index, None, stretch.scales, stretch.offsets
    )
    grey = np.unique(apply_stretch(chip.image, plain)[0][chip.valid])
    # NDVI of reflectances 0.07 and 0.14 or 0.3, from -1 … 1 to 0 … 255.
    expected = [round((value + 1) / 2 * 255) for value in ((0.14 - 0.07) / 0.21, (0.30 - 0.07) / 0.37)]
    assert {int(value) for value in grey} >= set(expected)
    assert (grey.min(), grey.max()) == tuple(expected)


def test_limits_are_given_and_shown_in_the_quantity(make_raster: Make) -> None:
    with open_raster(sentinel(make_raster)) as raster:
        statistics = compute_statistics(raster)
        stretch = choose_stretch(statistics, raster.band_names, bands="4,3,2", limits="range:0,0.3")
    assert stretch.low == pytest.approx((1000, 1000, 1000))
    assert stretch.high == pytest.approx((4000, 4000, 4000))
    low, high = quantities(stretch, statistics)
    assert low == pytest.approx((0, 0, 0), abs=1e-9)
    assert high == pytest.approx((0.3, 0.3, 0.3))


def test_scales_come_back_from_json(make_raster: Make) -> None:
    with open_raster(sentinel(make_raster)) as raster:
        statistics = compute_statistics(raster)
    assert RasterStatistics.from_json(statistics.to_json()) == statistics
    stretch = choose_stretch(statistics, ("B02", "B03", "B04", "B08"), bands="ndvi")
    assert stretch.scales == (1e-4, 1e-4)
    assert Stretch.from_json(stretch.to_json()) == stretch


def test_rasters_without_scales_are_as_before(make_raster: Make) -> None:
    with open_raster(make_raster(np.full((4, 60, 60), 7, "uint16"))) as raster:
        assert (raster.scales, raster.offsets) == ((), ())
        statistics = compute_statistics(raster)
    assert "scales" not in statistics.to_json()
    assert "scales" not in choose_stretch(statistics, (), bands="ndvi").to_json()


def test_mosaic_files_of_other_offsets_are_refused(make_raster: Make) -> None:
    old = sentinel(make_raster, "old.tif", offset=0.0)
    new = sentinel(make_raster, "new.tif", transform=UTM @ Affine.translation(700, 0))
    with pytest.raises(MosaicError, match=r"new\.tif has scales and offsets"):
        plan_mosaic([old, new])
