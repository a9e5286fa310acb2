"""Check that laying a raster north up has left something of it."""

from __future__ import annotations

from dataclasses import replace

from tiling.errors import RasterReadError
from tiling.grid.window import PixelWindow
from tiling.raster.raster import Raster
from tiling.raster.reading import read_window

# Samples along each side, and their size in pixels: in nearly every raster the first one has valid pixels.
_SAMPLES = 5
_SAMPLE_PX = 64
# Longer side of the raster as a whole, read where no sample has any.
_WHOLE_PX = 1024


def check_not_emptied(raster: Raster) -> None:
    """Check that a raster that is shown through a warp has valid pixels where its file has some.

    Raises:
        RasterReadError: It has none, so its georeference is not understood; or the file is damaged.
    """
    if not raster.is_warped or _has_valid_pixel(raster):
        return
    with Raster(
        replace(raster.source, dem=None, height_m=None), as_stored=True, policy=raster.policy
    ) as stored:
        if not _has_valid_pixel(stored):
            return
        transform = tuple(stored.stored.transform)[:6]
    raise RasterReadError(
        f"{raster.path} has valid pixels, and none of them is left when it is laid north up: its georeference "
        f"(transform {transform}) is not one that is read here. gdalwarp -t_srs writes a raster that is."
    )


def _has_valid_pixel(raster: Raster) -> bool:
    width, height = raster.grid.width, raster.grid.height
    across, down = min(_SAMPLE_PX, width), min(_SAMPLE_PX, height)
    shares = sorted(
        (number / (_SAMPLES - 1) for number in range(_SAMPLES)), key=lambda share: abs(share - 0.5)
    )
    for vertical in shares:
        for horizontal in shares:
            col, row = round(horizontal * (width - across)), round(vertical * (height - down))
            if read_window(raster, PixelWindow(col, row, across, down)).valid.any():
                return True
    scale = max(1.0, max(width, height) / _WHOLE_PX)
    whole = read_window(
        raster,
        PixelWindow(0, 0, width, height),
        out_height=max(1, round(height / scale)),
        out_width=max(1, round(width / scale)),
    )
    return bool(whole.valid.any())
