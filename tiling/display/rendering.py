"""Pictures: stretched pixels with alpha, and the files browsers show."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from tiling.display.stretch import Stretch, apply_stretch
from tiling.errors import WindowError

PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"
MEDIA_TYPES = (PNG, JPEG, WEBP)

_SETTINGS: dict[str, dict[str, Any]] = {
    # The fastest level: tiles are made on request, and travel over a local network.
    PNG: {"format": "PNG", "compress_level": 1},
    # Full colour resolution: edges of roofs and vehicles are what analysts look at.
    JPEG: {"format": "JPEG", "quality": 90, "subsampling": 0},
    WEBP: {"format": "WEBP", "quality": 90, "method": 0},
}

# Where pixels cannot be read: diagonal stripes, 8 px wide each.
HATCH_PX = 8
HATCH_RGBA = ((255, 0, 200, 255), (40, 40, 40, 255))


def to_rgba(
    image: npt.NDArray[np.generic], valid: npt.NDArray[np.bool_], stretch: Stretch
) -> npt.NDArray[np.uint8]:
    """Native pixels (C, H, W) as RGBA (H, W, 4); black where transparent, which compresses best."""
    rgba = np.empty((*valid.shape, 4), dtype=np.uint8)
    # Pixels that are shown as they are need no copy on the way.
    as_they_are = image.dtype == np.uint8 and len(image) == 3 and stretch.is_identity
    for channel, shown in enumerate(image if as_they_are else apply_stretch(image, stretch)):
        rgba[..., channel] = shown
    if valid.all():
        rgba[..., 3] = 255
    else:
        rgba[..., 3] = np.where(valid, 255, 0)
        rgba[~valid] = 0
    return rgba


def is_opaque(rgba: npt.NDArray[np.uint8]) -> bool:
    """True where all of a picture (H, W, 4) is there."""
    return bool(rgba[..., 3].min() == 255)


def encode_image(rgba: npt.NDArray[np.uint8], media_type: str) -> bytes:
    """RGBA (H, W, 4) as an image file: one of `MEDIA_TYPES`; in JPEG, transparent becomes black.

    Raises:
        WindowError: another media type.
    """
    if media_type not in MEDIA_TYPES:
        raise WindowError(
            f"A picture as {media_type!r} was asked for; expected one of {', '.join(MEDIA_TYPES)}."
        )
    height, width = rgba.shape[:2]
    # Pillow takes the pixels as they lie; RGBX is colour with a byte that is passed over.
    mode = "RGBX" if media_type == JPEG or (media_type == WEBP and is_opaque(rgba)) else "RGBA"
    picture = Image.frombuffer(mode, (width, height), np.ascontiguousarray(rgba), "raw", mode, 0, 1)
    buffer = io.BytesIO()
    picture.save(buffer, **_SETTINGS[media_type])
    return buffer.getvalue()


def hatch_unreadable(rgba: npt.NDArray[np.uint8], col: int = 0, row: int = 0) -> None:
    """Marks a picture (H, W, 4) as unreadable, in place; `col`, `row` of its first pixel join the stripes."""
    height, width = rgba.shape[:2]
    stripe = (np.arange(col, col + width) + np.arange(row, row + height)[:, None]) // HATCH_PX % 2
    rgba[...] = np.array(HATCH_RGBA, dtype=np.uint8)[stripe]
