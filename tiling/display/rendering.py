"""Rendering: native pixels to RGBA, and RGBA to image files."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from tiling.arrays import Opacity, Pixels, Rgba
from tiling.display.stretch import Stretch, apply_stretch
from tiling.errors import WindowError

PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"
MEDIA_TYPES = (PNG, JPEG, WEBP)

_SETTINGS: dict[str, dict[str, Any]] = {
    # The fastest level: tiles are encoded on request and sent over a local network.
    PNG: {"format": "PNG", "compress_level": 1},
    # Full colour resolution, for the edges of roofs and vehicles.
    JPEG: {"format": "JPEG", "quality": 90, "subsampling": 0},
    WEBP: {"format": "WEBP", "quality": 90, "method": 0},
}

# Diagonal stripes, 8 px wide each, mark pixels that cannot be read.
HATCH_PX = 8
HATCH_RGBA = ((255, 0, 200, 255), (40, 40, 40, 255))


def to_rgba(image: Pixels, opacity: Opacity, stretch: Stretch) -> Rgba:
    """Render native pixels (C, H, W) as RGBA (H, W, 4) uint8, black where transparent: that compresses best."""
    valid = opacity if opacity.dtype == np.bool_ else opacity > 0
    rgba = np.empty((*valid.shape, 4), dtype=np.uint8)
    # Pixels that are displayed unchanged need no copy on the way.
    is_unchanged = image.dtype == np.uint8 and len(image) == 3 and stretch.is_identity
    for channel, values in enumerate(image if is_unchanged else apply_stretch(image, stretch)):
        rgba[..., channel] = values
    rgba[..., 3] = np.where(valid, 255, 0) if opacity is valid else opacity
    if not valid.all():
        rgba[~valid] = 0
    return rgba


def is_opaque(rgba: Rgba) -> bool:
    """Return True where no pixel of RGBA (H, W, 4) is transparent."""
    return bool(rgba[..., 3].min() == 255)


def encode_image(rgba: Rgba, media_type: str) -> bytes:
    """Encode RGBA (H, W, 4) as an image file of one of `MEDIA_TYPES`; in JPEG, transparent becomes black.

    Raises:
        WindowError: Another media type.
    """
    if media_type not in MEDIA_TYPES:
        raise WindowError(
            f"An image of type {media_type!r} was asked for; expected one of {', '.join(MEDIA_TYPES)}."
        )
    height, width = rgba.shape[:2]
    # Pillow reads the pixels without a copy; RGBX is RGB with a fourth byte that is ignored.
    mode = "RGBX" if media_type == JPEG or (media_type == WEBP and is_opaque(rgba)) else "RGBA"
    image = Image.frombuffer(mode, (width, height), np.ascontiguousarray(rgba), "raw", mode, 0, 1)
    buffer = io.BytesIO()
    image.save(buffer, **_SETTINGS[media_type])
    return buffer.getvalue()


def hatch_unreadable(rgba: Rgba, col: int = 0, row: int = 0) -> None:
    """Fill RGBA (H, W, 4) with stripes, in place; `col`, `row` of its first pixel make adjacent windows fit."""
    height, width = rgba.shape[:2]
    stripe = (np.arange(col, col + width) + np.arange(row, row + height)[:, None]) // HATCH_PX % 2
    rgba[...] = np.array(HATCH_RGBA, dtype=np.uint8)[stripe]
