"""Tests of `tiling.raster.rpcs`: rasters that rational polynomial coefficients place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.shutil
import rasterio.warp
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from rasterio.rpc import RPC
from rasterio.transform import GCPTransformer, RPCTransformer

from tests.support.examples import examples
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError
from tiling.grid.window import PixelWindow
from tiling.raster.raster import Raster, open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]

SIZE = 200

# An image of 1,000 x 1,000 px of half a metre, seen from the side: a metre of height moves a pixel by one.
LINE_NUM = [0.0, 0.1, -1.0, 0.2, 0.002, 0.001, -0.001, 0.003, 0.002] + [0.0] * 11
SAMP_NUM = [0.0, 1.0, 0.1, -0.1, -0.001, 0.002, 0.001, 0.002, -0.002] + [0.0] * 11
DEN = [1.0, 0.001, -0.001, 0.0005] + [0.0] * 16


def rpcs(size: int = SIZE, lon: float = 85.0, lat: float = 27.0, **changes: Any) -> RPC:
    half = size / 2
    values: dict[str, Any] = {
        "line_off": half - 0.5, "samp_off": half - 0.5, "line_scale": half, "samp_scale": half,
        "lat_off": lat, "long_off": lon, "height_off": 1300.0, "height_scale": half * 0.5,
        "lat_scale": half * 0.5 / 111_000, "long_scale": half * 0.5 / 111_000 / max(0.02, np.cos(np.radians(lat))),
        "line_num_coeff": LINE_NUM, "line_den_coeff": DEN, "samp_num_coeff": SAMP_NUM, "samp_den_coeff": DEN,
    }  # fmt: skip
    return RPC(**(values | changes))


@pytest.fixture
def make_rpc_raster(tmp_path: Path) -> Make:
    """A raster of marks at known pixels, placed by RPCs alone."""

    def make(
        coefficients: RPC, name: str = "rpc.tif", pixels: np.ndarray | None = None, **profile: Any
    ) -> Path:
        path = tmp_path / name
        pixels = marks(SIZE) if pixels is None else pixels
        options: dict[str, Any] = {"driver": "GTiff", "dtype": pixels.dtype.name, "rpcs": coefficients}
        count, height, width = pixels.shape
        with rasterio.open(
            path, "w", count=count, height=height, width=width, **(options | profile)
        ) as dataset:
            dataset.write(pixels)
        return path

    return make


MARKS = [(col, row) for row in (30, 80, 120, 165) for col in (25, 70, 110, 150, 175)]


def marks(size: int) -> np.ndarray:
    pixels = np.full((1, size, size), 10, dtype=np.uint8)
    for col, row in MARKS:
        pixels[0, row - 2 : row + 3, col - 2 : col + 3] = 250
    return pixels


def hill(path: Path, lon: float = 85.0, lat: float = 27.0) -> Path:
    """An elevation model: a slope from 1,270 m to 1,340 m, and a knoll."""
    rows, cols = np.mgrid[0:60, 0:60]
    metres = 1270 + cols + 10 * np.exp(-((rows - 30) ** 2 + (cols - 25) ** 2) / 60)
    step = 3e-5
    transform = Affine(step, 0, lon - 30 * step, 0, -step, lat + 30 * step)
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=60, count=1, dtype="float32", crs="EPSG:4326",
        transform=transform,
    ) as dataset:  # fmt: skip
        dataset.write(metres.astype("float32"), 1)
    return path


def ground(transformer: Any, points: list[tuple[float, float]], crs: str) -> np.ndarray:
    """Where a GDAL transformer puts middles of pixels, in `crs` (N, 2)."""
    with transformer as to_lonlat:
        lon, lat = to_lonlat.xy([row for _, row in points], [col for col, _ in points])
    return np.column_stack(rasterio.warp.transform("EPSG:4326", crs, lon, lat))


def found_marks(raster: Raster, expected: np.ndarray) -> np.ndarray:
    """Centres of light, in the raster's pixels, near where marks are expected."""
    chip = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height))
    found = []
    for x, y in expected:
        rows, cols = (slice(max(0, int(v) - 8), int(v) + 9) for v in (y, x))
        light = np.where(chip.valid[rows, cols], chip.image[0, rows, cols].astype(float) - 10, 0)
        ys, xs = (
            np.mgrid[rows.start : rows.start + light.shape[0], cols.start : cols.start + light.shape[1]] + 0.5
        )
        found.append(((xs * light).sum() / light.sum(), (ys * light).sum() / light.sum()))
    return np.array(found)


