"""Tests of `tiling.chips.reader`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tiling.chips import reader as chip_reader
from tiling.chips.reader import count_chip_rows, read_chip_rows, usable_nodata
from tiling.grid.plan import ChipSpec, plan_chips
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.raster import Raster, open_raster
from tiling.raster.reading import Chip, read_resampled, read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def chips_of(raster: Raster, spec: ChipSpec, **options: object) -> list[Chip]:
    """All chips of a raster that can be read."""
    rows = read_chip_rows(raster, spec, **options)  # type: ignore[arg-type]
    return [chip for row in rows for chip in row if isinstance(chip, Chip)]


@pytest.fixture
def scene(make_raster: Make, noise: Noise) -> Path:
    pixels = noise(2, 83, 131, "uint16")
    pixels[:, 20:40, 30:90] = 9
    options = {"tiled": True, "blockxsize": 16, "blockysize": 16}
    return make_raster(pixels, nodata=9, overviews=[2], **options)


@examples(40, fixtures=True)
@given(
    st.integers(5, 150), st.data(), st.sampled_from(["shift", "pad"]), st.sampled_from([1, 10_000, 1 << 26])
)
def test_every_valid_pixel_is_in_a_chip_as_it_is(
    scene: Path, monkeypatch: pytest.MonkeyPatch, size: int, data: st.DataObject, edge: str, strip: int
) -> None:
    spec = ChipSpec(size, data.draw(st.integers(0, min(size - 1, size - 1))), edge)  # type: ignore[arg-type]
    if (size - spec.overlap_px) * 20 < size:
        spec = ChipSpec(size, 0, edge)  # type: ignore[arg-type]
    monkeypatch.setattr(chip_reader, "MAX_BUFFER_BYTES", strip)
    with open_raster(scene) as raster:
        whole = read_window(raster, PixelWindow(0, 0, 131, 83))
        chips = chips_of(raster, spec)
    assert sorted(chip.window for chip in chips) == sorted(plan_chips(131, 83, spec))
    seen = np.zeros((83, 131), dtype=bool)
    for chip in chips:
        inside = chip.window.intersect(PixelWindow(0, 0, 131, 83))
        assert inside is not None
        part = inside.shift(-chip.window.col, -chip.window.row).slices
        assert (chip.image[:, *part] == whole.image[:, *inside.slices]).all()
        assert (chip.valid[part] == whole.valid[inside.slices]).all()
        outside = np.ones(chip.valid.shape, dtype=bool)
        outside[part] = False
        assert not chip.valid[outside].any()
        assert (chip.image[:, outside] == 9).all()
        seen[inside.slices] |= chip.valid[part]
    assert (seen == whole.valid).all()


def test_resampled_chips_are_parts_of_the_whole(scene: Path) -> None:
    size = PixelSize(70, 44)
    with open_raster(scene) as raster:
        for chip in chips_of(raster, ChipSpec(20, 7), size=size, bands=[2]):
            alone = read_resampled(raster, chip.window, size, bands=[2])
            assert (chip.image == alone.image).all()
            assert (chip.valid == alone.valid).all()


def test_rows_are_read_once(scene: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[PixelWindow] = []

    def counting(raster: Raster, window: PixelWindow, size: tuple[int, int], **options: object) -> Chip:
        read.append(window)
        return read_resampled(raster, window, size, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(chip_reader, "read_resampled", counting)
    with open_raster(scene) as raster:
        chips_of(raster, ChipSpec(32, 20))
    assert sum(window.width * window.height for window in read) == 131 * 83
    assert all(window.bottom % 16 == 0 or window.bottom == 83 for window in read)


def test_a_window_a_choice_and_a_start(scene: Path) -> None:
    spec, within = ChipSpec(20, 0), PixelWindow(25, 30, 30, 15)
    with open_raster(scene) as raster:
        chips = chips_of(raster, spec, within=within)
        assert [(c.window.col, c.window.row) for c in chips] == [(20, 20), (40, 20), (20, 40), (40, 40)]
        assert count_chip_rows(raster, spec, within=within) == 2
        late = chips_of(raster, spec, within=within, start=1)
        assert [(c.window.col, c.window.row) for c in late] == [(20, 40), (40, 40)]
        few = chips_of(raster, spec, chip_filter=lambda windows: [window.col == 40 for window in windows])
        assert {chip.window.col for chip in few} == {40}
        assert all((c.image == read_window(raster, c.window).image).all() for c in few)
        assert chips_of(raster, spec, within=PixelWindow(500, 500, 5, 5)) == []


@pytest.mark.parametrize(
    ("dtype", "nodata", "usable"),
    [
        ("uint8", 7, 7),
        ("float32", -9999, -9999),
        ("float32", float("nan"), float("nan")),
        ("uint8", None, None),
    ],
)
def test_usable_nodata(make_raster: Make, noise: Noise, dtype: str, nodata: float, usable: float) -> None:
    with open_raster(make_raster(noise(1, 9, 9, dtype), nodata=nodata)) as raster:
        assert usable_nodata(raster) == pytest.approx(usable, nan_ok=True)
