"""Errors of `tiling`: one root, and one class for each kind."""

from __future__ import annotations


class TilingError(Exception):
    """Root of every error this package raises on purpose."""


class RasterReadError(TilingError, OSError):
    """Failure to open a raster or to read its pixels; the message names the file."""


class RefusedRasterError(RasterReadError):
    """Refusal of a raster, or of a file that it refers to, by the read policy."""


class UnreadFormatError(RasterReadError):
    """Raster of a format that is known and not read here; the message names it."""


class RasterWriteError(TilingError, OSError):
    """Failure to write a raster, a chip or a manifest; the message names the file."""


class GridError(TilingError, ValueError):
    """Unusable grid: a singular transform, an unknown CRS, an impossible size."""


class WindowError(TilingError, ValueError):
    """Window, chip or tile that is outside the raster or has an impossible size."""


class StretchError(TilingError, ValueError):
    """Stretch that does not fit the raster or the pixels that it is applied to."""


class VectorReadError(TilingError, OSError):
    """Failure to read a file as polygons; the message names the file."""


class TileArchiveError(TilingError, OSError):
    """Failure to open an archive of map tiles or to read a tile of it; the message names the archive."""


class NodataError(TilingError, ValueError):
    """Declared nodata value that does not fit its raster."""


class SplitError(TilingError, ValueError):
    """Impossible splits: shares that do not sum to 1, an impossible block or buffer."""


class ChipOptionError(TilingError, ValueError):
    """Options with which a raster cannot be cut into chips; the message names the option."""


class MosaicError(TilingError, ValueError):
    """Files that do not fit together as one scene; the message names the one that does not fit."""


class ClassNameError(TilingError, ValueError):
    """Mapping of class names that names a class which is not there."""
