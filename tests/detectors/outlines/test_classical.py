"""Painted objects are outlined from a click, from two, and from a box."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from detectors.outlines.classical import propose
from detectors.outlines.prompt import Prompt, View

SIDE = 160
ROOF = shapely.box(60, 50, 104, 82)


def town(*roofs: shapely.Polygon, seed: int = 3) -> View:
    """Noisy ground with bright roofs."""
    rgb = np.random.default_rng(seed).integers(60, 100, (SIDE, SIDE, 3), dtype=np.uint8)
    for roof in roofs:
        x0, y0, x1, y1 = (int(value) for value in roof.bounds)
        rgb[y0:y1, x0:x1] += 110
    return View(rgb, np.ones((SIDE, SIDE), bool))


def iou(one: shapely.Polygon, other: shapely.Polygon) -> float:
    shared = one.intersection(other).area
    return float(shared / (one.area + other.area - shared))


@pytest.mark.parametrize(
    "prompt",
    [
        Prompt(((82.0, 66.0),)),
        Prompt(((66.0, 56.0), (98.0, 76.0))),
        Prompt(box=(56.0, 46.0, 109.0, 86.0)),
    ],
    ids=["click", "two clicks", "box"],
)
def test_a_roof_is_outlined(prompt: Prompt) -> None:
    best, *others = propose(town(ROOF), prompt)
    assert iou(best.polygon, ROOF) > 0.85
    assert best.polygon.is_valid
    assert len(best.polygon.exterior.coords) < 30
    assert all(0 <= other.quality <= best.quality <= 1 for other in others)
    assert len(others) < 3


def test_a_negative_point_keeps_the_neighbour_out() -> None:
    beside = shapely.box(104, 50, 140, 82)
    prompt = Prompt(((82.0, 66.0),), ((122.0, 66.0),))
    found = propose(town(ROOF, beside), prompt)
    assert found
    assert all(not outline.polygon.contains(shapely.Point(122, 66)) for outline in found)


def test_where_the_scene_has_nothing_there_is_no_object() -> None:
    view = town(ROOF)
    view.valid[:, 82:] = False
    best = propose(view, Prompt(((70.0, 66.0),)))[0]
    assert best.polygon.bounds[2] < 83


def test_a_flat_view_gives_no_error() -> None:
    flat = View(np.full((SIDE, SIDE, 3), 120, np.uint8), np.ones((SIDE, SIDE), bool))
    assert all(o.polygon.is_valid for o in propose(flat, Prompt(((80.0, 80.0),))))
    assert propose(View(flat.rgb[:4, :4], flat.valid[:4, :4]), Prompt(((2.0, 2.0),))) == []