def assert_agrees(source: RasterSource, transformer: Any) -> None:
    """20 marks lie within half a pixel of where GDAL's transformer puts them."""
    with open_raster(source) as raster:
        assert raster.grid.crs_wkt is not None
        assert raster.grid.is_north_up_square
        places = ground(transformer, [(col, row) for col, row in MARKS], raster.grid.crs_wkt)
        expected = raster.grid.to_pixel(places)
        found = found_marks(raster, expected)
    assert len(found) == 20
    assert np.hypot(*(found - expected).T).max() < 0.5


def test_constant_height(make_rpc_raster: Make) -> None:
    path = make_rpc_raster(rpcs())
    assert_agrees(RasterSource(path), RPCTransformer(rpcs(), rpc_height=1300))
    assert_agrees(RasterSource(path, height_m=1330.0), RPCTransformer(rpcs(), rpc_height=1330))
    with open_raster(path) as raster:
        assert raster.grid.crs is not None
        assert raster.grid.crs.to_epsg() == 32645
        assert raster.grid.gsd_m == pytest.approx(0.5, rel=0.05)
        assert raster.is_warped
        assert read_window(raster, PixelWindow(90, 90, 20, 20)).valid.all()


def test_an_elevation_model(make_rpc_raster: Make, tmp_path: Path) -> None:
    # A name in small letters: rasterio would look for one in capitals.
    dem = hill(tmp_path / "dem small.tif")
    path = make_rpc_raster(rpcs())
    assert_agrees(RasterSource(path, dem=dem), RPCTransformer(rpcs(), rpc_dem=str(dem)))
    with open_raster(RasterSource(path, dem=dem)) as over_hill, open_raster(path) as flat:
        assert np.abs(np.subtract(over_hill.grid.bounds, flat.grid.bounds)).max() > 2
        # Shrunk, in two steps, it stays over the hill.
        whole = PixelWindow(0, 0, over_hill.grid.width, over_hill.grid.height)
        small = read_window(over_hill, whole, out_height=whole.height // 3, out_width=whole.width // 3)
        assert small.image[0][small.valid].mean() == pytest.approx(
            (lambda chip: chip.image[0][chip.valid].mean())(read_window(over_hill, whole)), rel=0.05
        )


@examples(12)
@given(st.floats(-180, 180), st.floats(-86, 86), st.floats(-40, 40))
def test_anywhere_on_the_earth(
    tmp_path_factory: pytest.TempPathFactory, lon: float, lat: float, up: float
) -> None:
    coefficients = rpcs(lon=lon, lat=lat)
    path = tmp_path_factory.mktemp("rpc") / "rpc.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=SIZE, height=SIZE, count=1, dtype="uint8", rpcs=coefficients
    ) as dataset:
        dataset.write(marks(SIZE))
    height = 1300.0 + up
    assert_agrees(RasterSource(path, height_m=height), RPCTransformer(coefficients, rpc_height=height))


