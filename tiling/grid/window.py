"""Sizes and rectangles of whole pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

from tiling.errors import WindowError


class PixelSize(NamedTuple):
    """Width and height of a raster, block or tile, in pixels.

    >>> PixelSize(640, 480).width
    640
    """

    width: int
    height: int


@dataclass(frozen=True, order=True)
class PixelWindow:
    """Columns `[col, col + width)` and rows `[row, row + height)` of a raster, in its own pixels.

    >>> PixelWindow(10, 20, 64, 32).intersect(PixelWindow(0, 0, 40, 40))
    PixelWindow(col=10, row=20, width=30, height=20)

    `col` and `row` may be negative (a window expanded over the edge); a window is never empty.

    Raises:
        WindowError: Width or height below 1.
    """

    col: int
    row: int
    width: int
    height: int

    def __post_init__(self) -> None:
        """Check that the window is not empty."""
        if self.width < 1 or self.height < 1:
            raise WindowError(
                f"A window of {self.width} x {self.height} px was asked for; expected 1 x 1 or more."
            )

    @classmethod
    def between(cls, left: int, top: int, right: int, bottom: int) -> Self:
        """Return the window from its upper left to its lower right corner.

        >>> PixelWindow.between(10, 20, 74, 52).corners
        (10, 20, 74, 52)
        """
        return cls(left, top, right - left, bottom - top)

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom."""
        return self.col, self.row, self.right, self.bottom

    @property
    def right(self) -> int:
        """First column beyond the window."""
        return self.col + self.width

    @property
    def bottom(self) -> int:
        """First row beyond the window."""
        return self.row + self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """(rows, columns), to index an array whose first pixel is pixel (0, 0)."""
        return slice(self.row, self.bottom), slice(self.col, self.right)

    def intersect(self, other: PixelWindow) -> PixelWindow | None:
        """Return the pixels in both windows, or None where there are none."""
        col, row = max(self.col, other.col), max(self.row, other.row)
        width, height = min(self.right, other.right) - col, min(self.bottom, other.bottom) - row
        if width < 1 or height < 1:
            return None
        return PixelWindow(col, row, width, height)

    def expand(self, px: int) -> PixelWindow:
        """Return the window grown by `px` on every side (not clipped to any raster)."""
        return PixelWindow(self.col - px, self.row - px, self.width + 2 * px, self.height + 2 * px)

    def shift(self, cols: int, rows: int) -> PixelWindow:
        """Return the window moved by `cols` to the right and `rows` down."""
        return PixelWindow(self.col + cols, self.row + rows, self.width, self.height)

    def contains(self, other: PixelWindow) -> bool:
        """Return True where every pixel of `other` is in this window."""
        return (
            self.col <= other.col
            and self.row <= other.row
            and other.right <= self.right
            and other.bottom <= self.bottom
        )
