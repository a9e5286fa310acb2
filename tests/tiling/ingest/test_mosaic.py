"""Tests of `tiling.ingest.mosaic` and `tiling.ingest.file_stamps`: files of a cut raster, put together again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.tiling.conftest import UTM
from tiling.access.policy import DEFAULT_POLICY
from tiling.errors import MosaicError
from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.ingest.file_stamps import originals_of
from tiling.ingest.in_place import refer_in_place
from tiling.ingest.mosaic import plan_mosaic, write_mosaic
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def whole(path: Path) -> tuple[np.ndarray, np.ndarray]:
    with open_raster(path) as raster:
        chip = read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height))
    return chip.image, chip.valid


def cut(make: Make, pixels: np.ndarray, window: PixelWindow, name: str, **more: Any) -> Path:
    """A file of a part of `pixels`, lying where that part lies."""
    rows, cols = window.slices
    if "mask" in more:
        more["mask"] = more["mask"][rows, cols]
    return make(
        pixels[:, rows, cols], name, transform=UTM @ Affine.translation(window.col, window.row), **more
    )


def put_together(paths: list[Path], folder: Path) -> Path:
    target = folder / "mosaic.vrt"
    write_mosaic(plan_mosaic(paths), target)
    return target


ODD_TILES = [
    PixelWindow(0, 0, 101, 67),
    PixelWindow(95, 0, 83, 67),
    PixelWindow(0, 60, 120, 90),
    PixelWindow(110, 66, 68, 84),
]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("bands", [1, 3])
def test_odd_overlapping_tiles_are_the_whole(
    make_raster: Make, noise: Noise, tmp_path: Path, dtype: str, bands: int
) -> None:
    pixels = noise(bands, 150, 178, dtype)
    make_raster(pixels, "whole.tif")
    parts = [cut(make_raster, pixels, w, f"{i}.tif") for i, w in enumerate(ODD_TILES)]
    path = put_together(parts, tmp_path)
    with open_raster(path) as mosaic, open_raster(tmp_path / "whole.tif") as expected:
        assert mosaic.grid == expected.grid
        assert (mosaic.count, mosaic.dtype) == (bands, dtype)
    image, valid = whole(path)
    assert (image == pixels).all()
    assert valid.all()


def test_strips_with_a_gap_leave_it_transparent(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    pixels = noise(3, 150, 178)
    strips = [PixelWindow(0, 0, 178, 40), PixelWindow(0, 55, 178, 95)]
    parts = [cut(make_raster, pixels, w, f"{i}.tif") for i, w in enumerate(strips)]
    mosaic = plan_mosaic(parts)
    assert mosaic.has_gaps
    path = put_together(parts, tmp_path)
    for made in (path, ensure_cog(path, tmp_path / "cog.tif")):
        image, valid = whole(made)
        assert not valid[40:55].any()
        assert valid[:40].all()
        assert valid[55:].all()
        assert (image[:, valid] == pixels[:, valid]).all()


@pytest.mark.parametrize("said", ["nodata", "mask", "alpha", "mixed"])
def test_nothing_in_one_file_does_not_hide_the_other(
    make_raster: Make, noise: Noise, tmp_path: Path, said: str
) -> None:
    """Two files overlap; where the upper one has nothing, the lower one is seen."""
    pixels = noise(3, 120, 160)
    hole = np.zeros((120, 160), dtype=bool)
    hole[30:70, 85:100] = True  # in the overlap, in the upper file only
    hole[90:110, 130:150] = True  # in the upper file alone
    emptied = np.where(hole, 0, pixels).astype(np.uint8)
    lower = cut(make_raster, pixels, PixelWindow(0, 0, 105, 120), "lower.tif",
                **({"nodata": 0} if said == "nodata" else {}))  # fmt: skip
    right = PixelWindow(80, 0, 80, 120)
    if said in ("nodata", "mixed"):
        upper = cut(make_raster, emptied, right, "upper.tif", nodata=0)
    elif said == "mask":
        upper = cut(make_raster, emptied, right, "upper.tif", mask=~hole)
    else:
        alpha = np.where(hole, 0, 255).astype(np.uint8)
        four = np.concatenate([emptied, alpha[None]])
        upper = cut(make_raster, four, right, "upper.tif", photometric="RGB", alpha="yes")
    path = put_together([lower, upper], tmp_path)
    image, valid = whole(path)
    expected = np.ones((120, 160), dtype=bool)
    expected[90:110, 130:150] = False
    assert (valid == expected).all()
    assert (image[:, valid] == pixels[:, valid]).all()


def test_the_later_file_is_on_top(make_raster: Make, tmp_path: Path) -> None:
    dark, bright = np.full((1, 20, 30), 10, np.uint8), np.full((1, 20, 30), 200, np.uint8)
    one = make_raster(dark, "one.tif")
    two = make_raster(bright, "two.tif", transform=UTM @ Affine.translation(15, 0))
    assert (whole(put_together([one, two], tmp_path))[0][0, :, 15:30] == 200).all()
    assert (whole(put_together([two, one], tmp_path))[0][0, :, 15:30] == 10).all()


def test_a_coarser_file_is_scaled_to_the_finest(make_raster: Make, tmp_path: Path) -> None:
    cols = np.arange(60, dtype=np.float32)
    fine = make_raster(np.tile(cols, (1, 40, 1)), "fine.tif")
    coarse_cols = 60 + np.arange(30, dtype=np.float32) * 2 + 0.5
    coarse = make_raster(
        np.tile(coarse_cols, (1, 20, 1)),
        "coarse.tif",
        transform=UTM @ Affine.translation(60, 0) @ Affine.scale(2),
    )
    image, valid = whole(put_together([coarse, fine], tmp_path))
    assert image.shape == (1, 40, 120)
    assert valid.all()
    assert np.abs(image[0, 20] - np.arange(120)).max() < 0.6  # bilinear; the outermost half pixels are flat
    assert np.abs(image[0, 20, 62:118] - np.arange(62, 118)).max() < 0.01


def test_an_offset_of_part_of_a_pixel_is_kept(make_raster: Make, tmp_path: Path) -> None:
    left = make_raster(np.tile(np.arange(50, dtype=np.float32), (1, 30, 1)), "left.tif")
    shifted = np.tile(np.arange(40, dtype=np.float32) + 50.4, (1, 30, 1))
    right = make_raster(shifted, "right.tif", transform=UTM @ Affine.translation(50.4, 0))
    image, _ = whole(put_together([left, right], tmp_path))
    assert np.abs(image[0, 15, 53:88] - np.arange(53, 88)).max() < 0.02


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 50), st.integers(1, 40), st.integers(1, 30)),
        min_size=1,
        max_size=6,
        unique=True,
    )
)
@examples(25, fixtures=True)
def test_any_window_of_a_mosaic_equals_the_files(
    make_raster: Make, noise: Noise, tmp_path: Path, cuts: list[tuple[int, int, int, int]]
) -> None:
    pixels = noise(2, 80, 100, "uint16")
    windows = [PixelWindow(*window) for window in cuts]
    parts = [cut(make_raster, pixels, w, f"{i}.tif") for i, w in enumerate(windows)]
    covered = np.zeros((80, 100), dtype=bool)
    for window in windows:
        covered[window.slices] = True
    rows, cols = np.where(covered)
    box = np.s_[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1]
    image, valid = whole(put_together(parts, tmp_path))
    assert (valid == covered[box]).all()
    assert (image[:, valid] == pixels[:, *box][:, valid]).all()


def test_a_palette_stays_a_palette(tmp_path: Path) -> None:
    table = {0: (1, 2, 3, 255), 1: (200, 0, 0, 255), 2: (0, 90, 0, 255)}

    def tile(name: str, col: int, colours: dict[int, tuple[int, ...]]) -> Path:
        index = np.random.default_rng(col).integers(0, 3, (1, 20, 30), dtype=np.uint8)
        transform = UTM @ Affine.translation(col, 0)
        profile = {"driver": "GTiff", "width": 30, "height": 20, "count": 1, "dtype": "uint8"}
        with rasterio.open(tmp_path / name, "w", crs="EPSG:32616", transform=transform, **profile) as dataset:
            dataset.write(index)
            dataset.write_colormap(1, colours)
        return tmp_path / name

    paths = [tile("a.tif", 0, table), tile("b.tif", 30, table)]
    image, _ = whole(put_together(paths, tmp_path))
    assert image.shape == (3, 20, 60)
    assert (image[:, :, 30:] == whole(paths[1])[0]).all()
    with pytest.raises(MosaicError, match=r"c\.tif has another colour table"):
        plan_mosaic([paths[0], tile("c.tif", 60, {**table, 1: (0, 0, 200, 255)})])


def test_files_that_are_no_mosaic_are_named(make_raster: Make, noise: Noise) -> None:
    first = make_raster(noise(3, 20, 30), "first.tif")
    beside = UTM @ Affine.translation(30, 0)
    turned = UTM @ Affine.rotation(20)
    others = {
        "crs": make_raster(noise(3, 20, 30), "crs.tif", crs="EPSG:32617", transform=beside),
        "bands": make_raster(noise(1, 20, 30), "bands.tif", transform=beside),
        "type": make_raster(noise(3, 20, 30, "uint16"), "type.tif", transform=beside),
        "turned": make_raster(noise(3, 20, 30), "turned.tif", transform=turned),
        "nowhere": make_raster(noise(3, 20, 30), "nowhere.tif", crs=None, transform=None),
    }
    for name, path in others.items():
        with pytest.raises(MosaicError) as caught:
            plan_mosaic([first, path])
        assert f"{name}.tif" in str(caught.value)
        assert str(caught.value).count(". ") == 0
    with pytest.raises(MosaicError, match="given twice"):
        plan_mosaic([first, first.parent / "." / "first.tif"])
    far = make_raster(noise(3, 20, 30), "far.tif", transform=UTM @ Affine.translation(90_000, 0))
    with pytest.raises(MosaicError, match="neighbours"):
        plan_mosaic([first, far])
    with pytest.raises(MosaicError, match="no files"):
        plan_mosaic([])


def test_a_crs_may_be_spelled_in_other_words(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    one = make_raster(noise(1, 20, 30), "one.tif")
    spelled = rasterio.CRS.from_epsg(32616).to_wkt().replace("WGS 84 / UTM zone 16N", "My zone")
    spelled = spelled[: spelled.rindex(",AUTHORITY")] + "]"
    two = make_raster(noise(1, 20, 30), "two.tif", crs=spelled, transform=UTM @ Affine.translation(30, 0))
    assert plan_mosaic([one, two]).size == (60, 20)


def test_neighbours_across_the_antimeridian(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    step = 1e-4
    west = Affine(step, 0, 180 - 30 * step, 0, -step, 10)
    east = Affine(step, 0, -180, 0, -step, 10)
    paths = [
        make_raster(noise(1, 20, 30), f"{name}.tif", crs="EPSG:4326", transform=transform)
        for name, transform in (("west", west), ("east", east))
    ]
    for order in (paths, paths[::-1]):
        assert plan_mosaic(order).size == (60, 20)
    assert whole(put_together(paths, tmp_path))[1].all()


def test_many_files_are_not_open_at_once(tmp_path: Path) -> None:
    """Where a process may open 256 files, 600 strips still make one scene."""
    import subprocess
    import sys

    script = f"""