@pytest.mark.filterwarnings("ignore::rasterio.errors.TransformWarning")
@pytest.mark.parametrize("what", ["nowhere.tif", "notes.txt", "elsewhere.tif", "no_crs.tif"])
def test_elevation_models_that_do_not_help(make_rpc_raster: Make, tmp_path: Path, what: str) -> None:
    (tmp_path / "notes.txt").write_text("high")
    hill(tmp_path / "elsewhere.tif", lon=10.0)
    with rasterio.open(
        tmp_path / "no_crs.tif", "w", driver="GTiff", width=9, height=9, count=1, dtype="float32"
    ) as dataset:
        dataset.write(np.zeros((1, 9, 9), dtype="float32"))
    with pytest.raises(RasterReadError, match=rf"The elevation model .*{what}") as caught:
        open_raster(RasterSource(make_rpc_raster(rpcs()), dem=tmp_path / what))
    assert str(caught.value).count(". ") == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"line_scale": 0.0}, "a scale of 0"),
        ({"lat_scale": float("nan")}, "not finite"),
        ({"long_off": float("inf")}, "not finite"),
        ({"lat_off": 95.0}, "latitude 95"),
        ({"samp_den_coeff": [0.0] * 20}, "zero"),
        ({"line_off": 90_000.0}, "times as far out"),
    ],
)
def test_implausible_coefficients(
    make_raster: Make, noise: Callable[..., np.ndarray], changes: Mapping[str, Any], reason: str
) -> None:
    path = make_raster(noise(1, SIZE, SIZE), crs=None, transform=None)
    wrong = rpcs(**changes).to_gdal()
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(ns="RPC", **wrong)
    with pytest.raises(RasterReadError) as caught:
        open_raster(path)
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_affine_wins(make_rpc_raster: Make) -> None:
    transform = Affine(0.5, 0, 500_000, 0, -0.5, 4e6)
    path = make_rpc_raster(rpcs(), crs="EPSG:32616", transform=transform)
    with open_raster(path) as raster:
        assert not raster.is_warped
        assert raster.grid.transform == transform


# -- NITF ------------------------------------------------------------------------------------------------


def rpc00b(coefficients: RPC) -> str:
    """The RPC00B extension (STDI-0002 appendix E) as text of 1,041 characters."""
    c = coefficients
    parts = [
        "1", "0000.00", "0000.00", f"{c.line_off:06.0f}", f"{c.samp_off:05.0f}", f"{c.lat_off:+08.4f}",
        f"{c.long_off:+09.4f}", f"{c.height_off:+05.0f}", f"{c.line_scale:06.0f}", f"{c.samp_scale:05.0f}",
        f"{c.lat_scale:+08.4f}", f"{c.long_scale:+09.4f}", f"{c.height_scale:+05.0f}",
    ]  # fmt: skip
    for polynomial in (c.line_num_coeff, c.line_den_coeff, c.samp_num_coeff, c.samp_den_coeff):
        for value in polynomial:
            mantissa, exponent = f"{value:+.6E}".split("E")
            parts.append(f"{mantissa}E{int(exponent):+d}")
    text = "".join(parts)
    assert len(text) == 1041
    return text


def ichipb(scale: float, row: float, col: float, size: int, *, flag: int = 0, turned: bool = False) -> str:
    """The ICHIPB extension (STDI-0002 appendix B): a chip whose corner is pixel (col, row) of its image."""
    chip = [(r, c) for r in (0.5, size - 0.5) for c in (0.5, size - 0.5)]
    whole = [(row + scale * r, col + scale * c) for r, c in chip]
    if turned:
        whole = [(row + scale * c, col + scale * r) for r, c in chip]
    numbers = [value for point in chip + whole for value in point]
    return (
        f"{flag:02d}{scale:010.5f}0000" + "".join(f"{value:012.3f}" for value in numbers) + "0000200000002000"
    )


LARGE = 2000
WHOLE = rpcs(LARGE, lat_scale=0.0045, long_scale=0.005, line_off=999.0, samp_off=999.0)


