"""Tests of `tiling.ingest.in_place`: quick from where it lies, and nothing there is touched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from tests.tiling.conftest import UTM
from tiling.access.policy import ReadPolicy
from tiling.access.source import RasterSource
from tiling.errors import NodataError, RasterReadError, RasterWriteError
from tiling.grid.window import PixelWindow
from tiling.ingest.file_stamps import originals_of
from tiling.ingest.in_place import refer_in_place
from tiling.ingest.mosaic import plan_mosaic
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def owning(source: Path | RasterSource) -> ReadPolicy:
    return ReadPolicy().owning(RasterSource.of(source).path.parent)


def whole(source: Path | RasterSource, **options: int) -> tuple[np.ndarray, np.ndarray]:
    with open_raster(source, owning(source)) as raster:
        chip = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height), **options)
    return chip.image, chip.valid


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "project" / "scenes" / "key.vrt"


def names(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_strips_get_overviews_and_their_folder_nothing(
    make_raster: Make, noise: Noise, target: Path, dtype: str
) -> None:
    pixels = noise(3, 1300, 2100, dtype)
    path = make_raster(pixels)
    before = (path.stat().st_mtime_ns, sorted(os.listdir(path.parent)))
    seen: list[float] = []
    source = refer_in_place(path, target, progress=seen.append)
    assert source == RasterSource(target)
    assert seen[-1] == 1.0
    assert names(target) == ["key.vrt", "key.vrt.ovr"]
    assert (path.stat().st_mtime_ns, sorted({*os.listdir(path.parent)} - {"project"})) == before
    with (
        open_raster(source, owning(source)) as raster,
        open_raster(path) as original,
    ):
        assert raster.overviews == (4, 8)
        assert raster.grid == original.grid
        assert raster.band_names == original.band_names
    image, valid = whole(source)
    assert (image == pixels).all()
    assert valid.all()
    small, _ = whole(source, out_height=325, out_width=525)
    means = pixels[:, :1300, :2100].reshape(3, 325, 4, 525, 4).mean(axis=(2, 4))
    assert np.abs(small - means).max() <= 0.51 if dtype != "float32" else np.allclose(small, means, rtol=1e-4)
    (stamp,) = originals_of(target)
    assert (stamp.path, stamp.problem()) == (path, None)


def test_a_tile_ready_raster_is_read_as_it_is(make_raster: Make, noise: Noise, target: Path) -> None:
    small = make_raster(noise(1, 300, 400), "small.tif")
    assert refer_in_place(small, target) == RasterSource(small)
    tiled = make_raster(
        noise(1, 600, 900), "t.tif", tiled=True, blockxsize=256, blockysize=256, overviews=[2]
    )
    assert refer_in_place(RasterSource(tiled), target) == RasterSource(tiled)
    assert names(target) == []


@pytest.mark.parametrize("said", ["mask", "alpha"])
def test_a_mask_reaches_the_overviews(make_raster: Make, noise: Noise, target: Path, said: str) -> None:
    pixels, mask = noise(3, 800, 1000), np.ones((800, 1000), dtype=bool)
    mask[:400] = False
    pixels[:, ~mask] = 255
    if said == "mask":
        path = make_raster(pixels, mask=mask)
    else:
        alpha = np.where(mask, 255, 0).astype(np.uint8)
        path = make_raster(np.concatenate([pixels, alpha[None]]), photometric="RGB", alpha="yes")
    source = refer_in_place(path, target)
    image, valid = whole(source)
    assert image.shape[0] == 3
    assert (valid == mask).all()
    assert (image[:, valid] == pixels[:, valid]).all()
    _, small = whole(source, out_height=200, out_width=250)
    assert (small == mask[::4, ::4]).all()


def test_a_nodata_number_and_a_nodata_colour(make_raster: Make, noise: Noise, target: Path) -> None:
    pixels = np.minimum(noise(3, 900, 1000), 200)
    pixels[:, :400] = 255
    path = make_raster(pixels)
    expected = np.ones((900, 1000), dtype=bool)
    expected[:400] = False
    for nodata, files in (
        (255.0, ["key.nodata.vrt"]),
        ((255, 255, 255), ["key.nodata.vrt", "key.mask.tif"]),
    ):
        source = refer_in_place(path, target, nodata=nodata)
        assert set(names(target)) >= {*files, "key.vrt", "key.vrt.ovr"}
        image, valid = whole(source)
        assert (valid == expected).all()
        assert (image == pixels).all()
        _, small = whole(source, out_height=225, out_width=250)
        assert (small == expected[::4, ::4]).all()
    with rasterio.open(path) as untouched:
        assert untouched.nodata is None
    with pytest.raises(NodataError):
        refer_in_place(path, target, nodata=(1, 2))


@pytest.mark.parametrize("crs", ["EPSG:32616", None])
def test_a_rotated_raster_is_laid_north_up(
    make_raster: Make, noise: Noise, target: Path, crs: str | None
) -> None:
    turned = Affine.translation(500_000, 4e6) @ Affine.rotation(20) @ Affine.scale(0.5, -0.5)
    path = make_raster(noise(3, 700, 900), transform=turned, crs=crs)
    source = refer_in_place(path, target)
    assert names(target) == ["key.north.vrt", "key.vrt", "key.vrt.ovr"]
    with (
        open_raster(source, owning(source)) as raster,
        open_raster(path) as original,
    ):
        assert not raster.is_warped
        assert raster.overviews == (4,)
        assert raster.grid.crs_wkt == original.grid.crs_wkt
        assert raster.grid.transform.almost_equals(original.grid.transform)
    image, valid = whole(source)
    expected, expected_valid = whole(path)
    assert (valid == expected_valid).all()
    assert (image[:, valid] == expected[:, valid]).all()


def test_a_palette(tmp_path: Path, target: Path) -> None:
    path = tmp_path / "palette.tif"
    index = np.random.default_rng(1).integers(0, 3, (800, 900), dtype=np.uint8)
    with rasterio.open(path, "w", driver="GTiff", width=900, height=800, count=1, dtype="uint8") as dataset:
        dataset.write(index, 1)
        dataset.write_colormap(1, {0: (1, 2, 3, 255), 1: (200, 0, 0, 255), 2: (0, 90, 0, 255)})
    source = refer_in_place(path, target)
    assert (whole(source)[0] == whole(path)[0]).all()
    small, _ = whole(source, out_height=200, out_width=225)
    assert {tuple(c) for c in small.reshape(3, -1).T.tolist()} <= {(1, 2, 3), (200, 0, 0), (0, 90, 0)}


def test_a_mosaic_with_a_gap(make_raster: Make, noise: Noise, target: Path) -> None:
    pixels = noise(3, 900, 800)
    paths = [
        make_raster(pixels[:, :400], "top.tif"),
        make_raster(pixels[:, 480:], "bottom.tif", transform=UTM @ Affine.translation(0, 480)),
    ]
    source = refer_in_place(plan_mosaic(paths), target)
    assert names(target) == ["key.mosaic.vrt", "key.vrt", "key.vrt.ovr"]
    image, valid = whole(source)
    assert not valid[400:480].any()
    assert valid[:400].all()
    assert valid[480:].all()
    assert (image[:, valid] == pixels[:, valid]).all()
    _, small = whole(source, out_height=225, out_width=200)
    assert not small[100:120].any()
    assert small[:100].all()
    assert [stamp.path for stamp in originals_of(target.with_name("key.mosaic.vrt"))] == paths


def test_failures_leave_nothing_behind(
    make_raster: Make, noise: Noise, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_raster(noise(3, 900, 800))

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tiling.ingest.in_place._build_overviews", full)
    with pytest.raises(RasterWriteError, match=r"key\.vrt could not be written \(No space"):
        refer_in_place(path, target)
    assert names(target) == []
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(RasterReadError, match=r"scene\.tif"):
        refer_in_place(path, target)
    assert names(target) == []


def test_used_bits_go_with_an_alpha_band(make_raster: Make, noise: Noise, target: Path) -> None:
    pixels, mask = noise(1, 600, 700, "uint16") // 2, np.ones((600, 700), dtype=bool)
    mask[:300] = False
    source = refer_in_place(make_raster(pixels, mask=mask, nbits=11), target)
    with open_raster(source, owning(source)) as raster:
        assert (raster.bits, raster.overviews) == (11, (4,))
    image, valid = whole(source)
    assert (valid == mask).all()
    assert (image[:, valid] == pixels[:, valid]).all()
    _, small = whole(source, out_height=150, out_width=175)
    assert (small == mask[::4, ::4]).all()


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["georef_rotated.ntf", "gcps_uint16.tif", "sar_rotated.tif", "alpha.tif"])
def test_awkward_rasters(shared_data: Path, target: Path, name: str) -> None:
    path = shared_data / "rasters" / name
    beside = sorted(os.listdir(path.parent))
    source = refer_in_place(path, target)
    assert sorted(os.listdir(path.parent)) == beside
    image, valid = whole(source)
    expected, expected_valid = whole(path)
    assert (valid == expected_valid).all()
    # A spline through control points is approximated between the edges of what is warped at once.
    assert (image[:, valid] != expected[:, valid]).mean() < 1e-3
    with open_raster(source, owning(source)) as raster:
        assert not raster.is_warped
        assert raster.overviews[0] == 4
