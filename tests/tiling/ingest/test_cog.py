"""Tests of `tiling.ingest.cog` and `tiling.ingest.nodata_mask`."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from affine import Affine

from tiling.access.file_check import check_complete
from tiling.errors import NodataError, RasterReadError
from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.raster.facts import read_facts
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def whole(path: Path, **options: int) -> tuple[np.ndarray, np.ndarray]:
    with open_raster(path) as raster:
        chip = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height), **options)
    return chip.image, chip.valid


def test_a_tile_ready_raster_is_not_copied(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    target = tmp_path / "out" / "scene.tif"
    tiled = make_raster(
        noise(1, 700, 900), "tiled.tif", tiled=True, blockxsize=256, blockysize=256, overviews=[2]
    )
    small = make_raster(noise(3, 400, 500), "small.tif")
    for path in (tiled, small):
        assert ensure_cog(path, target) == path
    assert not target.exists()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_strips_become_tiles_without_loss(
    make_raster: Make, noise: Noise, tmp_path: Path, dtype: str
) -> None:
    pixels = noise(3, 600, 1100, dtype)
    seen: list[float] = []
    target = tmp_path / "out" / "scene.tif"
    assert ensure_cog(make_raster(pixels), target, progress=seen.append) == target
    assert read_facts(target).is_tile_ready
    assert seen[-1] == 1.0
    assert seen == sorted(seen)
    with rasterio.open(target) as dataset:
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.compression is not None
        assert (dataset.block_shapes[0], dataset.overviews(1)) == ((512, 512), [2, 4])
        assert dataset.crs.to_epsg() == 32616
    image, valid = whole(target)
    assert (image == pixels).all()
    assert valid.all()
    assert [path.name for path in target.parent.iterdir()] == ["scene.tif"]


def test_no_georeference_stays_none(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    path = make_raster(noise(3, 700, 900), crs=None, transform=None)
    with open_raster(ensure_cog(path, tmp_path / "cog.tif")) as raster:
        assert raster.grid.crs_wkt is None
        assert raster.grid.to_world([[3, 4]]).tolist() == [[3, -4]]


@pytest.mark.parametrize("crs", ["EPSG:32616", None])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
def test_rotated_rasters_are_laid_north_up(
    make_raster: Make, noise: Noise, tmp_path: Path, dtype: str, crs: str | None
) -> None:
    turned = Affine.translation(500_000, 4e6) @ Affine.rotation(20) @ Affine.scale(0.5, -0.5)
    path = make_raster(noise(1, 260, 330, dtype), crs=crs, transform=turned)
    cog = ensure_cog(path, tmp_path / "cog.tif")
    with open_raster(path) as before, open_raster(cog) as after:
        assert not after.is_warped
        assert after.grid.to_json() == before.grid.to_json() or (
            after.grid.transform.almost_equals(before.grid.transform)
            and (after.grid.crs is None) == (crs is None)
        )
        assert after.count == 1
    image, valid = whole(path)
    copied, copied_valid = whole(cog)
    assert (valid == copied_valid).all()
    assert (image[:, valid] == copied[:, valid]).all()
    assert 0.3 < valid.mean() < 0.9


def test_a_nodata_number_becomes_the_tag(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    pixels = noise(1, 300, 300, "uint16")
    pixels[0, :100] = 0
    path = make_raster(pixels)
    cog = ensure_cog(path, tmp_path / "cog.tif", nodata=0)
    with open_raster(cog) as raster:
        assert raster.nodata == 0
    image, valid = whole(cog)
    assert (image == pixels).all()
    assert (valid == (pixels[0] > 0)).all()
    with rasterio.open(path) as untouched:
        assert untouched.nodata is None


@pytest.fixture
def white_scene(noise: Noise) -> np.ndarray:
    """Image with a white corner, a white gap in its middle, and a saturated roof that is no gap."""
    pixels = np.minimum(noise(3, 720, 820), 200)
    rows, cols = np.mgrid[0:720, 0:820]
    pixels[:, rows + cols < 200] = 255
    pixels[:, 200:500, 300:650] = 255
    pixels[:, 560:660, 560:660] = 255
    return pixels


def test_a_nodata_colour_becomes_a_mask(make_raster: Make, white_scene: np.ndarray, tmp_path: Path) -> None:
    cog = ensure_cog(make_raster(white_scene), tmp_path / "cog.tif", nodata=(255, 255, 255))
    image, valid = whole(cog)
    assert (image == white_scene).all()
    expected = (white_scene < 255).any(axis=0)
    expected[560:660, 560:660] = True
    assert (valid == expected).all()
    assert valid[560:660, 560:660].all()
    # White does not bleed into the overviews.
    small, small_valid = whole(cog, out_height=180, out_width=205)
    edge = small_valid & (np.roll(~small_valid, 2, axis=1) | np.roll(~small_valid, -2, axis=1))
    edge[135:] = False
    assert small[:, edge].max() <= 200


def test_jpeg_smears_white_and_that_is_masked_too(
    make_raster: Make, white_scene: np.ndarray, tmp_path: Path
) -> None:
    path = make_raster(
        white_scene,
        compress="jpeg",
        photometric="ycbcr",
        tiled=True,
        blockxsize=256,
        blockysize=256,
        jpeg_quality=80,
    )
    _, valid = whole(ensure_cog(path, tmp_path / "cog.tif", nodata=(255, 255, 255)))
    expected = (white_scene < 255).any(axis=0)
    expected[560:660, 560:660] = True
    assert (valid != expected).mean() < 2e-3
    assert valid[570:650, 570:650].all()


def test_a_colour_on_a_rotated_raster(make_raster: Make, white_scene: np.ndarray, tmp_path: Path) -> None:
    turned = Affine.translation(500_000, 4e6) @ Affine.rotation(20) @ Affine.scale(0.5, -0.5)
    path = make_raster(white_scene, transform=turned)
    image, valid = whole(ensure_cog(path, tmp_path / "cog.tif", nodata=(255, 255, 255)))
    _, before = whole(path)
    assert valid.mean() == pytest.approx(
        before.mean() * (1 - (350 * 300 + 200 * 200 / 2) / (720 * 820)), abs=0.02
    )
    assert (image[:, valid] < 255).any(axis=0).mean() > 0.97


def test_a_colour_on_a_raster_with_alpha(make_raster: Make, white_scene: np.ndarray, tmp_path: Path) -> None:
    alpha = np.full((1, 720, 820), 255, dtype=np.uint8)
    alpha[0, 670:] = 0
    path = make_raster(np.concatenate([white_scene, alpha]), photometric="RGB", alpha="yes")
    image, valid = whole(ensure_cog(path, tmp_path / "cog.tif", nodata=(255, 255, 255)))
    assert image.shape[0] == 3
    assert not valid[670:].any()
    assert not valid[250:450, 350:600].any()
    assert valid[510:670, 100:].all()


def test_a_number_replaces_alpha(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    pixels = noise(4, 50, 60)
    pixels[3] = 255
    pixels[:3, :10] = 0
    path = make_raster(pixels, photometric="RGB", alpha="yes")
    image, valid = whole(ensure_cog(path, tmp_path / "cog.tif", nodata=0))
    assert image.shape[0] == 3
    assert (valid == (pixels[:3] > 0).any(axis=0)).all()


@pytest.mark.parametrize("nodata", [(255, 255), -1, 300, 0.5, float("nan")])
def test_nodata_that_does_not_fit(make_raster: Make, noise: Noise, tmp_path: Path, nodata: float) -> None:
    path = make_raster(noise(3, 50, 50))
    with pytest.raises(NodataError, match=r"scene\.tif"):
        ensure_cog(path, tmp_path / "cog.tif", nodata=nodata)


@pytest.mark.parametrize("turned", [False, True])
def test_eleven_bits_in_sixteen(make_raster: Make, noise: Noise, tmp_path: Path, turned: bool) -> None:
    """What is packed without gaps in the file becomes whole words, which are read faster."""
    pixels = noise(3, 600, 700, "uint16") // 2
    transform = Affine.translation(5e5, 4e6) @ Affine.rotation(20 if turned else 0) @ Affine.scale(0.5, -0.5)
    path = make_raster(pixels, nbits=11, transform=transform)
    cog = ensure_cog(path, tmp_path / "cog.tif")
    image, valid = whole(cog)
    expected, expected_valid = whole(path)
    assert (valid == expected_valid).all()
    assert (image[:, valid] == expected[:, valid]).all()
    with rasterio.open(cog) as dataset:
        assert "NBITS" not in dataset.tags(1, ns="IMAGE_STRUCTURE")
        assert valid.all() or dataset.read(dataset.count).max() == 65535  # opaque, in 16 bits


def test_a_palette_stays_a_palette(tmp_path: Path) -> None:
    path = tmp_path / "palette.tif"
    index = np.random.default_rng(1).integers(0, 3, (800, 900), dtype=np.uint8)
    with rasterio.open(path, "w", driver="GTiff", width=900, height=800, count=1, dtype="uint8") as dataset:
        dataset.write(index, 1)
        dataset.write_colormap(1, {0: (1, 2, 3, 255), 1: (200, 0, 0, 255), 2: (0, 90, 0, 255)})
    cog = ensure_cog(path, tmp_path / "cog.tif")
    image, _ = whole(cog)
    assert (image == whole(path)[0]).all()
    small, _ = whole(cog, out_height=200, out_width=225)
    assert {tuple(colour) for colour in small.reshape(3, -1).T.tolist()} <= {
        (1, 2, 3),
        (200, 0, 0),
        (0, 90, 0),
    }


# -- what goes wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.97])
def test_truncated_files_are_noticed(make_raster: Make, noise: Noise, tmp_path: Path, keep: float) -> None:
    tiled = make_raster(
        noise(1, 700, 900), "tiled.tif", tiled=True, blockxsize=256, blockysize=256, overviews=[2]
    )
    strips = make_raster(noise(3, 700, 900), "strips.tif")
    cog = tmp_path / "cog.tif"
    rasterio.shutil.copy(str(strips), str(cog), driver="COG")
    for path in (tiled, strips, cog):
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * keep)])
        with pytest.raises(RasterReadError) as caught:
            ensure_cog(path, tmp_path / "out" / "scene.tif")
        assert path.name in str(caught.value)
        assert str(caught.value).count(". ") == 0
    assert not (tmp_path / "out" / "scene.tif").exists()


def test_text_called_tif(tmp_path: Path) -> None:
    path = tmp_path / "notes.tif"
    path.write_text("hello")
    with pytest.raises(RasterReadError, match=r"notes\.tif"):
        ensure_cog(path, tmp_path / "cog.tif")
    assert not (tmp_path / "cog.tif").exists()


def test_a_full_disk_leaves_nothing_behind(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    path = make_raster(noise(3, 1300, 1700))
    # A limit on the size of files stops writes as a full disk does; it needs a process of its own.
    script = textwrap.dedent(f"""
        import errno, resource, signal, sys
        from pathlib import Path
        from tiling.ingest.cog import ensure_cog
        from tiling.errors import RasterWriteError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
        try:
            ensure_cog(Path({str(path)!r}), Path({str(tmp_path / "out" / "scene.tif")!r}))
        except RasterWriteError as error:
            said, cause = str(error), error.__cause__
            named = "scene.tif" in said and "no room" in said and "damaged" not in said
            sys.exit(0 if named and isinstance(cause, OSError) and cause.errno == errno.EFBIG else said)
        sys.exit("no error")
    """)
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_a_whole_file_is_complete(make_raster: Make, noise: Noise) -> None:
    check_complete(make_raster(noise(3, 300, 300), interleave="band"))


@pytest.mark.real_data
@pytest.mark.slow
def test_banepa(shared_data: Path, tmp_path: Path) -> None:
    target = tmp_path / "banepa.tif"
    assert ensure_cog(shared_data / "banepa" / "banepa.tif", target, nodata=(255, 255, 255)) == target
    with open_raster(target) as raster:
        chip = read_window(
            raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height), out_height=1088, out_width=1408
        )
        # Two areas without image; pixel (11200, 800) and (8750, 6300) lie in them.
        assert chip.valid.mean() == pytest.approx(0.9886, abs=0.001)
        assert not chip.valid[100, 1400]
        assert not chip.valid[787, 1094]
        assert chip.valid[:, :1000].all()
        assert raster.overviews == (2, 4, 8, 16, 32)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["gcps_uint16.tif", "sar_rotated.tif", "jitc_i_3309a.ntf", "palette.tif"])
def test_awkward_rasters_become_tile_ready(shared_data: Path, tmp_path: Path, name: str) -> None:
    source = shared_data / "rasters" / name
    made = ensure_cog(source, tmp_path / "cog.tif")
    assert read_facts(made).is_tile_ready
    with open_raster(source) as before, open_raster(made) as after:
        assert (before.grid.width, before.grid.height) == (after.grid.width, after.grid.height)
        assert before.grid.bounds == pytest.approx(after.grid.bounds)