def nitf(tmp_path: Path, name: str, extensions: Mapping[str, str], **georeference: Any) -> Path:
    """A NITF of marks with extensions; its source is a TIFF, from which GDAL copies them."""
    made, path = tmp_path / f"{name}.tif", tmp_path / f"{name}.ntf"
    with rasterio.open(
        made, "w", driver="GTiff", width=SIZE, height=SIZE, count=1, dtype="uint8", **georeference
    ) as dataset:
        dataset.write(marks(SIZE))
        dataset.update_tags(ns="TRE", **extensions)
    rasterio.shutil.copy(str(made), str(path), driver="NITF")
    made.unlink()
    return path


@pytest.mark.parametrize(("scale", "row", "col"), [(1.0, 700.0, 1200.0), (2.0, 300.0, 900.0)])
def test_a_chip_lies_where_its_image_has_it(tmp_path: Path, scale: float, row: float, col: float) -> None:
    path = nitf(tmp_path, "chip", {"RPC00B": rpc00b(WHOLE), "ICHIPB": ichipb(scale, row, col, SIZE)})
    with rasterio.open(path) as dataset:
        stored = dataset.rpcs
        # What GDAL does: the coefficients as they stand, for pixels they are not of.
        assert stored.line_off == 999.0
    with open_raster(path) as raster:
        # The middles of the marks, in pixels of the whole image.
        places = [(col + scale * (c + 0.5) - 0.5, row + scale * (r + 0.5) - 0.5) for c, r in MARKS]
        with RPCTransformer(stored, rpc_height=1300) as to_lonlat:
            lon, lat = to_lonlat.xy([r for _, r in places], [c for c, _ in places])
        assert raster.grid.crs_wkt is not None
        xy = np.column_stack(rasterio.warp.transform("EPSG:4326", raster.grid.crs_wkt, lon, lat))
        expected = raster.grid.to_pixel(xy)
        found = found_marks(raster, expected)
    assert np.hypot(*(found - expected).T).max() < 0.5


