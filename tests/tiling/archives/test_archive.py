"""Tests of `tiling.archives.archive`."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.map_tiles import encoded
from tiling.archives.archive import checked_zooms, decoded, tile_bounds
from tiling.errors import TileArchiveError


@pytest.mark.parametrize("suffix", ["PNG", "JPEG", "WEBP"])
def test_images_become_rgba(suffix: str) -> None:
    rgba = decoded(encoded(np.full((512, 512, 3), 90, np.uint8), suffix), "a.mbtiles")
    assert rgba.shape == (512, 512, 4)
    assert rgba[..., 3].min() == 255
    assert abs(int(rgba[0, 0, 0]) - 90) <= 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x1f\x8b\x08\x00", "holds vector tiles"),
        (b"", "no image"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "no image"),
        (encoded(np.zeros((300, 300, 3), np.uint8)), "300 x 300"),
        (encoded(np.zeros((256, 256, 3), np.uint8))[:120], "no image"),
    ],
)
def test_what_is_no_tile_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(TileArchiveError, match=words):
        decoded(data, "a.mbtiles")


def test_zoom_levels_are_checked() -> None:
    assert checked_zooms(3, 7, "a") == (3, 7)
    for low, high in ((None, None), (5, 3), (-1, 2), (0, 25)):
        with pytest.raises(TileArchiveError):
            checked_zooms(low, high, "a")


def test_bounds_of_tiles_are_those_of_the_standard() -> None:
    assert tile_bounds(0, (0, 0), (0, 0)) == pytest.approx((-180, -85.0511287798, 180, 85.0511287798))
    assert tile_bounds(1, (1, 1), (0, 0)) == pytest.approx((0, 0, 180, 85.0511287798))
