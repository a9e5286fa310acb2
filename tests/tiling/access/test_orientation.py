"""Tests of `tiling.access.orientation`: pictures are shown upright, as other viewers show them."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from detectors.inference.standalone_image import read_image
from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.ingest.in_place import refer_in_place
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

WIDTH, HEIGHT = 600, 530


def picture(path: Path, orientation: int) -> np.ndarray:
    """A picture file of that orientation; returns it (H, W, 3) as Pillow shows it upright."""
    rows, cols = np.mgrid[:HEIGHT, :WIDTH]
    pixels = np.stack([rows % 251, cols % 241, (rows // 8 + cols // 8) % 239], axis=-1).astype("uint8")
    image = Image.fromarray(pixels)
    if path.suffix == ".tif":
        image.save(path, tiffinfo={274: orientation})
    else:
        exif = image.getexif()
        exif[274] = orientation
        image.save(
            path,
            exif=exif,
            **({"quality": 95, "subsampling": 0} if path.suffix == ".jpg" else {"lossless": True}),
        )
    with Image.open(path) as opened:
        return np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".png", ".webp"])
def test_pictures_are_upright(tmp_path: Path, suffix: str, orientation: int) -> None:
    path = tmp_path / f"a{suffix}"
    wanted = picture(path, orientation)
    with open_raster(path) as raster:
        grid = raster.grid
        assert (grid.height, grid.width) == wanted.shape[:2]
        assert tuple(grid.transform)[:6] == (1, 0, 0, 0, -1, 0)
        assert grid.crs_wkt is None
        chip = read_window(raster, PixelWindow(0, 0, grid.width, grid.height))
        assert chip.valid.all()
        assert np.abs(chip.image.transpose(1, 2, 0).astype(int) - wanted).max() <= (
            3 if suffix == ".jpg" else 0
        )


@pytest.mark.parametrize("orientation", [3, 6])
def test_copies_are_upright(tmp_path: Path, orientation: int) -> None:
    wanted = picture(tmp_path / "a.tif", orientation)
    copy = ensure_cog(tmp_path / "a.tif", tmp_path / "copy.tif")
    for path in (copy, refer_in_place(tmp_path / "a.tif", tmp_path / "b.vrt").path):
        assert path != tmp_path / "a.tif"
        with open_raster(path) as raster:
            assert raster.grid.crs_wkt is None
            assert tuple(raster.grid.transform)[:6] == pytest.approx((1, 0, 0, 0, -1, 0))
            image = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height)).image
        assert (image.transpose(1, 2, 0) == wanted).all()


def test_images_of_coco_are_read_as_they_are_stored(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", 6)
    assert read_image(tmp_path / "a.png", 0.3).size == (WIDTH, HEIGHT)


def test_a_world_file_wins(tmp_path: Path) -> None:
    picture(tmp_path / "a.jpg", 6)
    (tmp_path / "a.jgw").write_text("1\n0\n0\n-1\n500000.5\n3999999.5\n")
    with open_raster(tmp_path / "a.jpg") as raster:
        assert (raster.grid.width, raster.grid.height) == (WIDTH, HEIGHT)


def test_big_endian_and_big_tiffs_and_damage(tmp_path: Path) -> None:
    from tiling.access.orientation import _of_png, _of_tiff, _of_webp

    entry = struct.pack(">HHIHH", 274, 3, 1, 8, 0)
    big_endian = b"MM" + struct.pack(">HIH", 42, 8, 1) + entry
    big = b"II" + struct.pack("<HHHQQ", 43, 8, 0, 16, 1) + struct.pack("<HHQHHI", 274, 3, 1, 5, 0, 0)
    for data, wanted in ((big_endian, 8), (big, 5), (b"", 1), (b"xx", 1)):
        path = tmp_path / "a"
        path.write_bytes(data)
        with path.open("rb") as file:
            assert _of_tiff(file) == wanted
    for reader in (_of_png, _of_webp):
        path.write_bytes(b"\x89PNG\r\n\x1a\n1234")
        with path.open("rb") as file:
            assert reader(file) == 1