def test_a_chip_with_a_palette(tmp_path: Path) -> None:
    made, path = tmp_path / "palette.tif", tmp_path / "palette.ntf"
    with rasterio.open(
        made, "w", driver="GTiff", width=SIZE, height=SIZE, count=1, dtype="uint8", photometric="palette"
    ) as dataset:
        dataset.write(np.full((1, SIZE, SIZE), 3, dtype=np.uint8))
        dataset.write_colormap(1, {3: (10, 20, 30, 255)})
        dataset.update_tags(ns="TRE", RPC00B=rpc00b(WHOLE), ICHIPB=ichipb(1, 700, 1200, SIZE))
    rasterio.shutil.copy(str(made), str(path), driver="NITF")
    with open_raster(path) as raster:
        middle = PixelWindow(raster.grid.width // 2, raster.grid.height // 2, 4, 4)
        assert read_window(raster, middle).image[:, 0, 0].tolist() == [10, 20, 30]


@pytest.mark.parametrize(
    ("chip", "reason"),
    [
        (ichipb(1, 0, 0, SIZE, flag=1), "XFRM_FLAG 1"),
        (ichipb(1, 0, 0, SIZE, turned=True), "turned"),
        (ichipb(1, 700_000, 0, SIZE), "times as far out"),
    ],
)
def test_chips_without_a_place(tmp_path: Path, chip: str, reason: str) -> None:
    with pytest.raises(RasterReadError, match=reason):
        open_raster(nitf(tmp_path, "chip", {"RPC00B": rpc00b(WHOLE), "ICHIPB": chip}))


def test_rpcs_are_better_than_the_corners_of_a_nitf(tmp_path: Path) -> None:
    corners: dict[str, Any] = {"crs": "EPSG:4326", "transform": Affine(1e-5, 0, 84.999, 0, -1e-5, 27.001)}
    small = rpcs(line_off=100.0, samp_off=100.0, height_scale=50.0)
    small = RPC(**(small.to_dict() | {"lat_scale": 0.0005, "long_scale": 0.0005}))
    both = nitf(tmp_path, "both", {"RPC00B": rpc00b(small)}, **corners)
    assert_agrees(RasterSource(both), RPCTransformer(small, rpc_height=1300))
    # A chip that has lost its place still has its corners.
    lost = nitf(
        tmp_path, "lost", {"RPC00B": rpc00b(small), "ICHIPB": ichipb(1, 0, 0, SIZE, flag=1)}, **corners
    )
    with open_raster(lost) as raster:
        assert raster.grid.crs is not None
        assert raster.grid.crs.to_epsg() == 4326
    # Other formats' affines are worth more.
    with rasterio.open(both.with_suffix(".tif"), "w", driver="GTiff", width=SIZE, height=SIZE, count=1,
                       dtype="uint8", rpcs=small, **corners) as dataset:  # fmt: skip
        dataset.write(marks(SIZE))
    with open_raster(both.with_suffix(".tif")) as raster:
        assert not raster.is_warped


# -- real files ------------------------------------------------------------------------------------------


@pytest.mark.real_data
def test_the_tiny_real_one(shared_data: Path) -> None:
    path = shared_data / "rasters" / "rpc_tiny.tif"
    with rasterio.open(path) as dataset:
        coefficients = dataset.rpcs
    points = [(col, row) for col in (0, 4, 9, 14, 19) for row in (0, 6, 13, 19)]
    for height in (None, 500.0):
        with open_raster(RasterSource(path, height_m=height)) as raster:
            grid = raster.grid
            assert grid.crs_wkt is not None
            places = ground(RPCTransformer(coefficients, rpc_height=height or 300.0), points, grid.crs_wkt)
            pixels = grid.to_pixel(places)
            assert (pixels > -0.5).all()
            assert (pixels < (grid.width + 0.5, grid.height + 0.5)).all()
            assert grid.gsd_m == pytest.approx(0.5, rel=0.1)
            # Nearly north up, so that neighbours stay neighbours: each pixel is where the RPCs put it.
            chip = read_window(raster, PixelWindow(0, 0, grid.width, grid.height))
    with rasterio.open(path) as dataset:
        stored = dataset.read(1).astype(float)
    inner = [(p, q) for p, q in zip(points, pixels, strict=True) if 1 <= p[0] < 18 and 1 <= p[1] < 18]
    for (col, row), (x, y) in inner:
        near = chip.image[0, max(0, int(y - 1)) : int(y + 2), max(0, int(x - 1)) : int(x + 2)]
        assert near.min() <= stored[row, col] + 1
        assert near.max() >= stored[row, col] - 1


@pytest.mark.real_data
def test_real_control_points(shared_data: Path, tmp_path: Path) -> None:
    """Marks in place of the pixels of a real scene lie where GDAL's spline through its 210 points puts them."""
    with rasterio.open(shared_data / "rasters" / "gcps_uint16.tif") as dataset:
        (gcps, crs), width, height = dataset.gcps, dataset.width, dataset.height
    assert crs is not None
    spots = [(col, row) for col in (60, 340, 620, 900, 1200) for row in (50, 300, 550, 780)]
    pixels = np.full((1, height, width), 10, dtype=np.uint8)
    for col, row in spots:
        pixels[0, row - 2 : row + 3, col - 2 : col + 3] = 250
    path = tmp_path / "marks.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype="uint8", gcps=gcps, crs=crs
    ) as dataset:
        dataset.write(pixels)
    with open_raster(path) as raster, GCPTransformer(gcps, tps=True) as to_lonlat:
        assert raster.grid.is_north_up_square
        assert raster.grid.crs_wkt is not None
        lon, lat = to_lonlat.xy([row for _, row in spots], [col for col, _ in spots])
        xy = np.column_stack(rasterio.warp.transform(crs, raster.grid.crs_wkt, lon, lat))
        expected = raster.grid.to_pixel(xy)
        found = found_marks(raster, expected)
    assert len(found) == 20
    assert np.hypot(*(found - expected).T).max() < 0.5
