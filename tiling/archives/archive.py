"""What an archive of map tiles is: square images of Web Mercator by zoom level, column and row."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image

from tiling.arrays import Rgba
from tiling.errors import TileArchiveError
from tiling.maptiles.web_mercator import MAX_LATITUDE_DEG

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees (WGS 84)."""

WORLD: Bounds = (-180.0, -MAX_LATITUDE_DEG, 180.0, MAX_LATITUDE_DEG)
MAX_ZOOM = 24
SIDES = (256, 512)
_FORMATS = ("PNG", "JPEG", "WEBP")
_NO_IMAGES = "holds vector tiles, expected images (PNG, JPEG or WebP)"


@dataclass(frozen=True)
class ArchiveFacts:
    """What is known of an archive before its tiles are read.

    Attributes:
        format: Name of its format.
        side: Width and height of a tile, pixels.
        min_zoom: Its coarsest zoom level.
        max_zoom: Its finest.
        bounds: Where it has tiles, or more.
    """

    format: str
    side: int
    min_zoom: int
    max_zoom: int
    bounds: Bounds

    @property
    def halvings(self) -> int:
        """How often tiles of 256 pixels halve the pixels of these: 0 for 256 pixels, 1 for 512."""
        return SIDES.index(self.side)


class TileArchive(Protocol):
    """Tiles by zoom level z, column x from the west and row y from the north, as in OGC WebMercatorQuad."""

    facts: ArchiveFacts

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return an encoded image; None where there is none.

        Raises:
            TileArchiveError: The archive cannot be read there.
        """

    def close(self) -> None:
        """Close its file."""


def decoded(data: bytes, name: str) -> Rgba:
    """Return a tile as RGBA (H, W, 4).

    Args:
        data: The encoded image.
        name: Of the archive, for messages.

    Raises:
        TileArchiveError: It is no image that is read here, or of another size.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            # The size stands in the header: what is larger is not decoded at all.
            if image.size not in ((side, side) for side in SIDES):
                raise TileArchiveError(
                    f"{name} has a tile of {image.width} x {image.height} px, expected 256 x 256 or 512 x 512"
                )
            rgba: Rgba = np.asarray(image.convert("RGBA"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, TileArchiveError):
            raise
        # Vector tiles are protocol buffers, most often within gzip.
        what = _NO_IMAGES if data[:2] in (b"\x1f\x8b", b"\x1a\x00") else "has a tile that is no image"
        raise TileArchiveError(f"{name} {what}") from error
    return rgba


def checked_zooms(low: object, high: object, name: str) -> tuple[int, int]:
    """Return the zoom levels of an archive.

    Raises:
        TileArchiveError: It has none, or such as no archive has.
    """
    if not isinstance(low, int) or not isinstance(high, int):
        raise TileArchiveError(f"{name} holds no tiles")
    if not 0 <= low <= high <= MAX_ZOOM:
        raise TileArchiveError(f"{name} has the zoom levels {low} to {high}, expected 0 to {MAX_ZOOM}")
    return low, high


def tile_bounds(z: int, columns: tuple[int, int], rows: tuple[int, int]) -> Bounds:
    """Return the bounds of the tiles from the first to the last column and row, both included."""

    def lon(x: int) -> float:
        return x / (1 << z) * 360.0 - 180.0

    def lat(y: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / (1 << z)))))

    return lon(columns[0]), lat(rows[1] + 1), lon(columns[1] + 1), lat(rows[0])
