"""Tests of `tiling.display.rendering`."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from tiling.display.rendering import HATCH_RGBA, JPEG, PNG, WEBP, encode_image, hatch_unreadable, is_opaque
from tiling.errors import WindowError

Noise = Callable[..., np.ndarray]


def picture(noise: Noise) -> np.ndarray:
    return np.dstack([*noise(3, 64, 64), np.full((64, 64), 255, dtype=np.uint8)])


def test_png_keeps_every_byte(noise: Noise) -> None:
    rgba = picture(noise)
    rgba[:8] = 0
    assert (np.asarray(Image.open(io.BytesIO(encode_image(rgba, PNG)))) == rgba).all()


def test_jpeg_has_no_alpha(noise: Noise) -> None:
    rgba = picture(noise)
    rgba[:8] = 0
    jpeg = Image.open(io.BytesIO(encode_image(rgba, JPEG)))
    assert (jpeg.format, jpeg.mode, jpeg.size) == ("JPEG", "RGB", (64, 64))
    assert np.abs(np.asarray(jpeg).astype(int) - rgba[..., :3]).mean() < 8


def test_webp_keeps_what_is_transparent(noise: Noise) -> None:
    rgba = picture(noise)
    assert is_opaque(rgba)
    assert Image.open(io.BytesIO(encode_image(rgba, WEBP))).mode == "RGB"
    rgba[:8] = 0
    assert not is_opaque(rgba)
    webp = Image.open(io.BytesIO(encode_image(rgba, WEBP)))
    assert (webp.format, webp.mode) == ("WEBP", "RGBA")
    assert (np.asarray(webp)[..., 3] == rgba[..., 3]).all()


def test_another_format_is_refused(noise: Noise) -> None:
    with pytest.raises(WindowError, match="image/gif"):
        encode_image(picture(noise), "image/gif")


def test_hatching_joins_across_pieces() -> None:
    whole = np.zeros((64, 96, 4), dtype=np.uint8)
    hatch_unreadable(whole, 512, 256)
    pieces = np.zeros_like(whole)
    for row in (0, 32):
        for col in (0, 32, 64):
            hatch_unreadable(pieces[row : row + 32, col : col + 32], 512 + col, 256 + row)
    assert (whole == pieces).all()
    assert {tuple(int(v) for v in colour) for colour in np.unique(whole.reshape(-1, 4), axis=0)} == set(
        HATCH_RGBA
    )
