"""Tests of `tiling.access.file_length` and of `tiling.access.file_check` for every format that `damage` makes."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import rasterio

from tests.support.damage import make_small_rasters
from tiling.access.env import reading
from tiling.access.file_check import check_complete
from tiling.access.policy import DEFAULT_POLICY
from tiling.errors import RasterReadError
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]


def beside(path: Path, folder: Path) -> Path:
    """A copy with its side-cars."""
    folder.mkdir(exist_ok=True)
    for file in path.parent.glob(f"{path.stem}.*"):
        shutil.copy(file, folder)
    return folder / path.name


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_small_rasters(tmp_path_factory.mktemp("small"))


# What comes last in them is no part of the image: the trailer of a COG's last tile, what HFA adds on closing.
TAIL_IS_NO_IMAGE = ("cog.tif", "image.img")


def refusal(path: Path) -> str | None:
    try:
        check_complete(path)
    except RasterReadError as error:
        return str(error)
    return None


def whole(path: Path) -> tuple[object, ...]:
    """The place, however its CRS is spelled, and the pixels."""
    with open_raster(path) as raster:
        grid = raster.grid
        chip = read_window(raster, PixelWindow(0, 0, grid.width, grid.height))
        return grid.crs and grid.crs.to_epsg(), grid.transform, chip.image.tobytes()


def test_whole_files_are_complete(small: list[Path]) -> None:
    for path in small:
        check_complete(path)


def test_a_file_without_its_end_is_noticed(small: list[Path], tmp_path: Path) -> None:
    for path in small:
        if path.suffix == ".vrt":
            continue
        size = path.stat().st_size
        for number, keep in enumerate((0.1, 0.5, 0.9, 0.99, (size - 3) / size)):
            cut = beside(path, tmp_path / f"{path.name}-{number}")
            cut.write_bytes(path.read_bytes()[: int(size * keep)])
            sentence = refusal(cut)
            if sentence is not None:
                assert cut.name in sentence
                continue
            assert keep > 0.9
            assert path.name in TAIL_IS_NO_IMAGE
            assert whole(cut) == whole(path)


def test_a_vrt_source_without_its_end_is_noticed(small: list[Path], tmp_path: Path) -> None:
    tiled = next(path for path in small if path.name == "tiled.tif")
    cut = beside(tiled, tmp_path)
    mosaic = shutil.copy(tiled.with_name("mosaic.vrt"), tmp_path)
    check_complete(Path(mosaic))
    cut.write_bytes(cut.read_bytes()[:-100])
    with pytest.raises(RasterReadError, match="truncated"):
        check_complete(Path(mosaic))


def test_bytes_after_the_end_do_no_harm(small: list[Path], tmp_path: Path) -> None:
    for path in small:
        if path.suffix in (".jpg", ".png", ".bmp", ".ntf", ".bin", ".bil"):
            more = beside(path, tmp_path)
            more.write_bytes(path.read_bytes() + bytes(100))
            check_complete(more)


@pytest.mark.parametrize("layout", ["strips", "tiles"])
def test_a_large_file_takes_no_time(tmp_path: Path, layout: str) -> None:
    """Rows as strips: 50,000 of them are the longest index that a scene of this size has."""
    path = tmp_path / "large.tif"
    how = {"blockysize": 1} if layout == "strips" else {"tiled": True, "blockxsize": 512, "blockysize": 512}
    with rasterio.open(
        path, "w", driver="GTiff", width=2000 if layout == "strips" else 50_000, height=50_000, count=1, dtype="uint8",
        bigtiff="YES", compress="deflate", zlevel=1, **how,
    ):  # fmt: skip
        pass
    start = time.process_time()
    check_complete(path)
    assert time.process_time() - start < 2.0


def test_headers_that_are_none(small: list[Path], tmp_path: Path) -> None:
    """Whatever the first bytes are, the answer is a sentence or none."""
    rng = random.Random(1)
    for path in small:
        for number in range(5):
            odd = beside(path, tmp_path / f"{path.name}-{number}")
            data = bytearray(odd.read_bytes())
            for _ in range(20):
                data[rng.randrange(min(400, len(data)))] = rng.randrange(256)
            odd.write_bytes(bytes(data))
            with suppress(RasterReadError):
                check_complete(odd)


def test_odd_errors_become_sentences(tmp_path: Path) -> None:
    for error in (
        ValueError("a"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "b"),
        MemoryError(),
        OverflowError("c"),
    ):
        with pytest.raises(RasterReadError, match="could not be read"), reading(tmp_path / "x.tif"):
            raise error


def test_a_name_that_looks_like_an_address(make_raster: Make) -> None:
    path = make_raster(np.ones((1, 8, 8), dtype=np.uint8), "a?b#c!d.tif")
    open_raster(path, DEFAULT_POLICY).close()
