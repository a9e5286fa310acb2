"""Opening of a raster: the file, the view of it that lies north up, and what its numbers mean."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np
from rasterio.io import DatasetReader

from tiling.access.env import reading
from tiling.access.images import RasterFile
from tiling.access.opening import open_checked
from tiling.access.policy import ReadPolicy
from tiling.access.source import RasterSource
from tiling.grid.raster_grid import RasterGrid
from tiling.raster.bands import Bands, Dataset
from tiling.raster.header import RasterHeader
from tiling.raster.memory_vrt import is_complex, vrt_view
from tiling.raster.north_up import Warp, lies_north_up, north_up
from tiling.raster.overview_masks import mask_has_overviews
from tiling.raster.rpcs import placing_rpcs


@dataclass(frozen=True)
class Opened:
    """An open raster and how it is seen.

    Attributes:
        stored: the image as GDAL opened it.
        header: what it is read as.
        plain: `stored`, or a VRT of it in memory that says what the header does, with real numbers.
        dataset: `plain`, or a warp of it that lies north up.
        warp: that warp, or None.
        grid: pixel space and world space of `dataset`.
        bands: its bands, and what says where they have pixels.
    """

    stored: DatasetReader
    header: RasterHeader
    plain: DatasetReader
    dataset: Dataset
    warp: Warp | None
    grid: RasterGrid
    bands: Bands

    @property
    def units(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Scale and offset of each band; both empty where a stored number is the quantity itself."""
        if self.bands.palette is not None or is_complex(self.stored):
            return (), ()
        scales = tuple(float(self.plain.scales[index - 1]) for index in self.bands.indexes)
        offsets = tuple(float(self.plain.offsets[index - 1]) for index in self.bands.indexes)
        none = set(scales) == {1.0} and set(offsets) == {0.0}
        usable = all(np.isfinite([*scales, *offsets])) and all(scales)
        return ((), ()) if none or not usable else (scales, offsets)

    def used_bits(self, dtype: str, *, paletted: bool) -> int:
        """Return the bits of a pixel of that numpy type that are used: all, where the file does not say."""
        bits = np.dtype(dtype).itemsize * 8
        as_in_file = (self.plain.count, self.plain.dtypes) == (self.stored.count, self.stored.dtypes)
        nbits = self.stored.tags(1, ns="IMAGE_STRUCTURE").get("NBITS", "")
        return min(bits, max(1, int(nbits))) if as_in_file and not paletted and nbits.isdecimal() else bits

    def usable_overviews(self, source: RasterSource, policy: ReadPolicy) -> tuple[int, ...]:
        """Return the factors of the file's overviews, ascending; none for a view of the file.

        And none where they lack the mask, for GDAL reduces that rightly.
        """
        if self.dataset is not self.stored:
            return ()
        factors = tuple(self.stored.overviews(self.bands.indexes[0]))
        if factors and self.bands.masked:
            with reading(source.path, allow_network=policy.allow_network):
                if not mask_has_overviews(self.stored, factors):
                    return ()
        return factors


def open_layers(
    stack: ExitStack,
    source: RasterSource,
    policy: ReadPolicy,
    *,
    as_stored: bool,
    codes: bool,
    file: RasterFile | None,
) -> Opened:
    """Open a raster; `stack` closes what is opened. The other arguments are those of `Raster`.

    Raises:
        RasterReadError: As for `tiling.raster.raster.open_raster`.
    """
    path = source.path
    with ExitStack() as opened, reading(path, allow_network=policy.allow_network):
        stored = opened.enter_context(open_checked(source, policy, file))
        rpcs = None if as_stored else placing_rpcs(stored, path)
        header = RasterHeader.of(stored, source)
        warps = not as_stored and not lies_north_up(header, rpcs)
        plain = opened.enter_context(vrt_view(stored, header, rpcs, one_nodata=warps, codes=codes))
        # Read at another size, a virtual raster would average complex numbers; a warp of it does not.
        warp, grid = north_up(plain, source, rpcs, as_stored=as_stored, always=is_complex(stored))
        dataset = plain if warp is None else opened.enter_context(warp.view(plain))
        bands = replace(Bands.of(plain, dataset, path), codes=codes)
        stack.push(opened.pop_all())
    return Opened(stored, header, plain, dataset, warp, grid, bands)
