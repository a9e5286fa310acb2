"""Plans of chips and blocks over a raster's pixels: integers only, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tiling.errors import WindowError
from tiling.grid.window import PixelWindow


@dataclass(frozen=True)
class ChipSpec:
    """Size of chips and overlap of neighbours.

    Attributes:
        size_px: width and height of a chip.
        overlap_px: pixels two neighbours share at least, `0 <= overlap_px < size_px`.
        edge: what becomes of a last chip that would stick out: `shift` moves it inward, `pad` lets it stick
            out, so that all chips lie on one grid and have the full size even in a smaller raster.
        align_px: every chip starts at a multiple of it; the distance of two neighbours must be one too. A last chip
            that is shifted inward is shorter by what is over.

    Raises:
        WindowError: The sizes do not make a grid.
    """

    size_px: int
    overlap_px: int = 0
    edge: Literal["shift", "pad"] = "shift"
    align_px: int = 1

    def __post_init__(self) -> None:
        """Check that the sizes make a grid."""
        if self.size_px < 1:
            raise WindowError(f"Chip size is {self.size_px} px; it must be at least 1.")
        if not 0 <= self.overlap_px < self.size_px:
            raise WindowError(f"Chip overlap is {self.overlap_px} px; expected 0 to {self.size_px - 1}.")
        if self.align_px < 1 or (self.size_px - self.overlap_px) % self.align_px:
            raise WindowError(
                f"Chips start {self.size_px - self.overlap_px} px apart; expected a multiple of {self.align_px} px."
            )

    def starts(self, length: int) -> list[int]:
        """First pixels of the chips along an axis of `length` pixels."""
        if length <= self.size_px:
            return [0]
        stride = self.size_px - self.overlap_px
        count = -(-(length - self.size_px) // stride) + 1
        last = length if self.edge == "pad" else -((self.size_px - length) // self.align_px) * self.align_px
        return [min(i * stride, last) for i in range(count)]

    def extent(self, length: int, start: int = 0) -> int:
        """Return the length of the chip from `start` on along an axis of `length` pixels."""
        return self.size_px if self.edge == "pad" else min(self.size_px, length - start)


@dataclass(frozen=True)
class Block:
    """One unit of work.

    Attributes:
        core: the pixels this block answers for; the cores of a raster tile it without overlap.
        window: the pixels to read, `core` with its halo, clipped to the raster.
    """

    core: PixelWindow
    window: PixelWindow


def _check_raster(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise WindowError(f"A raster of {width} x {height} px cannot be cut; it must be at least 1 x 1.")


def plan_chips(width: int, height: int, spec: ChipSpec) -> list[PixelWindow]:
    """Chips that cover every pixel of a `width` x `height` raster, row by row.

    With `edge="shift"` every chip lies inside and has the full size (the last one less than `align_px` below it)
    wherever the raster is at least that large; along an axis where it is smaller, the chip is as long as the raster.

    >>> [(chip.col, chip.row) for chip in plan_chips(100, 60, ChipSpec(60, overlap_px=20))]
    [(0, 0), (40, 0)]

    Raises:
        WindowError: The raster has no pixels.
    """
    _check_raster(width, height)
    columns = spec.starts(width)
    return [
        PixelWindow(col, row, spec.extent(width, col), spec.extent(height, row))
        for row in spec.starts(height)
        for col in columns
    ]


def plan_blocks(width: int, height: int, block_px: int, halo_px: int) -> list[Block]:
    """Blocks whose cores tile a `width` x `height` raster exactly once, row by row.

    Args:
        width: raster width in pixels.
        height: raster height in pixels.
        block_px: side of a core; the last ones are cut off at the raster's edge.
        halo_px: pixels read beyond the core on every side, as far as the raster goes.

    >>> [(block.core.width, block.window.width) for block in plan_blocks(100, 50, block_px=60, halo_px=10)]
    [(60, 70), (40, 50)]

    Raises:
        WindowError: A size that makes no grid.
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
