"""Reader of all chips of a raster: each block of the file is decoded about once, however chips overlap."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tiling.arrays import Pixels
from tiling.errors import RasterReadError, WindowError
from tiling.grid.plan import ChipSpec
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.raster import Raster
from tiling.raster.reading import Chip, read_resampled

# Rows of chips wider than this in memory are read in several column strips, one after the other.
MAX_BUFFER_BYTES = 96 << 20

# Reads end where a row of blocks ends, unless blocks are so tall that the memory counts.
_MAX_ALIGN_PX = 1024

ChipFilter = Callable[[list[PixelWindow]], Sequence[bool]]


@dataclass(frozen=True)
class Unreadable:
    """Chip whose pixels could not be decoded.

    Attributes:
        window: Its window.
        reason: One sentence that names the file.
    """

    window: PixelWindow
    reason: str


def read_chip_rows(
    raster: Raster,
    spec: ChipSpec,
    *,
    size: PixelSize | None = None,
    bands: Sequence[int] | None = None,
    within: PixelWindow | None = None,
    chip_filter: ChipFilter | None = None,
    start: int = 0,
) -> Iterator[list[Chip | Unreadable]]:
    """Read the chips of a raster, a row of them at a time.

    Rows of pixels are read once into a buffer and chips are cut out of it, so that the overlap costs no
    decoding. A raster whose rows of chips exceed `MAX_BUFFER_BYTES` is read in strips
    of columns, each from top to bottom. Where a block cannot be decoded, the chips of that row are read one by one.

    Args:
        raster: The open raster.
        spec: Size, overlap and edge of the chips.
        size: Size that the whole raster is resampled to, see `resampled_size`; None for its own.
        bands: 1-based bands; None for all.
        within: Chips that do not intersect this window are not read.
        chip_filter: Called with the windows of a row; returns for each whether it is wanted. None for all.
        start: Number of rows at the beginning to leave out, because an earlier run has written them.

    Yields:
        For every row, in the same order each time, its wanted chips; images are views of the buffer. Pixels
        beyond the raster are invalid and have the nodata value, or 0 without one.
    """
    size = size or raster.grid.size
    width, height = size
    scene = PixelWindow(0, 0, width, height)
    if within is not None and scene.intersect(within) is None:
        return
    left, top, right, bottom = _edges(scene if within is None else within)
    columns = [col for col in spec.starts(width) if left < col + spec.extent(width) and col < right]
    rows = [row for row in spec.starts(height) if top < row + spec.extent(height) and row < bottom]
    count = raster.count if bands is None else len(bands)
    pixel_bytes = count * np.dtype(raster.dtype).itemsize + 1
    most = max(1, MAX_BUFFER_BYTES // (pixel_bytes * spec.extent(height)))
    position = 0
    for strip in _column_strips(columns, spec.extent(width), most):
        span = PixelWindow(strip[0], 0, strip[-1] + spec.extent(width) - strip[0], height).intersect(scene)
        assert span is not None  # a chip starts inside the scene
        columns_buffer = _ColumnStrip(raster, size, bands, span)
        for row in rows:
            position += 1
            if position <= start:
                continue
            windows = [
                PixelWindow(col, row, spec.extent(width, col), spec.extent(height, row)) for col in strip
            ]
            if chip_filter is not None:
                windows = [
                    window for window, wanted in zip(windows, chip_filter(windows), strict=True) if wanted
                ]
            yield columns_buffer.chips(windows, sparse=2 * len(windows) < len(strip))


def count_chip_rows(
    raster: Raster,
    spec: ChipSpec,
    *,
    size: PixelSize | None = None,
    bands: Sequence[int] | None = None,
    within: PixelWindow | None = None,
) -> int:
    """Return the number of rows that `read_chip_rows` yields."""
    nothing = read_chip_rows(
        raster,
        spec,
        size=size,
        bands=bands,
        within=within,
        chip_filter=lambda windows: [False] * len(windows),
    )
    return sum(1 for _ in nothing)


def usable_nodata(raster: Raster) -> float | None:
    """Return the raster's nodata value where its pixels can hold it, else None."""
    nodata, dtype = raster.nodata, np.dtype(raster.dtype)
    if nodata is None or dtype.kind == "f":
        return nodata
    if dtype.kind not in "iu":
        return None
    limits = np.iinfo(dtype)
    return nodata if limits.min <= nodata <= limits.max and nodata == int(nodata) else None


