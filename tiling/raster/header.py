"""Header of a raster: what its file says, and what a person assigned in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from tiling.access.orientation import picture_orientation, upright
from tiling.access.source import RasterSource

# A transform that is the identity, within 1e-5, is none to GDAL and rasterio; moved by this part of a pixel it is one.
_NUDGED = Affine(1.0, 0.0, 1e-4, 0.0, 1.0, 0.0)

# Near infrared, as bands are called: NIR, Near Infrared 1, B8, B08, B8A.
_NEAR_INFRARED = re.compile(r"nir ?\d?|n|near ?infra ?red( \d)?|b0?8a?")


@dataclass(frozen=True)
class RasterHeader:
    """CRS, placement, colours and size that a raster is read with.

    Attributes:
        crs: the CRS of its transform, or None.
        transform: pixel -> world; the identity where there is none.
        gcps: ground control points, and their CRS.
        colours: colour interpretation of each band.
        white: the largest value of a picture in which 0 is white, which is read as its positive; None for any other.
        width: pixels per row.
        height: rows.
        differs: something here is not what the file says.
    """

    crs: CRS | None
    transform: Affine
    gcps: tuple[list[GroundControlPoint], CRS | None]
    colours: tuple[ColorInterp, ...]
    white: int | None
    width: int
    height: int
    differs: bool

    @classmethod
    def of(cls, stored: DatasetReader, source: RasterSource) -> RasterHeader:
        """Return what `stored`, the image of `source` as GDAL opened it, is read as."""
        crs, transform, gcps = stored.crs, stored.transform, stored.gcps
        if source.crs is not None:
            crs = CRS.from_user_input(source.crs)
            gcps = (gcps[0], crs) if gcps[0] else gcps
        if transform.is_identity and not gcps[0] and not stored.tags(ns="RPC"):
            turned = None if crs else upright(picture_orientation(stored), stored.width, stored.height)
            transform = _NUDGED if crs and source.force else turned or transform
        colours, white = image_colours(stored, source), _white(stored)
        differs = (source.crs, white) != (None, None) or transform != stored.transform
        differs |= colours != stored.colorinterp
        return cls(crs, transform, gcps, colours, white, stored.width, stored.height, differs)

    def image_value(self, index: int, value: float) -> float:
        """Return what a stored value of a band is read as."""
        is_image = self.colours[index - 1] not in (ColorInterp.alpha, ColorInterp.palette)
        return value if self.white is None or not is_image else self.white - value


def _white(stored: DatasetReader) -> int | None:
    """Return the largest value of a TIFF of photometric interpretation WhiteIsZero; of 1 bit GDAL makes a palette."""
    if stored.tags(ns="IMAGE_STRUCTURE").get("MINISWHITE") != "YES" or stored.dtypes[0] not in (
        "uint8",
        "uint16",
    ):
        return None
    # Numbers that mean a quantity are no shades.
    means_quantity = {*stored.scales, 1.0} != {1.0} or any(stored.offsets)
    if ColorInterp.palette in stored.colorinterp or means_quantity:
        return None
    bits = stored.tags(1, ns="IMAGE_STRUCTURE").get("NBITS", "")
    return (1 << (int(bits) if bits.isdecimal() else 8 * np.dtype(stored.dtypes[0]).itemsize)) - 1


def image_colours(stored: DatasetReader, source: RasterSource) -> tuple[ColorInterp, ...]:
    """Return the colour interpretation of each band: an alpha that is image is undefined.

    GDAL calls the last of four bands of 8 bits alpha unless it is told otherwise, also where its name is NIR.
    """
    return tuple(
        ColorInterp.undefined
        if colour == ColorInterp.alpha
        and (source.no_alpha or _is_near_infrared(stored.descriptions[position]))
        else colour
        for position, colour in enumerate(stored.colorinterp)
    )


def _is_near_infrared(name: str | None) -> bool:
    plain = " ".join(re.findall(r"[a-z0-9]+", (name or "").lower()))
    return _NEAR_INFRARED.fullmatch(plain) is not None
