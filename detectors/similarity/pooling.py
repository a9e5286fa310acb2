"""Features of boxes: means over the box, its core and the ring around it, from sums that are made once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detectors.similarity.feature_map import CELL_PX, FeatureMap, Reals
from tiling.arrays import Floats

PARTS = 3
"""Parts of a box that are told apart: the box, the core of half its sides, the ring that makes it twice as wide."""

CORE, AROUND = 0.5, 2.0
_LEAST_AREA = 1e-6


def pooled_features(features: FeatureMap, boxes: Floats) -> Reals:
    """Return the (N, 3, D) float32 mean features of the parts of boxes.

    Args:
        features: Of the scene that the boxes lie in.
        boxes: (N, 4) x0, y0, x1, y1 in pixels of the features' resolution. What lies outside of the scene does not
            count; a part that is all outside has the scene's mean features.
    """
    parts = np.zeros((len(boxes), PARTS, features.codes.shape[2]))
    for number, box in enumerate(boxes / CELL_PX):
        whole, area = _box_sum(features, box)
        core, core_area = _box_sum(features, scaled(box, CORE))
        wide, wide_area = _box_sum(features, scaled(box, AROUND))
        sums, areas = (whole, core, wide - whole), (area, core_area, wide_area - area)
        for part in range(PARTS):
            if areas[part] > _LEAST_AREA:
                parts[number, part] = sums[part] / areas[part]
    return features.projection.decode(parts)


def scaled(boxes: Floats, factor: float) -> Floats:
    """Return (..., 4) boxes with the same middle and sides `factor` times as long."""
    middle, half = (boxes[..., :2] + boxes[..., 2:]) / 2, (boxes[..., 2:] - boxes[..., :2]) * factor / 2
    return np.concatenate([middle - half, middle + half], axis=-1)


def _box_sum(features: FeatureMap, box: Floats) -> tuple[Floats, float]:
    """Return the sum of codes over a box in cells, cells that are cut counting by their part, and the area of it."""
    height, width, _ = features.codes.shape
    rows, columns = _shares(box[1], box[3], height), _shares(box[0], box[2], width)
    (row, in_rows), (column, in_columns) = rows, columns
    part = features.codes[row : row + len(in_rows), column : column + len(in_columns)].astype(np.float64)
    return np.einsum("i,j,ijk->k", in_rows, in_columns, part), float(in_rows.sum() * in_columns.sum())


def _shares(low: float, high: float, length: int) -> tuple[int, Floats]:
    """Return the first cell between two positions, and which share of each cell from it on lies between them."""
    low, high = min(max(low, 0.0), length), min(max(high, 0.0), length)
    first, last = int(low), int(np.ceil(high))
    cells = np.arange(first, max(last, first))
    return first, np.clip(np.minimum(cells + 1, high) - np.maximum(cells, low), 0.0, None)


class BoxMeans:
    """Means of a map over boxes of one size at every position of a regular grid.

    Args of the calls are in cells. A box's part beyond the map does not count.
    """

    def __init__(self, values: npt.NDArray[np.float32], step: float) -> None:
        """Take an (H, W) map and the distance of the positions; the first is half a step from the edge."""
        self._height, self._width = values.shape
        self._sums = np.zeros((self._height + 1, self._width + 1))
        np.cumsum(values, axis=0, out=self._sums[1:, 1:], dtype=np.float64)
        np.cumsum(self._sums[1:, 1:], axis=1, out=self._sums[1:, 1:])
        self.rows = np.arange(step / 2, self._height, step)
        self.columns = np.arange(step / 2, self._width, step)

    def sums(self, width: float, height: float) -> tuple[Floats, Floats]:
        """Return the sums over the boxes and their areas, (rows, columns) each."""
        along, tall = _between(self._sums, self.rows, height)
        across, wide = _between(along.T, self.columns, width)
        return across.T, tall[:, None] * wide


def _between(sums: Floats, middles: Floats, length: float) -> tuple[Floats, Floats]:
    """Return the differences of running sums (L + 1, M) over spans around middles, and the lengths of the spans."""
    last = len(sums) - 1
    low, high = np.clip(middles - length / 2, 0, last), np.clip(middles + length / 2, 0, last)
    return _at(sums, high) - _at(sums, low), high - low


def _at(sums: Floats, positions: Floats) -> Floats:
    first = np.minimum(positions.astype(np.int64), len(sums) - 2)
    share = (positions - first)[:, None]
    between: Floats = sums[first] * (1 - share) + sums[first + 1] * share
    return between
