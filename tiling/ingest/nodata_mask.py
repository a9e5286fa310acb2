"""Mask of the areas where a scene has nothing, when only a colour says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.features import sieve
from rasterio.windows import Window

from tiling.access.env import writing
from tiling.arrays import Bytes, Mask, Pixels
from tiling.grid.plan import plan_blocks
from tiling.grid.window import PixelWindow
from tiling.progress import Progress
from tiling.raster.raster import Raster
from tiling.raster.reading import read_window

# An area of the colour counts as "nothing there" from this many pixels on, or when it reaches the edge of
# the scene. A saturated roof is smaller and lies inside.
MIN_AREA_PX = 65_536

# At the edge of the scene, this is enough.
MIN_EDGE_AREA_PX = 1_024

# So far from the inside of such an area, pixels of the colour belong to it; in a lossy file also those that
# are nearly of the colour, because compression smears borders over its blocks of 8 or 16 pixels.
FRINGE_PX = 16
FRINGE_TOLERANCE = 16

# How far the inside of such an area may be from the colour in a lossy file.
_CORE_TOLERANCE = 2

_BLOCK_PX = 1024
_MAX_CELLS = 1 << 26


def write_nodata_mask(
    raster: Raster,
    colour: Sequence[float],
    target: Path,
    *,
    lossy: bool,
    progress: Progress | None = None,
) -> float:
    """Write a one-band mask (255 valid, 0 nothing there) as large as the raster.

    Two passes over blocks, so memory does not grow with the scene: the first notes which cells of 8 x 8
    pixels have the colour throughout, and drops the small groups of them; the second decides pixel by
    pixel, near the cells that are left.

    Args:
        raster: the scene, seen as it is (not warped).
        colour: one value per band.
        target: the TIFF to write.
        lossy: the pixels went through a lossy codec, so that nearly the colour is the colour.
        progress: called with the fraction done.

    Returns:
        The fraction of pixels that are valid.

    Raises:
        RasterReadError, RasterWriteError: What the files did.
    """
    width, height = raster.grid.width, raster.grid.height
    cell = 8
    while (width // cell + 1) * (height // cell + 1) > _MAX_CELLS:
        cell *= 2
    blocks = plan_blocks(width, height, _BLOCK_PX, 0)
    cells = np.zeros((-(-height // cell), -(-width // cell)), dtype=np.uint8)
    for done, block in enumerate(blocks):
        core = block.core
        same = _near(read_window(raster, core).image, colour, _CORE_TOLERANCE if lossy else 0)
        part = _all_of_cells(same, cell)
        row, col = core.row // cell, core.col // cell
        cells[row : row + part.shape[0], col : col + part.shape[1]] = part
        if progress is not None:
            progress(0.6 * (done + 1) / len(blocks))
    near = _grow(_large_areas(cells, cell), -(-FRINGE_PX // cell))
    valid_px = 0
    with writing(target), create_mask(target, raster) as mask:
        for done, block in enumerate(blocks):
            valid = _valid_of_block(raster, block.core, colour, near, cell, lossy)
            valid_px += int(np.count_nonzero(valid))
            core = block.core
            where = Window(core.col, core.row, core.width, core.height)  # type: ignore[no-untyped-call, unused-ignore]
            mask.write(np.where(valid, np.uint8(255), np.uint8(0)), 1, window=where)
            if progress is not None:
                progress(0.6 + 0.4 * (done + 1) / len(blocks))
    return valid_px / (width * height)


def create_mask(target: Path, raster: Raster) -> Any:
    """Create a TIFF of one band as large as a raster; inside `tiling.access.env.writing`."""
    return rasterio.open(
        target, "w", driver="GTiff", width=raster.grid.width, height=raster.grid.height, count=1, dtype="uint8",
        tiled=True, blockxsize=512, blockysize=512, compress="deflate", zlevel=1, bigtiff="if_safer",
    )  # fmt: skip


def _valid_of_block(
    raster: Raster,
    core: PixelWindow,
    colour: Sequence[float],
    near: Mask,
    cell: int,
    lossy: bool,
) -> Mask:
    rows = slice(core.row // cell, -(-core.bottom // cell))
    cols = slice(core.col // cell, -(-core.right // cell))
    close = near[rows, cols]
    chip = read_window(raster, core)
    if not close.any():
        return chip.valid
    close = close.repeat(cell, axis=0).repeat(cell, axis=1)[: core.height, : core.width]
    return chip.valid & ~(close & _near(chip.image, colour, FRINGE_TOLERANCE if lossy else 0))


def _near(image: Pixels, colour: Sequence[float], tolerance: float) -> Mask:
    """Return (H, W) True where every band is within `tolerance` of the colour."""
    same = np.ones(image.shape[1:], dtype=bool)
    for band, value in zip(image, colour, strict=True):
        if tolerance:
            # Compared with its limits, not subtracted: unsigned pixels would wrap around.
            same &= (band >= value - tolerance) & (band <= value + tolerance)
        else:
            same &= band == value
    return same


def _all_of_cells(same: Mask, cell: int) -> Bytes:
    """Per cell, 1 where all of its pixels (those that exist, at the edge) are True."""
    height, width = same.shape
    rows, cols = -(-height // cell), -(-width // cell)
    padded = np.ones((rows * cell, cols * cell), dtype=bool)
    padded[:height, :width] = same
    whole = padded.reshape(rows, cell, cols, cell).all(axis=(1, 3))
    return np.asarray(whole, dtype=np.uint8)


def _large_areas(cells: Bytes, cell: int) -> Mask:
    """Return the cells of areas that are large, or that reach the edge and are not tiny."""
    kept = cells & sieve(cells, max(2, MIN_EDGE_AREA_PX // cell**2))
    # A frame around the scene joins everything that reaches the edge into one area.
    framed = np.pad(kept, 1, constant_values=1)
    frame = framed.size - kept.size
    large = sieve(framed, max(2, min(MIN_AREA_PX // cell**2, frame)))[1:-1, 1:-1]
    # Sieving also fills small holes, islands of image within nothing; they stay image.
    return np.asarray(kept & large, dtype=bool)


def _grow(cells: Mask, steps: int) -> Mask:
    """Return the cells and all that are at most `steps` away, diagonally too."""
    grown = cells.copy()
    for _ in range(steps):
        rows = grown.copy()
        rows[1:] |= grown[:-1]
        rows[:-1] |= grown[1:]
        grown = rows.copy()
        grown[:, 1:] |= rows[:, :-1]
        grown[:, :-1] |= rows[:, 1:]
    return grown
