"""Open rasters: every pixel of the project is read here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from os import PathLike
from types import TracebackType

import numpy as np
import numpy.typing as npt
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from tiling.access.env import open_dataset, reading
from tiling.access.images import RasterFile
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.arrays import Opacity
from tiling.raster.bands import PALETTE_BANDS, Dataset
from tiling.raster.opened import open_layers


class Raster:
    """An open raster, north up with square pixels. Not to be shared between threads; a context manager.

    Attributes:
        source: the file and how it is seen.
        policy: which files it may be made of.
        path: the file.
        stored: the image as GDAL opened it, before anything is warped; for its tags.
        header: what it is read as.
        grid: its pixel space and world space.
        count: bands of image (alpha not counted; 3 for a palette).
        dtype: numpy name of a pixel's type; complex numbers are seen as their amplitude, float32.
        nodata: the value that means nothing, or None (masks, alpha and palettes need none).
        band_names: one per band of image: description, colour or "band N".
        overviews: factors of the overviews in the file, ascending; empty for a warped view, and where the file's mask
            has none.
        palette: (256 or 65,536, 4) uint8 RGBA whose colours are read, or None.
        colour_table: the same where codes are read, or None.
        scales: factor of each band from stored numbers to the quantity that they mean; empty where it is 1.
        offsets: what is added to that; empty as `scales`.
        bits: bits of a pixel that are used (12 for 12-bit data in 16-bit words, where the file says so).
    """

    def __init__(
        self,
        source: RasterSource,
        *,
        as_stored: bool = False,
        codes: bool = False,
        policy: ReadPolicy = DEFAULT_POLICY,
        file: RasterFile | None = None,
    ) -> None:
        """Open a raster.

        Args:
            source: the file and how it is seen.
            as_stored: keep the pixels as the file has them, with no place on the ground.
            codes: read a palette's indexes, such as classes of land cover, in place of its colours.
            policy: which files it may be made of.
            file: the source's file where it is open already.

        Raises:
            RasterReadError: As for `open_raster`.
        """
        self.source = source
        self.path = source.path
        self.policy = policy
        self._stack = ExitStack()
        opened = open_layers(self._stack, source, policy, as_stored=as_stored, codes=codes, file=file)
        self.stored, self.header = opened.stored, opened.header
        self._warp, self.grid = opened.warp, opened.grid
        self._bands = bands = opened.bands
        self.count = bands.count
        self.palette = None if codes else bands.palette
        self.colour_table = bands.palette if codes else None
        self.dtype = "uint8" if self.palette is not None else bands.dtype
        self.nodata = None if self.palette is not None else bands.nodatavals[0]
        self.band_names = PALETTE_BANDS if self.palette is not None else bands.names
        self.scales, self.offsets = opened.units
        self.bits = opened.used_bits(self.dtype, paletted=self.palette is not None)
        self.overviews = opened.usable_overviews(source, policy)
        self._levels: list[Dataset | None] = [opened.dataset] + [None] * len(self.overviews)

    @property
    def is_warped(self) -> bool:
        """True where the file is seen through a warp, because it is not north up with square pixels."""
        return self._warp is not None

    @property
    def nodatavals(self) -> tuple[float | None, ...]:
        """Nodata value of each band of image, or None; all None for a palette."""
        return (None,) * self.count if self.palette is not None else tuple(self._bands.nodatavals)

    def level(self, index: int) -> Dataset:
        """Return the dataset at full resolution (0) or at its `index`-th overview; opened when first asked for."""
        dataset = self._levels[index]
        if dataset is None:
            with reading(self.path, allow_network=self.policy.allow_network):
                dataset = self._stack.enter_context(
                    open_dataset(
                        self.stored.name, allow_network=self.policy.allow_network, overview_level=index - 1
                    )
                )
            self._levels[index] = dataset
        return dataset

    def level_for(self, shrink: float) -> int:
        """Return the most reduced level that still has every pixel wanted when reading `shrink` times smaller."""
        fitting = [i for i, factor in enumerate(self.overviews, 1) if factor <= shrink * 1.001]
        return fitting[-1] if fitting else 0

    def read_level(
        self,
        index: int,
        window: tuple[float, float, float, float],
        out_height: int,
        out_width: int,
        bands: Sequence[int] | None = None,
        resampling: Resampling = Resampling.average,
    ) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.bool_]]:
        """Read a window of one level.

        Args:
            index: as for `level`.
            window: (column, row, width, height) in that level's pixels; parts of pixels are fine.
            out_height: rows wanted.
            out_width: columns wanted.
            bands: 1-based bands of image; None for all.
            resampling: used where the sizes differ (nearest always, for a palette).

        Returns:
            image (C, out_height, out_width) and valid (out_height, out_width). A nodata value makes a
            pixel invalid where all of the bands read hold it; one that is partly transparent is valid.

        Raises:
            RasterReadError: The file is damaged or truncated.
            WindowError: A band the raster does not have.
        """
        image, opacity = self.read_opacity(index, window, out_height, out_width, bands, resampling)
        return image, opacity > 0

    def read_opacity(
        self,
        index: int,
        window: tuple[float, float, float, float],
        out_height: int,
        out_width: int,
        bands: Sequence[int] | None = None,
        resampling: Resampling = Resampling.average,
    ) -> tuple[npt.NDArray[np.generic], Opacity]:
        """Read what `read_level` does, with the opacity of pixels in place of their validity.

        Raises:
            RasterReadError: The file is damaged or truncated.
            WindowError: A band the raster does not have.
        """
        where = Window(*window)  # type: ignore[no-untyped-call, unused-ignore]
        dataset = self.level(index)
        shape = (out_height, out_width)
        with (
            ExitStack() as stack,
            reading(
                self.path,
                f"at column {window[0]:.0f}, row {window[1]:.0f}",
                allow_network=self.policy.allow_network,
            ),
        ):
            if self._warp is not None and isinstance(dataset, WarpedVRT) and shape != (window[3], window[2]):
                wanted_grid = self.grid.cut(window, out_width, out_height)
                dataset = stack.enter_context(self._warp.scaled(dataset, wanted_grid))
                where = Window(0, 0, out_width, out_height)  # type: ignore[no-untyped-call, unused-ignore]
            wanted = range(1, self.count + 1) if bands is None else bands
            return self._bands.read(dataset, where, shape, wanted, resampling, self.path)

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._stack.close()

    def __enter__(self) -> Raster:
        """Return the raster itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()


def open_raster(
    source: str | PathLike[str] | RasterSource, policy: ReadPolicy = DEFAULT_POLICY, *, codes: bool = False
) -> Raster:
    """Open a raster of any format that is read here; use it in a `with`.

    Args:
        source: the raster.
        policy: which files it may be made of.
        codes: read a palette's indexes in place of its colours.

    Raises:
        RasterReadError: No such file or image in it, not a raster, a file that the policy does not allow, or a
            georeference that cannot be right.
    """
    return Raster(RasterSource.of(source), codes=codes, policy=policy)
