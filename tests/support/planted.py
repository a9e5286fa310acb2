"""A feature map in which a test knows what lies where."""

from __future__ import annotations

import numpy as np

from detectors.similarity.feature_map import CELL_PX, FeatureMap, Projection
from tiling.arrays import Floats
from tiling.grid.window import PixelSize

ROWS, COLUMNS, FEATURES = 60, 80, 24
# Boxes in pixels: objects of the class, and others of the same size that look a little like them.
OBJECTS = np.array(
    [[80, 80, 112, 112], [304, 96, 336, 128], [480, 320, 512, 352], [96, 352, 128, 384]], np.float64
)
OTHERS = np.array([[200, 200, 232, 232], [400, 80, 432, 112], [320, 400, 352, 432]], np.float64)


def planted_map(seed: int = 1, noise: float = 0.2) -> FeatureMap:
    """Noise with a direction of its own on the ground, on the objects and on the others."""
    random = np.random.default_rng(seed)
    ground, thing, other = np.linalg.qr(np.random.default_rng(0).normal(size=(FEATURES, 3)))[0].T
    features = np.tile(ground, (ROWS, COLUMNS, 1))
    for boxes, direction in ((OBJECTS, thing), (OTHERS, 0.6 * thing + 0.8 * other)):
        for left, top, right, bottom in (boxes / CELL_PX).astype(int):
            features[top:bottom, left:right] = direction
    features = (features + noise * random.normal(size=features.shape)).astype(np.float32)
    projection = Projection.fit(features.reshape(-1, FEATURES), 16)
    valid = np.ones((ROWS, COLUMNS), np.bool_)
    valid[:, -5:] = False
    return FeatureMap(
        projection.encode(features), valid, projection, PixelSize(COLUMNS * CELL_PX, ROWS * CELL_PX)
    )


def ious(boxes: Floats, others: Floats) -> Floats:
    """Return (N, M) intersection over union of boxes."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=-1)
    areas = [(each[:, 2:] - each[:, :2]).prod(axis=1) for each in (boxes, others)]
    shares: Floats = shared / (areas[0][:, None] + areas[1][None] - shared)
    return shares
