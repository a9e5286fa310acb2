"""Boxes to learn from: examples, moved a little, and random places away from them."""

from __future__ import annotations

import numpy as np

from detectors.similarity.feature_map import CELL_PX, FeatureMap
from tiling.arrays import Floats, Ints

COPIES = 4
_MOVED = 0.08


def with_copies(boxes: Floats, random: np.random.Generator) -> tuple[Floats, Ints]:
    """Return (5 N, 4) boxes, each with four copies whose sides are moved by up to 8 %, and the box each one shows.

    >>> boxes, shown = with_copies(np.array([[0.0, 0.0, 100.0, 50.0]]), np.random.default_rng(1))
    >>> boxes[0].tolist(), shown.tolist(), bool(np.abs(boxes[1] - boxes[0]).max() <= 8)
    ([0.0, 0.0, 100.0, 50.0], [0, 0, 0, 0, 0], True)
    """
    sides = np.tile(boxes[:, 2:] - boxes[:, :2], 2)
    copies = [boxes + sides * random.uniform(-_MOVED, _MOVED, boxes.shape) for _ in range(COPIES)]
    return np.concatenate([boxes, *copies]), np.tile(np.arange(len(boxes)), COPIES + 1)


def background_boxes(
    features: FeatureMap, sizes: Floats, away_from: Floats, count: int, random: np.random.Generator
) -> Floats:
    """Return up to `count` boxes at random valid cells of a scene.

    Args:
        features: The scene's.
        sizes: (S, 2) widths and heights in pixels to choose from.
        away_from: (N, 4) boxes of known objects; a box whose middle is on one of them is left out.
        count: How many to draw.
        random: Draws them.
    """
    rows, columns = np.nonzero(features.valid)
    if not len(rows):
        return np.empty((0, 4))
    cell = random.integers(len(rows), size=count)
    middle = (np.column_stack([columns[cell], rows[cell]]) + random.uniform(0, 1, (count, 2))) * CELL_PX
    half = sizes[random.integers(len(sizes), size=count)] / 2
    on = np.zeros(count, np.bool_)
    for box in away_from:
        on |= np.all((middle >= box[:2]) & (middle <= box[2:]), axis=1)
    return np.hstack([middle - half, middle + half])[~on]
