"""Cutting a raster's pixel plane into chips and blocks: integers only, no I/O."""

from __future__ import annotations

from dataclasses import dataclass

from tiling.errors import WindowError
from tiling.window import PixelWindow


@dataclass(frozen=True)
class ChipSpec:
    """How large chips are and how much neighbours share.

    Attributes:
        size_px: width and height of a chip.
        overlap_px: pixels two neighbours share at least, `0 <= overlap_px < size_px`.

    Raises:
        WindowError: the sizes do not make a grid.
    """

    size_px: int
    overlap_px: int = 0

    def __post_init__(self) -> None:
        if self.size_px < 1:
            raise WindowError(f"Chip size is {self.size_px} px; it must be at least 1.")
        if not 0 <= self.overlap_px < self.size_px:
            raise WindowError(f"Chip overlap is {self.overlap_px} px; expected 0 to {self.size_px - 1}.")


@dataclass(frozen=True)
class Block:
    """One unit of work.

    Attributes:
        core: the pixels this block answers for; the cores of a raster tile it without overlap.
        window: the pixels to read, `core` with its halo, clipped to the raster.
    """

    core: PixelWindow
    window: PixelWindow


def _starts(length: int, size: int, stride: int) -> list[int]:
    """First pixels of chips along one axis; the last one is shifted inward to end at `length`."""
    if length <= size:
        return [0]
    count = -(-(length - size) // stride) + 1
    return [min(i * stride, length - size) for i in range(count)]


def _check_raster(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise WindowError(f"A raster of {width} x {height} px cannot be cut; it must be at least 1 x 1.")


def plan_chips(width: int, height: int, spec: ChipSpec) -> list[PixelWindow]:
    """Chips that cover every pixel of a `width` x `height` raster, row by row.

    A last chip that would stick out is shifted inward, so every chip has the full size wherever the
    raster is at least that large; along an axis where it is smaller, the chip is as long as the raster.

    Raises:
        WindowError: the raster has no pixels.
    """
    _check_raster(width, height)
    stride = spec.size_px - spec.overlap_px
    chip_width, chip_height = min(spec.size_px, width), min(spec.size_px, height)
    return [
        PixelWindow(col, row, chip_width, chip_height)
        for row in _starts(height, spec.size_px, stride)
        for col in _starts(width, spec.size_px, stride)
    ]


def plan_blocks(width: int, height: int, block_px: int, halo_px: int) -> list[Block]:
    """Blocks whose cores tile a `width` x `height` raster exactly once, row by row.

    Args:
        width: raster width in pixels.
        height: raster height in pixels.
        block_px: side of a core; the last ones are cut off at the raster's edge.
        halo_px: pixels read beyond the core on every side, as far as the raster goes.

    Raises:
        WindowError: a size that makes no grid.
    """
    _check_raster(width, height)
    if block_px < 1 or halo_px < 0:
        raise WindowError(
            f"Blocks of {block_px} px with a halo of {halo_px} px make no grid; expected 1 and 0 or more."
        )
    scene = PixelWindow(0, 0, width, height)
    blocks = []
    for row in range(0, height, block_px):
        for col in range(0, width, block_px):
            core = PixelWindow(col, row, min(block_px, width - col), min(block_px, height - row))
            window = core.expand(halo_px).intersect(scene)
            assert window is not None  # a core lies inside the scene
            blocks.append(Block(core, window))
    return blocks
