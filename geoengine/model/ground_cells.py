"""Cells of a scene's ground, by which is recorded what somebody has seen of it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from geoengine.errors import InvalidValueError
from tiling.arrays import Bytes, Floats, Ints, Mask
from tiling.grid.window import PixelWindow

LEAST_CELL_PX = 16
"""Side of a cell, in pixels of the scene; doubled for a large scene until it has no more than `MAX_CELLS`."""

MAX_CELLS = 2**20


@dataclass(frozen=True)
class GroundCells:
    """Square cells that cover a scene from its upper left corner on; the last ones may be cut by its border.

    Attributes:
        width: Columns of the scene, in pixels.
        height: Rows of the scene, in pixels.
    """

    width: int
    height: int

    @property
    def side_px(self) -> int:
        """Side of a cell, in pixels of the scene."""
        side = LEAST_CELL_PX
        while -(-self.width // side) * -(-self.height // side) > MAX_CELLS:
            side *= 2
        return side

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        side = self.side_px
        return -(-self.height // side), -(-self.width // side)

    def within(self, windows: Iterable[PixelWindow]) -> Mask:
        """Return the cells that lie wholly in one of the windows, (rows, cols) bool; in pixels of the scene."""
        side, found = self.side_px, np.zeros(self.shape, bool)
        for window in windows:
            top, left = -(-max(0, window.row) // side), -(-max(0, window.col) // side)
            # A cell that the border cuts is whole where the border is.
            bottom = -(-window.bottom // side) if window.bottom >= self.height else window.bottom // side
            right = -(-window.right // side) if window.right >= self.width else window.right // side
            found[top : max(0, bottom), left : max(0, right)] = True
        return found

    def around(self, window: PixelWindow) -> PixelWindow | None:
        """Return the least window of whole cells that holds what of a window is on the scene; None where nothing is.

        >>> GroundCells(100, 60).around(PixelWindow(20, -5, 30, 40))
        PixelWindow(col=16, row=0, width=48, height=48)
        """
        inside = window.intersect(PixelWindow(0, 0, self.width, self.height))
        if inside is None:
            return None
        side = self.side_px
        left, top = inside.col // side * side, inside.row // side * side
        right = min(self.width, -(-inside.right // side) * side)
        bottom = min(self.height, -(-inside.bottom // side) * side)
        return PixelWindow(left, top, right - left, bottom - top)

    def share(self, seen: Mask, opacity: Bytes, area: PixelWindow | None = None) -> float:
        """Return which share of the valid pixels of a scene or an area lies in seen cells; 1 where there are none.

        Args:
            seen: (rows, cols) bool.
            opacity: (rows, cols) uint8, the share of valid pixels in each cell, 255 for all.
            area: Whole cells; None for the scene.

        Returns:
            0 to 1.
        """
        valid = opacity.astype(np.float64) * self._areas()
        if area is not None:
            valid[~self.within([area])] = 0
        total = float(valid.sum())
        return 1.0 if total == 0 else float(valid[seen].sum()) / total

    def covered(self, seen: Mask, boxes: Floats) -> Floats:
        """Return which share of each box lies in seen cells.

        Args:
            seen: (rows, cols) bool.
            boxes: (N, 4) left, top, right and bottom, in pixels of the scene, inside it.

        Returns:
            (N,) shares, 0 to 1.
        """
        # The integral of the mask is bilinear within a cell, so that it is exact at any position.
        sums = np.zeros((seen.shape[0] + 1, seen.shape[1] + 1))
        sums[1:, 1:] = seen.cumsum(0).cumsum(1)
        left, top, right, bottom = (boxes / self.side_px).T
        inside = (
            _integral(sums, bottom, right)
            - _integral(sums, top, right)
            - _integral(sums, bottom, left)
            + _integral(sums, top, left)
        )
        return np.asarray(inside / ((right - left) * (bottom - top)), np.float64)

    def pack(self, seen: Mask) -> bytes:
        """Return a mask as compressed bits, for the database."""
        return zlib.compress(np.packbits(seen).tobytes())

    def unpack(self, data: bytes) -> Mask:
        """Return the mask that `pack` was given.

        Raises:
            InvalidValueError: The bytes are not those of a mask of these cells.
        """
        rows, cols = self.shape
        try:
            bits = np.unpackbits(np.frombuffer(zlib.decompress(data), np.uint8))
        except zlib.error as error:
            raise InvalidValueError(f"the bitmap of seen ground is damaged: {error}", "cells") from error
        if not rows * cols <= len(bits) < rows * cols + 8:
            raise InvalidValueError(
                f"the bitmap of seen ground has {len(bits):,} cells, expected {rows} x {cols}", "cells"
            )
        return bits[: rows * cols].reshape(rows, cols).astype(bool)

    def _areas(self) -> Ints:
        """Return the pixels of each cell, (rows, cols)."""
        side, (rows, cols) = self.side_px, self.shape
        heights = np.minimum(side, self.height - side * np.arange(rows))
        widths = np.minimum(side, self.width - side * np.arange(cols))
        return np.asarray(heights[:, None] * widths[None, :], np.int64)


def run_lengths(mask: Mask) -> list[int]:
    """Return the lengths of runs of a mask row by row, the first one of False; as COCO has them by columns."""
    flat = mask.ravel()
    ends = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    runs = np.diff(np.concatenate([[0], ends, [flat.size]])).tolist()
    return [0, *runs] if flat.size and flat[0] else runs


def boxes_of(seen: Mask) -> list[tuple[int, int, int, int]]:
    """Return rectangles that make up a mask: left, top, right and bottom, in cells; none share any."""
    found: list[tuple[int, int, int, int]] = []
    open_: dict[tuple[int, int], int] = {}
    for row, cells in enumerate([*seen, np.zeros(seen.shape[1], bool)]):
        runs = set(_runs(cells))
        for span in [span for span in open_ if span not in runs]:
            found.append((span[0], open_.pop(span), span[1], row))
        for span in runs:
            open_.setdefault(span, row)
    return sorted(found)


def _runs(cells: Sequence[bool] | Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(cells, np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _integral(sums: Floats, rows: Floats, cols: Floats) -> Floats:
    """Return the integral up to positions between the corners of cells, (N,)."""
    row = np.clip(np.floor(rows).astype(np.int64), 0, sums.shape[0] - 2)
    col = np.clip(np.floor(cols).astype(np.int64), 0, sums.shape[1] - 2)
    down, right = rows - row, cols - col
    return np.asarray(
        sums[row, col] * (1 - down) * (1 - right)
        + sums[row + 1, col] * down * (1 - right)
        + sums[row, col + 1] * (1 - down) * right
        + sums[row + 1, col + 1] * down * right,
        np.float64,
    )