import resource
from pathlib import Path
import numpy as np, rasterio
from affine import Affine
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
folder = Path({str(tmp_path)!r})
paths = []
for row in range(600):
    path = folder / f"{{row:04d}}.tif"
    with rasterio.open(path, "w", driver="GTiff", width=16, height=1, count=1, dtype="uint16",
                       crs="EPSG:32616", transform=Affine(1, 0, 5e5, 0, -1, 4e6 - row)) as dataset:
        dataset.write(np.full((1, 1, 16), row, np.uint16))
    paths.append(path)
from tiling.ingest.mosaic import plan_mosaic, write_mosaic
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window
from tiling.grid.window import PixelWindow
write_mosaic(plan_mosaic(paths), folder / "all.vrt")
with open_raster(folder / "all.vrt") as raster:
    chip = read_window(raster, PixelWindow(0, 0, 16, 600))
assert (chip.image[0] == np.arange(600)[:, None]).all() and chip.valid.all()
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr


def test_files_that_change_are_noticed(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    pixels = noise(1, 20, 60)
    parts = [cut(make_raster, pixels, PixelWindow(c, 0, 30, 20), f"{c}.tif", nodata=0) for c in (0, 30)]
    stamps = originals_of(put_together(parts, tmp_path))
    assert [stamp.path for stamp in stamps] == parts
    assert [stamp.problem() for stamp in stamps] == [None, None]
    parts[0].write_bytes(parts[0].read_bytes() + b"x")
    parts[1].unlink()
    assert [stamp.problem() for stamp in stamps] == [
        f"{parts[0]} was changed since it was registered.",
        f"{parts[1]} cannot be found any more.",
    ]


LEFT, RIGHT = UTM, UTM @ Affine.translation(96, 0)


@pytest.mark.parametrize("order", [(11, 16), (16, 11), (11, None), (None, 11), (11, 12)])
def test_the_most_bits_of_any_file_are_kept(
    make_raster: Make, tmp_path: Path, order: tuple[int | None, int | None]
) -> None:
    paths = []
    for number, (bits, place) in enumerate(zip(order, (LEFT, RIGHT), strict=True)):
        high = (1 << (bits or 16)) - 1
        pixels = np.linspace(1, high, 96 * 64).reshape(1, 64, 96).astype("uint16")
        options = {} if bits in (None, 16) else {"nbits": bits}
        paths.append(make_raster(pixels, f"{number}.tif", transform=place, **options))
    most = max((1 << (bits or 16)) - 1 for bits in order)
    for seen in (
        put_together(paths, tmp_path),
        ensure_cog(put_together(paths, tmp_path), tmp_path / "c.tif"),
    ):
        assert whole(seen)[0].max() == most
    assert plan_mosaic(paths).bits == (12 if order == (11, 12) else None)


RGB_ORDER, BGR_ORDER = ("red", "green", "blue"), ("blue", "green", "red")


def described(path: Path, names: tuple[str, ...] = (), colours: tuple[str, ...] = ()) -> Path:
    with rasterio.open(path, "r+") as dataset:
        if names:
            dataset.descriptions = names
        if colours:
            dataset.colorinterp = [rasterio.enums.ColorInterp[colour] for colour in colours]
    return path


@pytest.mark.parametrize("what", ["names", "colours"])
def test_bands_in_another_order_are_refused(make_raster: Make, noise: Noise, what: str) -> None:
    pixels = noise(3, 64, 96, "uint16")
    one = described(make_raster(pixels, "one.tif", transform=LEFT), **{what: RGB_ORDER})
    other = described(make_raster(pixels, "other.tif", transform=RIGHT), **{what: BGR_ORDER})
    with pytest.raises(
        MosaicError, match=r"other\.tif has .*blue, green, red; expected red, green, blue as in one\.tif"
    ):
        plan_mosaic([one, other])


def test_names_and_colours_come_from_the_first_file_that_has_them(
    make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    pixels = noise(4, 64, 96, "uint16")
    bare = make_raster(pixels, "bare.tif", transform=LEFT, photometric="MINISBLACK", alpha="NO")
    named = make_raster(pixels, "named.tif", transform=RIGHT, photometric="MINISBLACK", alpha="NO")
    described(named, ("blue", "green", "red", "nir"), ("blue", "green", "red", "undefined"))
    with open_raster(put_together([bare, named], tmp_path)) as raster:
        assert raster.band_names == ("blue", "green", "red", "nir")


def test_a_compound_crs_and_its_horizontal_part_are_one_crs(
    make_raster: Make, noise: Noise, tmp_path: Path
) -> None:
    pixels = noise(1, 64, 96)
    flat = make_raster(pixels, "flat.tif", transform=LEFT, crs="EPSG:32616")
    high = make_raster(pixels, "high.tif", transform=RIGHT, crs="EPSG:32616+5773")
    for paths in ([flat, high], [high, flat]):
        with open_raster(put_together(paths, tmp_path)) as raster:
            assert raster.grid.crs is not None
            assert raster.grid.crs.to_epsg() == 32616
            assert raster.grid.width == 192


@pytest.mark.parametrize(
    ("transform", "crs", "said"),
    [
        (Affine(0.5, 0, 733601, 0, 0.6, 3725000), "EPSG:32616", "is rotated, mirrored or south up"),
        (Affine(1e-5, 0, 10, 0, 1e-5, 50), "EPSG:4326", "is rotated, mirrored or south up"),
        (UTM @ Affine.rotation(20), "EPSG:32616", "is rotated, mirrored or south up"),
        (UTM, None, "has no CRS"),
    ],
)
def test_files_that_cannot_be_members_say_why(
    make_raster: Make, noise: Noise, transform: Affine, crs: str | None, said: str
) -> None:
    first = make_raster(noise(1, 64, 96), "first.tif")
    odd = make_raster(noise(1, 64, 96), "odd.tif", transform=transform, crs=crs)
    with pytest.raises(MosaicError, match=rf"odd\.tif {said}"):
        plan_mosaic([first, odd])


def test_alpha_beside_nodata_is_refused(make_raster: Make, noise: Noise) -> None:
    first = make_raster(noise(3, 64, 96), "first.tif")
    rgba = make_raster(
        noise(4, 64, 96), "rgba.tif", transform=RIGHT, photometric="RGB", alpha="YES", nodata=255
    )
    with pytest.raises(MosaicError, match=r"rgba\.tif has an alpha band and nodata values"):
        plan_mosaic([first, rgba])


TURNS = {
    "south up": lambda pixels: (pixels[:, ::-1], Affine.translation(0, 60) @ Affine.scale(1, -1)),
    "mirrored": lambda pixels: (pixels[:, :, ::-1], Affine.translation(80, 0) @ Affine.scale(-1, 1)),
    "half-turned": lambda pixels: (pixels[:, ::-1, ::-1], Affine.translation(80, 60) @ Affine.scale(-1, -1)),
    "quarter-turned": lambda pixels: (np.rot90(pixels, axes=(1, 2)), Affine(0, -1, 80, 1, 0, 0)),
}


@pytest.mark.parametrize("how", ["copy", "in place"])
@pytest.mark.parametrize("turn", list(TURNS))
@pytest.mark.parametrize("kind", ["plain", "nodata", "mask"])
def test_members_that_are_turned_are_laid_north_up(
    make_raster: Make, noise: Noise, tmp_path: Path, how: str, turn: str, kind: str
) -> None:
    pixels = noise(3, 60, 160)
    valid = np.ones((60, 160), bool)
    if kind != "plain":
        valid[20:40, 60:120] = False
        pixels[:, ~valid] = 0
    more: dict[str, Any] = {"nodata": 0} if kind == "nodata" else {}
    first = make_raster(
        pixels[:, :, :80], "a.tif", **more, **({"mask": valid[:, :80]} if kind == "mask" else {})
    )
    turned, within = TURNS[turn](pixels[:, :, 80:])
    mask, _ = TURNS[turn](valid[None, :, 80:])
    place = UTM @ Affine.translation(80, 0) @ within
    if turn == "quarter-turned":
        place = UTM @ Affine.translation(80, 0) @ Affine(0, -1, 80, 1, 0, 0)
    second = make_raster(
        np.ascontiguousarray(turned), "b.tif", transform=place, **more,
        **({"mask": np.ascontiguousarray(mask[0])} if kind == "mask" else {}),
    )  # fmt: skip
    mosaic = plan_mosaic([first, second])
    if how == "copy":
        write_mosaic(mosaic, tmp_path / "m.vrt")
        path = ensure_cog(tmp_path / "m.vrt", tmp_path / "m.tif", policy=DEFAULT_POLICY.owning(tmp_path))
        image, seen = whole(path)
    else:
        made = refer_in_place(mosaic, tmp_path / "scenes" / "m.vrt")
        with open_raster(made, DEFAULT_POLICY.owning(tmp_path / "scenes")) as raster:
            chip = read_window(raster, PixelWindow(0, 0, 160, 60))
        image, seen = chip.image, chip.valid
    assert (seen == valid).all()
    assert (image[:, valid] == pixels[:, valid]).all()


def test_a_negative_is_a_member_as_its_positive(make_raster: Make, noise: Noise, tmp_path: Path) -> None:
    pixels = noise(1, 60, 160)
    first = make_raster(pixels[:, :, :80], "a.tif")
    second = make_raster(
        255 - pixels[:, :, 80:], "b.tif", photometric="MINISWHITE", transform=UTM @ Affine.translation(80, 0)
    )
    write_mosaic(plan_mosaic([first, second]), tmp_path / "m.vrt")
    with open_raster(tmp_path / "m.vrt", DEFAULT_POLICY.owning(tmp_path)) as raster:
        assert (read_window(raster, PixelWindow(0, 0, 160, 60)).image == pixels).all()
