"""Copy-paste: an object lands whole in a free place, its polygon where its pixels are."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from detectors.training.paste import RareObjects
from detectors.training.samples import Sample

_SIZE = 128


def made_sample(label: int, shapes: list[Polygon], outlined: bool = True) -> Sample:
    """White objects on black."""
    image = np.zeros((96, 96, 3), np.uint8)
    polygons = np.array(shapes, object)
    y, x = np.mgrid[:96, :96] + 0.5
    for polygon in shapes:
        image[shapely.contains_xy(polygon, x, y)] = 255
    labels = np.full(len(shapes), label, np.int64)
    return Sample("one", "set", image, polygons, labels, np.ones(2, bool), np.full(len(shapes), outlined))


def samples() -> list[Sample]:
    rare = made_sample(2, [Polygon([(20, 20), (70, 20), (70, 40), (40, 40), (40, 60), (20, 60)])])
    return [rare] + [made_sample(1, [box(10, 10, 30, 30)])] * 9


def test_only_classes_that_few_images_have_are_rare() -> None:
    assert list(RareObjects.of(samples(), 0.2).by_class) == [2]
    assert list(RareObjects.of(samples(), 0.05).by_class) == []
    assert list(RareObjects.of(samples(), 1.0).by_class) == [1, 2]


@pytest.mark.parametrize("seed", range(12))
def test_a_pasted_object_is_where_its_polygon_says_and_covers_nothing(seed: int) -> None:
    canvas = np.zeros((_SIZE, _SIZE, 3), np.uint8)
    labelled = np.array([box(0, 0, 40, 128)], object)
    shapes, labels, _ = RareObjects.of(samples(), 0.2).paste(
        canvas, labelled, np.random.default_rng(seed), zoom=0.8
    )
    if not len(shapes):
        assert not canvas.any()
        return
    assert labels.tolist() == [2]
    [shape] = shapes
    assert shape.distance(labelled[0]) > 0
    assert box(0, 0, _SIZE, _SIZE).contains(shape)
    y, x = np.mgrid[:_SIZE, :_SIZE] + 0.5
    inside = shapely.contains_xy(shape.buffer(-2), x, y)
    outside = ~shapely.contains_xy(shape.buffer(2), x, y)
    assert inside.any()
    assert canvas[inside].min() > 200
    assert canvas[outside].max() < 100


def test_where_there_is_no_room_nothing_happens() -> None:
    canvas = np.full((_SIZE, _SIZE, 3), 7, np.uint8)
    full = np.array([box(0, 0, _SIZE, _SIZE)], object)
    rng = np.random.default_rng(0)
    shapes, labels, _ = RareObjects.of(samples(), 0.2).paste(canvas, full, rng, 1.0)
    assert not len(shapes)
    assert not len(labels)
    assert (canvas == 7).all()
    assert not len(RareObjects.of([], 0.2).paste(canvas, full, rng, 1.0)[0])
    too_large, _, _ = RareObjects.of(samples(), 0.2).paste(canvas, full[:0], rng, 5.0)
    assert not len(too_large)


def test_a_boxed_object_comes_with_its_whole_box() -> None:
    boxed = made_sample(2, [box(20, 20, 60, 50)], outlined=False)
    canvas = np.zeros((_SIZE, _SIZE, 3), np.uint8)
    rare = RareObjects.of([boxed] + [made_sample(1, [box(10, 10, 30, 30)])] * 9, 0.2)
    [shape], _, outlined = rare.paste(canvas, np.empty(0, object), np.random.default_rng(3), 1.0)
    assert outlined.tolist() == [False]
    assert shapely.equals_exact(shapely.normalize(shape), shapely.normalize(box(*shape.bounds)), 1e-6)
