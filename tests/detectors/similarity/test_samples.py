"""Places to learn from."""

from __future__ import annotations

import numpy as np

from detectors.similarity.samples import COPIES, background_boxes, with_copies
from tests.support.planted import OBJECTS, planted_map


def test_copies_say_which_box_they_show() -> None:
    boxes, shown = with_copies(OBJECTS, np.random.default_rng(1))
    assert len(boxes) == len(shown) == len(OBJECTS) * (COPIES + 1)
    assert np.abs(boxes - OBJECTS[shown]).max() <= 0.08 * 32


def test_background_keeps_to_valid_cells_away_from_objects() -> None:
    features, random = planted_map(), np.random.default_rng(1)
    boxes = background_boxes(features, np.array([[32.0, 32.0]]), OBJECTS, 2000, random)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    assert 1900 < len(boxes) < 2000
    assert middle[:, 0].max() < 75 * 8
    assert not any(np.all((middle >= box[:2]) & (middle <= box[2:]), axis=1).any() for box in OBJECTS)
    features.valid[:] = False
    assert background_boxes(features, np.array([[32.0, 32.0]]), OBJECTS, 9, random).shape == (0, 4)
