"""What a raster is read as: what its file says, and what a person declared in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from tiling.access.source import RasterSource

# A transform that is the identity, within 1e-5, is none to GDAL and rasterio; moved by this part of a pixel it is one.
_NUDGE_PX = 1e-4

# Near infrared, as bands are called: NIR, Near Infrared 1, B8, B08, B8A.
_NEAR_INFRARED = re.compile(r"nir ?\d?|n|near ?infra ?red( \d)?|b0?8a?")


@dataclass(frozen=True)
class Declared:
    """What a raster is read as.

    Attributes:
        crs: the CRS of its transform, or None.
        transform: pixel -> world; the identity where there is none.
        gcps: ground control points, and their CRS.
        colours: colour interpretation of each band.
        width: pixels per row.
        height: rows.
        differs: something here is not what the file says.
    """

    crs: CRS | None
    transform: Affine
    gcps: tuple[list[GroundControlPoint], CRS | None]
    colours: tuple[ColorInterp, ...]
    width: int
    height: int
    differs: bool

    @classmethod
    def of(cls, stored: DatasetReader, source: RasterSource) -> Declared:
        """Return what `stored`, the image of `source` as GDAL opened it, is read as."""
        crs, transform, gcps = stored.crs, stored.transform, stored.gcps
        if source.crs is not None:
            crs = CRS.from_user_input(source.crs)
            gcps = (gcps[0], crs) if gcps[0] else gcps
        if source.force and crs and transform.is_identity and not gcps[0] and not stored.tags(ns="RPC"):
            transform = Affine(1.0, 0.0, _NUDGE_PX, 0.0, 1.0, 0.0)
        colours = image_colours(stored, source)
        differs = source.crs is not None or transform != stored.transform or colours != stored.colorinterp
        return cls(crs, transform, gcps, colours, stored.width, stored.height, differs)


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
