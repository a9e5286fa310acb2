"""Outlines are ranked by what is seen of them and by the sizes that are known."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from detectors.outlines.basins import gradient, lab_colours
from detectors.outlines.classical import candidates, propose
from detectors.outlines.prompt import Prompt, View
from detectors.outlines.ranking import TRAITS, best_of, score, size_trait, traits_of

SIDE = 200
INNER, OUTER = shapely.box(86, 88, 116, 112), shapely.box(60, 55, 145, 140)
CLICK = Prompt(((100.0, 99.0),))


def nested() -> View:
    """A skylight on a roof: both stand out as much."""
    rgb = np.random.default_rng(5).integers(60, 80, (SIDE, SIDE, 3), dtype=np.uint8)
    for shape in (OUTER, INNER):
        x0, y0, x1, y1 = (int(value) for value in shape.bounds)
        rgb[y0:y1, x0:x1] += 60
    return View(rgb, np.ones((SIDE, SIDE), bool))


def iou(one: shapely.Polygon, other: shapely.Polygon) -> float:
    shared = one.intersection(other).area
    return float(shared / (one.area + other.area - shared))


@pytest.mark.parametrize("wanted", [INNER, OUTER], ids=["skylight", "roof"])
def test_sizes_of_its_kind_tell_which_of_two_is_meant(wanted: shapely.Polygon) -> None:
    kin = [wanted.area * factor for factor in (0.8, 0.9, 1.0, 1.2)]
    assert iou(propose(nested(), CLICK, kin)[0].polygon, wanted) > 0.85


def test_two_sizes_tell_nothing() -> None:
    view = nested()
    alone = propose(view, CLICK)
    assert propose(view, CLICK, [1.0, 2.0]) == alone
    assert propose(view, CLICK) == alone  # the same again


def test_the_size_trait() -> None:
    kin = [90.0, 100.0, 110.0]
    assert size_trait(100.0, kin[:2]) == 0.0
    assert size_trait(99.7, kin) == pytest.approx(0.0, abs=1e-3)
    assert size_trait(99.7 * np.exp(0.25), kin) == pytest.approx(-1.0, abs=0.05)
    assert size_trait(1e6, kin) == -9.0
    # Where all are the same, another may still be a little larger.
    assert size_trait(110.0, [100.0] * 5) > -1.0


def test_every_candidate_has_all_traits() -> None:
    found = list(candidates(nested(), CLICK))
    assert len(found) > 9
    for shape, traits in found:
        assert traits.shape == (len(TRAITS) - 1,)
        assert np.isfinite(traits).all()
        assert shape.is_valid


def test_an_outline_on_the_border_is_better_than_one_beside_it() -> None:
    view = nested()
    lab = lab_colours(view.rgb)
    y, x = np.indices((SIDE, SIDE)) + 0.5

    def ranked(shape: shapely.Polygon) -> float:
        part = shapely.contains_xy(shape, x, y)
        traits = traits_of(part, shape, lab, gradient(lab), CLICK.points[0])
        return float(score(np.append(traits, 0.0)[None])[0])

    assert ranked(OUTER.buffer(9, join_style="mitre")) < ranked(OUTER)


def test_the_first_has_the_largest_expected_overlap_and_the_next_adds_most() -> None:
    # Two nearly alike are together likelier than the one with the highest score.
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(50, 0, 60, 10), shapely.box(50, 0, 60, 10.5)]
    scores = np.log([0.4, 0.35, 0.25])
    (first, quality), (second, other) = best_of(shapes, scores, 2)
    assert (first, second) == (1, 0)
    assert quality == pytest.approx(0.35 + 0.25 / 1.05)
    assert other == pytest.approx(0.4)
    assert best_of(shapes[:1], scores[:1], 3) == [(0, 1.0)]


def test_a_part_without_an_inside_has_traits() -> None:
    lab = lab_colours(nested().rgb)
    part = np.zeros((SIDE, SIDE), bool)
    part[50:52, 20:60] = True
    traits = traits_of(part, shapely.box(20, 50, 60, 52), lab, gradient(lab), (40.0, 51.0))
    assert np.isfinite(traits).all()
