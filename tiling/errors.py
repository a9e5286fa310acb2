"""What can go wrong in `tiling`: one root, and one class per kind of trouble."""

from __future__ import annotations


class TilingError(Exception):
    """Root of every error this package raises on purpose."""


class RasterReadError(TilingError, OSError):
    """A raster could not be opened or its pixels could not be read; the message names the file."""


class RefusedRasterError(RasterReadError):
    """A raster, or a file that it refers to, may not be read: the policy does not allow it."""


class RasterWriteError(TilingError, OSError):
    """A raster, a chip or a manifest could not be written; the message names the file."""


class GridError(TilingError, ValueError):
    """A grid cannot be used as asked: a singular transform, an unknown CRS, an impossible size."""


class WindowError(TilingError, ValueError):
    """A window, chip or tile lies outside the raster or has an impossible size."""


class StretchError(TilingError, ValueError):
    """A stretch does not fit the raster or the pixels it is applied to."""


class VectorReadError(TilingError, OSError):
    """A label file could not be read as polygons; the message names the file."""


class NodataError(TilingError, ValueError):
    """A declared no-data value does not fit the raster it was declared for."""


class SplitError(TilingError, ValueError):
    """Chips cannot be shared out as asked: shares that do not sum to 1, an impossible block or buffer."""


class ChipOptionError(TilingError, ValueError):
    """Rasters cannot be cut into chips as asked; the message names the option."""


class MosaicError(TilingError, ValueError):
    """Files that were to be one scene do not fit together; the message names the one that does not."""
