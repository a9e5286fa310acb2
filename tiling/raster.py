"""Opening rasters and reading windows of them: every pixel of the project comes through here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
from rasterio.enums import ColorInterp, MaskFlags, Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from tiling.bands import band_name, not_nodata, palette_of
from tiling.env import open_dataset, reading
from tiling.errors import RasterReadError, WindowError
from tiling.filecheck import hash_raster
from tiling.grid import resampled_size
from tiling.northup import north_up
from tiling.opening import open_checked
from tiling.policy import DEFAULT_POLICY, ReadPolicy
from tiling.source import RasterSource
from tiling.window import PixelWindow

__all__ = ["Chip", "Raster", "hash_raster", "open_raster", "read_resampled", "read_window", "resampled_size"]


@dataclass(frozen=True)
class Chip:
    """Pixels that were read.

    Attributes:
        image: (C, H, W) in the raster's own dtype, no alpha band; a palette is expanded to RGB.
        valid: (H, W) bool, False where the raster has nothing.
        window: where they are, in the pixels the reader was asked in (native or resampled).
    """

    image: npt.NDArray[np.generic]
    valid: npt.NDArray[np.bool_]
    window: PixelWindow


class Raster:
    """An open raster, north up with square pixels. Not to be shared between threads; a context manager.

    Attributes:
        source: the file and how it is seen.
        path: the file.
        grid: its pixel space and world space.
        count: bands of image (alpha not counted; 3 for a palette).
        dtype: numpy name of a pixel's type.
        nodata: the value that means nothing, or None (masks, alpha and palettes need none).
        band_names: one per band of image: description, colour or "band N".
        overviews: factors of the reduced versions in the file, ascending; empty for a warped view.
        palette: (256, 4) uint8 RGBA, or None.
        bits: bits of a pixel that are used (12 for 12-bit data in 16-bit words, where the file says so).
    """

    def __init__(
        self, source: RasterSource, *, as_stored: bool = False, policy: ReadPolicy = DEFAULT_POLICY
    ) -> None:
        self.source = source
        self.path = path = source.path
        self._network = policy.allow_network
        self._levels: list[DatasetReader | WarpedVRT | None] = []
        with ExitStack() as stack, reading(path, allow_network=self._network):
            stored = stack.enter_context(open_checked(source, policy))
            self._name = stored.name
            if stored.count == 0:
                raise RasterReadError(
                    f"{path} holds no image of its own (sub-datasets: {len(stored.subdatasets)})."
                )
            if any(name.startswith("complex") for name in stored.dtypes):
                raise RasterReadError(f"{path} holds {stored.dtypes[0]} pixels; expected integers or floats.")
            self._warp, self.grid = north_up(stored, path, as_stored=as_stored)
            dataset = stored if self._warp is None else stack.enter_context(self._warp.view(stored))
            self._describe(stored, dataset)
            self._stack = stack.pop_all()

    def _describe(self, source: DatasetReader, dataset: DatasetReader | WarpedVRT) -> None:
        colours = dataset.colorinterp
        self._alpha = colours.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in colours else None
        self._indexes = [index for index in dataset.indexes if index != self._alpha]
        if not self._indexes:
            raise RasterReadError(f"{self.path} holds an alpha band and no image.")
        self.palette = palette_of(source) if len(self._indexes) == 1 else None
        self.count = 3 if self.palette is not None else len(self._indexes)
        self.dtype = "uint8" if self.palette is not None else str(dataset.dtypes[self._indexes[0] - 1])
        self._nodatavals = [dataset.nodatavals[index - 1] for index in self._indexes]
        self.nodata = None if self.palette is not None else self._nodatavals[0]
        flags = dataset.mask_flag_enums[self._indexes[0] - 1]
        self._masked = self._alpha is None and MaskFlags.per_dataset in flags
        if self.palette is not None:
            self.band_names: tuple[str, ...] = ("red", "green", "blue")
        else:
            self.band_names = tuple(band_name(dataset, index) for index in self._indexes)
        nbits = source.tags(1, ns="IMAGE_STRUCTURE").get("NBITS")
        self.bits = int(nbits) if nbits and self.palette is None else np.dtype(self.dtype).itemsize * 8
        warped = dataset is not source
        self.overviews: tuple[int, ...] = () if warped else tuple(dataset.overviews(self._indexes[0]))
        self._levels = [dataset] + [None] * len(self.overviews)

    @property
    def is_warped(self) -> bool:
        """True where the file is seen through a warp, because it is not north up with square pixels."""
        return self._warp is not None

    def level(self, index: int) -> DatasetReader | WarpedVRT:
        """The dataset at full resolution (0) or at its `index`-th overview; opened when first asked for."""
        dataset = self._levels[index]
        if dataset is None:
            with reading(self.path, allow_network=self._network):
                dataset = self._stack.enter_context(
                    open_dataset(self._name, allow_network=self._network, overview_level=index - 1)
                )
            self._levels[index] = dataset
        return dataset

    def level_for(self, shrink: float) -> int:
        """The most reduced level that still has every pixel wanted when reading `shrink` times smaller."""
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
        """Reads a window of one level.

        Args:
            index: as for `level`.
            window: (column, row, width, height) in that level's pixels; parts of pixels are fine.
            out_height: rows wanted.
            out_width: columns wanted.
            bands: 1-based bands of image; None for all.
            resampling: used where the sizes differ (nearest always, for a palette).

        Returns:
            image (C, out_height, out_width) and valid (out_height, out_width). A nodata value makes a
            pixel invalid where all of the bands read hold it.

        Raises:
            RasterReadError: the file is damaged or truncated.
            WindowError: a band the raster does not have.
        """
        wanted = range(1, self.count + 1) if bands is None else bands
        if not wanted or any(not 1 <= band <= self.count for band in wanted):
            raise WindowError(
                f"Bands {list(wanted)} of {self.path} were asked for; it has 1 to {self.count}."
            )
        positions = [0] if self.palette is not None else [band - 1 for band in wanted]
        indexes = [self._indexes[position] for position in positions]
        if self.palette is not None:
            resampling = Resampling.nearest
        where = Window(*window)  # type: ignore[no-untyped-call, unused-ignore]
        dataset = self.level(index)
        shape = (out_height, out_width)
        place = f"at column {window[0]:.0f}, row {window[1]:.0f}"
        with ExitStack() as stack, reading(self.path, place, allow_network=self._network):
            if self._warp is not None and isinstance(dataset, WarpedVRT) and shape != (window[3], window[2]):
                wanted_grid = self.grid.cut(window, out_width, out_height)
                dataset = stack.enter_context(self._warp.scaled(dataset, wanted_grid))
                where = Window(0, 0, out_width, out_height)  # type: ignore[no-untyped-call, unused-ignore]
            extra = [] if self._alpha is None else [self._alpha]
            data = dataset.read(
                indexes + extra,
                window=where,
                out_shape=(len(indexes) + len(extra), *shape),
                resampling=resampling,
            )
            mask = None
            if self._masked:
                mask = dataset.read_masks(1, window=where, out_shape=shape, resampling=resampling)
        image = data[: len(indexes)]
        if self._alpha is not None:
            valid = data[-1] > 0
        elif mask is not None:
            valid = mask > 0
        else:
            valid = not_nodata(image, [self._nodatavals[position] for position in positions])
        if self.palette is None:
            return image, valid
        rgba = self.palette[image[0]]
        valid &= rgba[..., 3] > 0
        return np.ascontiguousarray(rgba[..., [band - 1 for band in wanted]].transpose(2, 0, 1)), valid

    def close(self) -> None:
        """Closes the file; safe to call twice."""
        self._stack.close()

    def __enter__(self) -> Raster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_raster(source: str | PathLike[str] | RasterSource, policy: ReadPolicy = DEFAULT_POLICY) -> Raster:
    """Opens a raster of any format that is read here; use it in a `with`.

    Raises:
        RasterReadError: no such file, not a raster, pixels that are complex numbers, placed by RPCs only, a
            file that the policy does not allow, or a georeference that cannot be true.
    """
    return Raster(RasterSource.of(source), policy=policy)


def read_window(
    raster: Raster,
    window: PixelWindow,
    *,
    out_height: int | None = None,
    out_width: int | None = None,
    bands: Sequence[int] | None = None,
) -> Chip:
    """Reads a window of the raster's own pixels, shrunk or enlarged where an output size is given.

    Shrinking averages, from the nearest overview; enlarging is bilinear.

    Raises:
        WindowError: the window is not wholly inside, a size below 1, or only one of the two sizes.
        RasterReadError: the file is damaged or truncated.
    """
    grid = raster.grid
    _check_inside(window, grid.width, grid.height, raster.path)
    if (out_height is None) != (out_width is None):
        raise WindowError("One of out_height and out_width was given; expected both or neither.")
    height, width = out_height or window.height, out_width or window.width
    if out_height is not None and out_width is not None and min(out_height, out_width) < 1:
        raise WindowError(
            f"An output of {out_width} x {out_height} px was asked for; it must be at least 1 x 1."
        )
    shrinks = window.width >= width and window.height >= height
    image, valid = _read_scaled(
        raster,
        (window.col, window.row, window.width, window.height),
        (height, width),
        bands,
        Resampling.average if shrinks else Resampling.bilinear,
    )
    return Chip(image, valid, window)


def read_resampled(
    raster: Raster,
    window_in_resampled_px: PixelWindow,
    size: tuple[int, int],
    *,
    bands: Sequence[int] | None = None,
) -> Chip:
    """Reads a window of the scene as it would be if it were `size` (width, height) pixels large.

    GDAL resamples (bilinear, antialiased) from the nearest finer overview. Windows read one by one are
    exactly the parts of the whole read at once.

    Raises:
        WindowError: the window is not wholly inside `size`.
        RasterReadError: the file is damaged or truncated.
    """
    width, height = size
    window = window_in_resampled_px
    _check_inside(window, width, height, raster.path)
    sx, sy = raster.grid.width / width, raster.grid.height / height
    source = (window.col * sx, window.row * sy, window.width * sx, window.height * sy)
    image, valid = _read_scaled(raster, source, (window.height, window.width), bands, Resampling.bilinear)
    return Chip(image, valid, window)


def _read_scaled(
    raster: Raster,
    window: tuple[float, float, float, float],
    shape: tuple[int, int],
    bands: Sequence[int] | None,
    resampling: Resampling,
) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.bool_]]:
    """Reads a window in full-resolution pixels, from the level that fits the output's shape."""
    col, row, width, height = window
    index = raster.level_for(min(width / shape[1], height / shape[0]))
    dataset = raster.level(index)
    fx, fy = dataset.width / raster.grid.width, dataset.height / raster.grid.height
    left, top = col * fx, row * fy
    # A window that ends at the edge must not end a rounding error beyond it.
    scaled = (left, top, min(width * fx, dataset.width - left), min(height * fy, dataset.height - top))
    return raster.read_level(index, scaled, *shape, bands, resampling)


def _check_inside(window: PixelWindow, width: int, height: int, path: Path) -> None:
    if not PixelWindow(0, 0, width, height).contains(window):
        raise WindowError(f"{window} of {path} was asked for; it must lie inside its {width} x {height} px.")
