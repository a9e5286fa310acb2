"""Clipping labels to a crop."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from detectors.training.samples import Sample, clip_polygons, draw_chances
from tests.support.detection_strategies import polygons, quick

WINDOW = (20.0, 30.0, 90.0, 80.0)


def array(shapes: list[Polygon]) -> np.ndarray:
    out = np.empty(len(shapes), object)
    out[:] = shapes
    return out


@quick
@given(st.lists(polygons(), max_size=8), st.floats(0, 1))
def test_fragments_are_inside_the_chip_and_visible_enough(shapes: list[Polygon], share: float) -> None:
    kept, index = clip_polygons(array(shapes), WINDOW, share)
    assert len(kept) == len(index)
    assert list(index) == sorted(set(index))
    for shape, i in zip(kept, index, strict=True):
        assert box(*WINDOW).buffer(1e-6).covers(shape)
        assert shape.area >= max(4.0, share * shapes[i].area)
    inside = {i for i, shape in enumerate(shapes) if box(*WINDOW).contains(shape) and shape.area >= 5}
    assert inside <= set(index)


def test_the_largest_part_is_kept_also_of_an_outline_that_crosses_itself() -> None:
    horseshoe = Polygon([(0, 40), (60, 40), (60, 50), (10, 50), (10, 60), (60, 60), (60, 70), (0, 70)])
    [part], _ = clip_polygons(array([horseshoe]), WINDOW, 0.3)
    assert part.bounds in [(20, 40, 60, 50), (20, 60, 60, 70)]
    # A bow tie with a spike becomes a collection that holds a multi-polygon.
    tie = Polygon([(30, 50), (70, 50), (85, 50), (70, 50), (70, 70), (30, 35)])
    [part], _ = clip_polygons(array([tie]), WINDOW, 0.0)
    assert part.is_valid
    assert part.area == max(p.area for p in shapely.get_parts(shapely.get_parts(shapely.make_valid(tie))))


def test_nothing_clips_to_nothing() -> None:
    kept, index = clip_polygons(array([]), WINDOW, 0.3)
    assert (len(kept), index.dtype) == (0, np.int64)


def test_images_with_a_rare_class_are_drawn_more_often() -> None:
    def image(*labels: int) -> Sample:
        shapes = np.array([shapely.box(0, 0, 4, 4)] * len(labels), object)
        pixels = np.zeros((8, 8, 3), np.uint8)
        return Sample(
            "s",
            "set",
            pixels,
            shapes,
            np.array(labels, np.int64),
            np.ones(2, bool),
            np.ones(len(labels), bool),
        )

    samples = [image(1)] * 90 + [image(1, 2)] * 5 + [image()] * 5
    chances = draw_chances(samples, 0.2)
    assert chances.sum() == pytest.approx(1)
    assert chances[92] == pytest.approx(2 * chances[0])  # sqrt(0.2 / 0.05)
    assert chances[99] == chances[0]
    assert np.allclose(draw_chances(samples, 0.0), 0.01)