class _ColumnStrip:
    """Columns of a raster, read from top to bottom; buffers the rows that the next chips need."""

    def __init__(
        self, raster: Raster, size: PixelSize, bands: Sequence[int] | None, span: PixelWindow
    ) -> None:
        self._raster, self._size, self._bands, self._span = raster, size, bands, span
        self._fill = usable_nodata(raster) or 0.0
        self._buffer: Chip | None = None
        native = size == raster.grid.size and not raster.is_warped
        block = raster.level(0).block_shapes[0][0] if native else 1
        self._align = block if block <= _MAX_ALIGN_PX else 1

    def chips(self, windows: list[PixelWindow], *, sparse: bool) -> list[Chip | Unreadable]:
        """Return the chips of one row; read one by one where they are few or a block is damaged."""
        if not windows:
            return []
        if not sparse:
            try:
                buffer = self._cover(windows[0].row, min(windows[0].bottom, self._size[1]))
                return [self._cut(buffer, window) for window in windows]
            except RasterReadError:
                self._buffer = None
        return [self._read_alone(window) for window in windows]

    def _cover(self, top: int, bottom: int) -> Chip:
        """Buffer the rows from `top` to at least `bottom`; only rows that are not there yet are read."""
        buffer = self._buffer
        if buffer is not None and not buffer.window.row <= top < buffer.window.bottom:
            buffer = None
        begin = top if buffer is None else buffer.window.bottom
        end = min(math.ceil(bottom / self._align) * self._align, self._size[1])
        parts = [] if buffer is None else [_rows_from(buffer, top)]
        if begin < end:
            parts.append(self._read(PixelWindow(self._span.col, begin, self._span.width, end - begin)))
        self._buffer = parts[0] if len(parts) == 1 else _concatenate(*parts)
        return self._buffer

    def _read(self, window: PixelWindow) -> Chip:
        return read_resampled(self._raster, window, self._size, bands=self._bands)

    def _read_alone(self, window: PixelWindow) -> Chip | Unreadable:
        inside = window.intersect(PixelWindow(0, 0, *self._size))
        assert inside is not None  # a chip starts inside the scene
        try:
            return self._cut(self._read(inside), window)
        except RasterReadError as error:
            return Unreadable(window, str(error))

    def _cut(self, buffer: Chip, window: PixelWindow) -> Chip:
        """Return the part of `buffer` at `window`, padded with invalid pixels."""
        inside = window.intersect(buffer.window)
        if inside is None:
            raise WindowError(f"{window} lies outside of {buffer.window}.")
        rows, cols = inside.shift(-buffer.window.col, -buffer.window.row).slices
        image, valid = buffer.image[:, rows, cols], buffer.valid[rows, cols]
        if inside == window:
            return Chip(image, valid, window)
        padded = np.full((len(image), window.height, window.width), self._fill, dtype=image.dtype)
        padded_valid = np.zeros((window.height, window.width), dtype=bool)
        rows, cols = inside.shift(-window.col, -window.row).slices
        padded[:, rows, cols], padded_valid[rows, cols] = image, valid
        return Chip(padded, padded_valid, window)


def _rows_from(chip: Chip, top: int) -> Chip:
    """Return the rows of a chip from row `top` of the raster on."""
    skip, window = top - chip.window.row, chip.window
    rest = PixelWindow(window.col, top, window.width, window.height - skip)
    return Chip(chip.image[:, skip:], chip.valid[skip:], rest)


def _concatenate(upper: Chip, lower: Chip) -> Chip:
    """Concatenate two chips of the same columns, one below the other."""
    window = upper.window
    image: Pixels = np.concatenate((upper.image, lower.image), axis=1)
    valid = np.concatenate((upper.valid, lower.valid))
    return Chip(
        image, valid, PixelWindow(window.col, window.row, window.width, window.height + lower.window.height)
    )


def _edges(window: PixelWindow) -> tuple[int, int, int, int]:
    return window.col, window.row, window.right, window.bottom


def _column_strips(columns: list[int], extent: int, most: int) -> Iterator[list[int]]:
    """Group neighbouring columns of chips into strips of at most `most` pixels, or of one chip."""
    strip: list[int] = []
    for col in columns:
        if strip and col + extent - strip[0] > most:
            yield strip
            strip = []
        strip.append(col)
    if strip:
        yield strip
