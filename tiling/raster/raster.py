"""Open rasters and their windows: every pixel of the project is read here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from tiling.access.env import open_dataset, reading
from tiling.access.file_check import hash_raster
from tiling.access.images import RasterFile
from tiling.access.opening import open_checked
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.arrays import Opacity
from tiling.errors import WindowError
from tiling.grid.raster_grid import resampled_size
from tiling.grid.window import PixelWindow
from tiling.raster.bands import PALETTE_BANDS, Bands, Dataset
from tiling.raster.declared import Declared
from tiling.raster.memory_vrt import is_complex, vrt_view
from tiling.raster.north_up import lies_north_up, north_up
from tiling.raster.overview_masks import mask_has_overviews
from tiling.raster.rpcs import placing_rpcs

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
        policy: which files it may be made of.
        path: the file.
        stored: the image as GDAL opened it, before anything is warped; for its tags.
        declared: what it is read as.
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
        self.path = path = source.path
        self.policy = policy
        with ExitStack() as stack, reading(path, allow_network=policy.allow_network):
            self.stored = stored = stack.enter_context(open_checked(source, policy, file))
            rpcs = None if as_stored else placing_rpcs(stored, path)
            self.declared = declared = Declared.of(stored, source)
            warps = not as_stored and not lies_north_up(declared, rpcs)
            plain = stack.enter_context(vrt_view(stored, declared, rpcs, one_nodata=warps, codes=codes))
            # Read at another size, a virtual raster would average complex numbers; a warp of it does not.
            self._warp, self.grid = north_up(
                plain, source, rpcs, as_stored=as_stored, always=is_complex(stored)
            )
            dataset = plain if self._warp is None else stack.enter_context(self._warp.view(plain))
            self._bands = replace(Bands.of(plain, dataset, path), codes=codes)
            self._stack = stack.pop_all()
        bands = self._bands
        self.count = bands.count
        self.palette = None if codes else bands.palette
        self.colour_table = bands.palette if codes else None
        self.dtype = "uint8" if self.palette is not None else bands.dtype
        self.nodata = None if self.palette is not None else bands.nodatavals[0]
        self.band_names = PALETTE_BANDS if self.palette is not None else bands.names
        self.scales, self.offsets = self._units(plain)
        as_in_file = (plain.count, plain.dtypes) == (stored.count, stored.dtypes)
        self.bits = self._used_bits() if as_in_file else np.dtype(self.dtype).itemsize * 8
        self.overviews: tuple[int, ...] = ()
        if dataset is stored:
            self.overviews = self._usable_overviews()
        self._levels: list[Dataset | None] = [dataset] + [None] * len(self.overviews)

    def _usable_overviews(self) -> tuple[int, ...]:
        """Return the factors of the file's overviews; none where they lack the mask, for GDAL reduces that rightly."""
        factors = tuple(self.stored.overviews(self._bands.indexes[0]))
        if factors and self._bands.masked:
            with reading(self.path, allow_network=self.policy.allow_network):
                if not mask_has_overviews(self.stored, factors):
                    return ()
        return factors

    def _units(self, plain: DatasetReader) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return scale and offset of each band; both empty where a stored number is the quantity itself."""
        if self._bands.palette is not None or is_complex(self.stored):
            return (), ()
        scales = tuple(float(plain.scales[index - 1]) for index in self._bands.indexes)
        offsets = tuple(float(plain.offsets[index - 1]) for index in self._bands.indexes)
        plain = set(scales) == {1.0} and set(offsets) == {0.0}
        usable = all(np.isfinite([*scales, *offsets])) and all(scales)
        return ((), ()) if plain or not usable else (scales, offsets)

    def _used_bits(self) -> int:
        bits = np.dtype(self.dtype).itemsize * 8
        nbits = self.stored.tags(1, ns="IMAGE_STRUCTURE").get("NBITS", "")
        if self.palette is None and nbits.isdecimal():
            bits = min(bits, max(1, int(nbits)))
        return bits

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


def read_window(
    raster: Raster,
    window: PixelWindow,
    *,
    out_height: int | None = None,
    out_width: int | None = None,
    bands: Sequence[int] | None = None,
) -> Chip:
    """Read a window of the raster's own pixels, shrunk or enlarged where an output size is given.

    Shrinking averages, from the nearest overview; enlarging is bilinear.

    Raises:
        WindowError: The window is not wholly inside, a size below 1, or only one of the two sizes.
        RasterReadError: The file is damaged or truncated.
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
    image, opacity = read_scaled(
        raster,
        (window.col, window.row, window.width, window.height),
        (height, width),
        bands,
        Resampling.average if shrinks else Resampling.bilinear,
    )
    return Chip(image, opacity > 0, window)


def read_resampled(
    raster: Raster,
    window_in_resampled_px: PixelWindow,
    size: tuple[int, int],
    *,
    bands: Sequence[int] | None = None,
) -> Chip:
    """Read a window of the scene as it would be if it were `size` (width, height) pixels large.

    GDAL resamples (bilinear, antialiased) from the nearest finer overview. Windows read one by one are
    exactly the parts of the whole read at once.

    Raises:
        WindowError: The window is not wholly inside `size`.
        RasterReadError: The file is damaged or truncated.
    """
    width, height = size
    window = window_in_resampled_px
    _check_inside(window, width, height, raster.path)
    sx, sy = raster.grid.width / width, raster.grid.height / height
    source = (window.col * sx, window.row * sy, window.width * sx, window.height * sy)
    image, opacity = read_scaled(raster, source, (window.height, window.width), bands, Resampling.bilinear)
    return Chip(image, opacity > 0, window)


def read_scaled(
    raster: Raster,
    window: tuple[float, float, float, float],
    shape: tuple[int, int],
    bands: Sequence[int] | None,
    resampling: Resampling,
) -> tuple[npt.NDArray[np.generic], Opacity]:
    """Read a window in full-resolution pixels, from the level that fits the output's shape (height, width).

    Returns:
        image (C, H, W), and the opacity (H, W) of its pixels.

    Raises:
        RasterReadError: The file is damaged or truncated.
    """
    col, row, width, height = window
    index = raster.level_for(min(width / shape[1], height / shape[0]))
    dataset = raster.level(index)
    fx, fy = dataset.width / raster.grid.width, dataset.height / raster.grid.height
    left, top = col * fx, row * fy
    # A window that ends at the edge must not end a rounding error beyond it.
    scaled = (left, top, min(width * fx, dataset.width - left), min(height * fy, dataset.height - top))
    return raster.read_opacity(index, scaled, *shape, bands, resampling)


def _check_inside(window: PixelWindow, width: int, height: int, path: Path) -> None:
    if not PixelWindow(0, 0, width, height).contains(window):
        raise WindowError(f"{window} of {path} was asked for; it must lie inside its {width} x {height} px.")
