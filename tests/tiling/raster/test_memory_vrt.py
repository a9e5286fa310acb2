"""Tests of `tiling.raster.memory_vrt`: complex numbers, and bands that do not agree on what means nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from rasterio.control import GroundControlPoint

from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.maptiles.pyramid import read_reduced
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_resampled, read_window

Make = Callable[..., Path]

TURNED = Affine.translation(500_000, 4e6) @ Affine.rotation(20) @ Affine.scale(0.5, -0.5)
COMPLEX = ["complex64", "complex128", "complex_int16"]


def speckle(bands: int = 1, size: int = 128) -> np.ndarray:
    """Complex pixels of whole numbers whose phases are random: their mean is nearly zero, their amplitude is not."""
    rng = np.random.default_rng(3)
    phases = rng.uniform(0, 2 * np.pi, (bands, size, size))
    steps = np.where(np.arange(size) < size // 2, 200.0, 900.0)
    return np.round(steps * np.exp(1j * phases))


def means(image: np.ndarray, factor: int) -> np.ndarray:
    bands, height, width = image.shape
    return image.reshape(bands, height // factor, factor, width // factor, factor).mean(axis=(2, 4))


@pytest.fixture
def make_complex(make_raster: Make) -> Make:
    def make(pixels: np.ndarray, dtype: str, **profile: object) -> Path:
        stored = pixels.astype("complex128" if dtype == "complex128" else "complex64")
        return make_raster(stored, **({"dtype": dtype} | profile))

    return make


@pytest.mark.parametrize("dtype", COMPLEX)
@pytest.mark.parametrize("georeference", [{}, {"crs": None, "transform": None}], ids=["placed", "not placed"])
def test_complex_pixels_are_their_amplitude(
    make_complex: Make, dtype: str, georeference: dict[str, None]
) -> None:
    pixels = speckle(2)
    amplitude = np.abs(pixels).astype("float32")
    with open_raster(make_complex(pixels, dtype, **georeference)) as raster:
        assert (raster.count, raster.dtype, raster.bits) == (2, "float32", 32)
        assert (raster.grid.crs_wkt is None) == bool(georeference)
        assert (raster.grid.width, raster.grid.height) == (128, 128)
        chip = read_window(raster, PixelWindow(3, 5, 60, 50))
        assert chip.image.dtype == np.float32
        assert chip.valid.all()
        assert np.allclose(chip.image, amplitude[:, 5:55, 3:63], rtol=1e-6)
        assert np.allclose(
            read_window(raster, PixelWindow(0, 0, 9, 9), bands=(2,)).image, amplitude[1:, :9, :9]
        )


@pytest.mark.parametrize("overviews", [None, [2, 4]])
def test_amplitude_first_then_the_average(make_complex: Make, overviews: list[int] | None) -> None:
    """Overviews of complex files hold averages of complex numbers, so they are of no use."""
    pixels = speckle()
    amplitude = np.abs(pixels)
    path = make_complex(pixels, "complex64", overviews=overviews)
    with open_raster(path) as raster:
        whole = PixelWindow(0, 0, 128, 128)
        shrunk = read_window(raster, whole, out_height=32, out_width=32).image
        resampled = read_resampled(raster, PixelWindow(0, 0, 32, 32), (32, 32)).image
        reduced, valid = read_reduced(raster, 2, PixelWindow(0, 0, 32, 32), None)
    assert valid.all()
    for image in (shrunk, resampled, reduced):
        # Antialiased, the kernel is wider than a square: compared away from the step in the middle.
        assert np.allclose(image[:, :, 2:14], means(amplitude, 4)[:, :, 2:14], rtol=0.02)
        assert np.allclose(image[:, :, 18:30], means(amplitude, 4)[:, :, 18:30], rtol=0.02)


@pytest.mark.parametrize("dtype", COMPLEX)
def test_warped_and_as_a_cog(make_complex: Make, tmp_path: Path, dtype: str) -> None:
    path = make_complex(speckle(1, 1200), dtype, transform=TURNED)
    with open_raster(path) as raster:
        assert raster.grid.is_north_up_square
        centre = PixelWindow(raster.grid.width // 2 + 60, raster.grid.height // 2 + 20, 40, 40)
        assert read_window(raster, centre).image.mean() == pytest.approx(900, rel=0.01)
    with open_raster(ensure_cog(path, tmp_path / "cog.tif")) as raster:
        assert raster.dtype == "float32"
        assert raster.overviews
        assert read_window(raster, centre).image.mean() == pytest.approx(900, rel=0.01)
        level = raster.overviews[-1]
        small = PixelWindow(0, 0, raster.grid.width // level, raster.grid.height // level)
        pixels, valid = read_reduced(raster, level.bit_length() - 1, small, None)
        assert pixels[0][valid].min() > 200 * 0.9


def test_complex_pixels_that_are_nothing(make_complex: Make) -> None:
    pixels = speckle()
    pixels[:, :10] = 0
    with open_raster(make_complex(pixels, "complex64", nodata=0)) as raster:
        valid = read_window(raster, PixelWindow(0, 0, 128, 128)).valid
    assert not valid[:10].any()
    assert valid[10:].all()


def test_complex_pixels_placed_by_control_points(make_complex: Make) -> None:
    corners = [(0, 0), (128, 0), (128, 128), (0, 128)]
    place = Affine.translation(85, 27) @ Affine.rotation(-12) @ Affine.scale(1e-5, -1e-5)
    gcps = [GroundControlPoint(row, col, *(place @ (col, row))) for col, row in corners]
    path = make_complex(speckle(), "complex64", crs="EPSG:4326", transform=None, gcps=gcps)
    with open_raster(path) as raster:
        assert raster.grid.crs is not None
        assert raster.grid.crs.to_epsg() == 32645
        chip = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height))
    assert 300 < chip.image[0][chip.valid].mean() < 800


# -- bands that do not agree -----------------------------------------------------------------------------


def two_bands(make_raster: Make, dtype: str, transform: Affine, nodata: tuple[float, float]) -> Path:
    """Two bands with a nodata value of their own in the upper half, which a side file names."""
    pixels = np.full((2, 80, 80), 100, dtype=dtype)
    pixels[0, :40] = nodata[0]
    pixels[1, :40] = nodata[1]
    path = make_raster(pixels, transform=transform)
    bands = "".join(
        f'<PAMRasterBand band="{band}"><NoDataValue>{value}</NoDataValue></PAMRasterBand>'
        for band, value in enumerate(nodata, 1)
    )
    path.with_name(f"{path.name}.aux.xml").write_text(f"<PAMDataset>{bands}</PAMDataset>")
    return path


@pytest.mark.parametrize(
    ("dtype", "nodata"), [("uint16", (0, 65535)), ("float32", (-9999, float("nan"))), ("float32", (0, -1e30))]
)
@pytest.mark.parametrize("transform", [Affine(0.5, 0, 5e5, 0, -0.5, 4e6), TURNED], ids=["north up", "turned"])
def test_each_band_has_its_nodata(
    make_raster: Make, dtype: str, nodata: tuple[float, float], transform: Affine
) -> None:
    with open_raster(two_bands(make_raster, dtype, transform, nodata)) as raster:
        assert [repr(value) for value in raster.stored.nodatavals] == [repr(float(value)) for value in nodata]
        chip = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height))
        assert np.isclose(chip.image[:, chip.valid], 100).all()
        col, row = raster.grid.to_pixel([transform @ (40, 60)])[0]
        assert chip.valid[int(row), int(col)]
        for bands in ((1,), (2,)):
            one = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height), bands=bands)
            assert (one.valid == chip.valid).all()
        half = chip.valid.sum() * raster.grid.transform.a**2 / 0.25
    assert half == pytest.approx(3200, rel=0.05)
