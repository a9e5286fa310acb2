"""Means over boxes, cell by cell and by running sums."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.similarity.feature_map import CELL_PX
from detectors.similarity.pooling import BoxMeans, pooled_features, scaled
from tests.support.planted import planted_map


def _mean(values: np.ndarray, box: np.ndarray) -> np.ndarray:
    """The slow reference: 16 x 16 points in every cell."""
    fine = np.repeat(np.repeat(values, 16, axis=0), 16, axis=1)
    left, top, right, bottom = (np.clip(box, 0, None) * 16).round().astype(int)
    return fine[top:bottom, left:right].reshape(-1, *values.shape[2:])


def test_parts_of_a_box_are_the_means_of_the_cells_it_covers() -> None:
    features = planted_map()
    cells = features.projection.decode(features.codes).astype(np.float64)
    box = np.array([10.25, 7.5, 14.75, 11.0])
    whole, core, wide = (_mean(cells, each) for each in (box, scaled(box, 0.5), scaled(box, 2.0)))
    ring = (wide.sum(axis=0) - whole.sum(axis=0)) / (len(wide) - len(whole))
    [found] = pooled_features(features, box[None] * CELL_PX)
    assert np.allclose(found, [whole.mean(axis=0), core.mean(axis=0), ring], atol=0.02)


def test_what_lies_outside_of_the_scene_does_not_count() -> None:
    features = planted_map()
    [inside, outside] = pooled_features(features, np.array([[0.0, 0, 64, 64], [-900.0, -900, -800, -800]]))
    assert np.isfinite(inside).all()
    assert np.allclose(outside, features.projection.mean)


@pytest.mark.parametrize("step", [0.5, 1.0])
def test_running_sums_agree_with_the_boxes(step: float) -> None:
    values = np.random.default_rng(2).normal(size=(9, 12)).astype(np.float32)
    means = BoxMeans(values, step)
    sums, areas = means.sums(2.5, 3.0)
    assert sums.shape == areas.shape == (len(means.rows), len(means.columns))
    for row, column in ((0, 0), (3, 4), (len(means.rows) - 1, len(means.columns) - 1)):
        y, x = means.rows[row], means.columns[column]
        box = np.clip(np.array([x - 1.25, y - 1.5, x + 1.25, y + 1.5]), 0, [12, 9, 12, 9])
        assert areas[row, column] == pytest.approx((box[2] - box[0]) * (box[3] - box[1]))
        assert sums[row, column] / areas[row, column] == pytest.approx(_mean(values, box).mean(), abs=0.05)
