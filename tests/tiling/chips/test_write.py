"""Tests of `tiling.chips.write`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
import rasterio.warp
import shapely
import shapely.affinity

from tests.support.chip_runs import SPLIT, chip_options, read_manifest, write_polygons
from tiling.chips.folder import ChipFolder
from tiling.chips.options import ChipOptions
from tiling.chips.write import write_chips
from tiling.display.stretch_request import StretchRequest
from tiling.errors import ChipOptionError, RasterWriteError
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def test_chips_keep_pixels_and_place(chip_scene: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = write_chips([chip_scene], out, chip_options(64, 16))
    lines = read_manifest(out)
    assert (report.written, report.empty) == (len(lines), 1)
    assert len(lines) == 4 * 3 - 1
    with open_raster(chip_scene) as raster:
        for line in lines:
            path = out / line["file"]
            window = PixelWindow(**line["window"])
            assert hashlib.sha256(path.read_bytes()).hexdigest() == line["sha256"]
            original = read_window(raster, window)
            assert line["valid_fraction"] == pytest.approx(original.valid.mean())
            with open_raster(path) as chip, rasterio.open(path) as dataset:
                assert (dataset.read() == original.image).all()
                assert dataset.nodata == 0
                assert dataset.crs.to_epsg() == 32616
                corner = chip.grid.to_world([[0, 0]])
                assert corner == pytest.approx(raster.grid.to_world([[window.col, window.row]]))
                assert list(dataset.transform)[:6] == line["transform"]
            assert line["crs"] == "EPSG:32616"
            assert line["gsd_m"] == pytest.approx(0.5, rel=2e-3)
    assert sorted(path.name for path in out.iterdir()) == ["chips", "manifest.jsonl", "manifest.parquet"]
    assert len(list((out / "chips").iterdir())) == len(lines)


def damage(path: Path) -> None:
    """Overwrites a block in the middle of a tiled TIFF."""
    with rasterio.open(path) as dataset:
        offset = int(dataset.get_tag_item("BLOCK_OFFSET_2_1", "TIFF", bidx=1))
        size = int(dataset.get_tag_item("BLOCK_SIZE_2_1", "TIFF", bidx=1))
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xff" * size)


def test_a_damaged_block_is_listed_and_the_rest_goes_on(
    make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    options = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    source = make_raster(noise(1, 256, 256), **options)
    damage(source)
    report = write_chips([source], tmp_path / "out", chip_options(64, split=SPLIT))
    bad = [line for line in read_manifest(tmp_path / "out") if line["error"] is not None]
    assert [(line["window"]["col"], line["window"]["row"]) for line in bad] == [(128, 64)]
    assert str(source) in bad[0]["error"]
    assert bad[0]["file"] is bad[0]["sha256"] is bad[0]["split"] is None
    assert (report.unreadable, report.written + report.between_splits) == (1, 15)
    assert len(geopandas.read_parquet(tmp_path / "out" / "manifest.parquet")) == report.written + 1


def test_an_interrupted_run_goes_on(
    wide_scene: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    write_chips([wide_scene], whole, chip_options(50, split=SPLIT))
    put, names = ChipFolder.put, []

    def failing(self: ChipFolder, name: str, files: dict[str, bytes]) -> tuple[str, str]:
        names.append(name)
        if len(names) == 60:
            raise RasterWriteError("the disk is full")
        return put(self, name, files)

    monkeypatch.setattr(ChipFolder, "put", failing)
    with pytest.raises(RasterWriteError, match="full"):
        write_chips([wide_scene], out, chip_options(50, split=SPLIT))
    assert [path.name for path in out.iterdir()] == [".unfinished"]
    names.clear()
    monkeypatch.setattr(ChipFolder, "put", lambda *given: names.append(given[1]) or put(*given))
    write_chips([wide_scene], out, chip_options(50, split=SPLIT))
    assert 0 < len(names) < 96
    assert (out / "manifest.jsonl").read_bytes() == (whole / "manifest.jsonl").read_bytes()
    assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in whole.iterdir())


def test_other_options_begin_anew(wide_scene: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(ChipFolder, "publish", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            write_chips([wide_scene], out, chip_options(50))
    report = write_chips([wide_scene], out, chip_options(100))
    assert len(list((out / "chips").iterdir())) == report.written == 24


def test_progress_and_a_folder_that_is_a_file(chip_scene: Path, tmp_path: Path) -> None:
    seen: list[float] = []
    write_chips([chip_scene], tmp_path / "out", chip_options(100), progress=seen.append)
    assert seen[-1] == 1.0
    assert seen == sorted(seen)
    (tmp_path / "file").write_text("")
    with pytest.raises(RasterWriteError, match="file"):
        write_chips([chip_scene], tmp_path / "file", chip_options(100))


def test_impossible_options_write_nothing(
    chip_scene: Path, make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    area = write_polygons(tmp_path / "a.geojson", chip_scene, [shapely.box(900, 900, 950, 950)], [""])
    no_crs = make_raster(noise(3, 60, 60), "plain.tif", crs=None, transform=None)
    cases: list[tuple[list[Path], ChipOptions, str]] = [
        ([chip_scene], chip_options(64, format="jpg"), "uint16 pixels, and jpg chips hold uint8"),
        ([chip_scene], chip_options(64, format="png"), "2 bands"),
        ([chip_scene], chip_options(64, bands=(1, 3)), "it has 1 to 2"),
        ([chip_scene], chip_options(64, area=area), "no polygon that intersects"),
        ([no_crs], chip_options(64, gsd_m=0.5), "no CRS"),
        ([chip_scene, chip_scene], chip_options(64), "given twice"),
        ([], chip_options(64), "at least one"),
    ]
    for sources, options, message in cases:
        with pytest.raises((ChipOptionError, RasterWriteError), match=message):
            write_chips(sources, out, options)
    with pytest.raises(ChipOptionError, match="2 files of labels"):
        write_chips([chip_scene], out, chip_options(64), [area, area])
    assert not out.exists()


@pytest.mark.real_data
def test_real_chips_with_labels(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "rasters" / "buildings_uint16.tif"
    report = write_chips([source], tmp_path / "out", chip_options(512, 64), [source.with_suffix(".geojson")])
    assert report.written == 4
    assert report.annotations >= 40


COLOURS = {0: (10, 20, 30, 255), 1: (200, 0, 0, 255), 5: (0, 150, 0, 255), 9: (255, 255, 255, 255)}


def land_cover(make_raster: Make, dtype: str = "uint8", **options: object) -> tuple[Path, np.ndarray]:
    codes = np.array([0, 1, 5, 9], dtype)[np.mgrid[:96, :128].sum(axis=0) // 16 % 4][None]
    path = make_raster(codes, "cover.tif", **options)
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, COLOURS)
    return path, codes


@pytest.mark.parametrize(
    ("chip_format", "dtype"), [("tif", "uint8"), ("tif", "uint16"), ("png", "uint8"), ("npy", "uint8")]
)
def test_chips_keep_the_codes_of_a_palette(
    make_raster: Make, tmp_path: Path, chip_format: str, dtype: str
) -> None:
    path, codes = land_cover(make_raster, dtype, nodata=9)
    out = tmp_path / "out"
    write_chips([path], out, chip_options(64, 0, format=chip_format))
    for line in read_manifest(out):
        rows, cols = PixelWindow(**line["window"]).slices
        if chip_format == "npy":
            assert np.array_equal(np.load(out / line["file"]), codes[:, rows, cols])
            continue
        with rasterio.open(out / line["file"]) as chip:
            assert chip.dtypes == (dtype,)
            assert np.array_equal(chip.read(), codes[:, rows, cols])
            # GDAL makes the colour of nodata transparent.
            assert all(chip.colormap(1)[code][:3] == COLOURS[code][:3] for code in COLOURS)
            assert chip.nodata == 9
            assert np.array_equal(chip.read_masks(1) > 0, codes[0, rows, cols] != 9)


def test_a_stretch_writes_the_colours_of_a_palette_and_jpeg_needs_one(
    make_raster: Make, tmp_path: Path
) -> None:
    path, codes = land_cover(make_raster)
    write_chips([path], tmp_path / "rgb", chip_options(64, 0, stretch=StretchRequest()))
    with rasterio.open(tmp_path / "rgb" / read_manifest(tmp_path / "rgb")[0]["file"]) as chip:
        assert chip.count == 3
        assert tuple(chip.read()[:, 0, 0]) == COLOURS[int(codes[0, 0, 0])][:3]
    with pytest.raises(RasterWriteError, match="codes of a palette"):
        write_chips([path], tmp_path / "jpg", chip_options(64, 0, format="jpg"))


def test_chips_of_one_bit_keep_their_codes(make_raster: Make, tmp_path: Path) -> None:
    bits = (np.mgrid[:96, :128].sum(axis=0) // 16 % 2).astype("uint8")[None]
    out = tmp_path / "out"
    write_chips([make_raster(bits, "bits.tif", nbits=1)], out, chip_options(64, 0))
    for line in read_manifest(out):
        rows, cols = PixelWindow(**line["window"]).slices
        with rasterio.open(out / line["file"]) as chip:
            assert np.array_equal(chip.read(), bits[:, rows, cols])
