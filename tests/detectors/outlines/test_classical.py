"""Painted objects are outlined from a click, from two, and from a box."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from detectors.errors import PromptError
from detectors.outlines.basins import Basins, flooded, gradient, lab_colours
from detectors.outlines.classical import propose
from detectors.outlines.cut import _cheapest
from detectors.outlines.prompt import Prompt, View
from detectors.outlines.trace import trace

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


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ({}, "Neither a point nor a box"),
        ({"points": ((float("nan"), 1.0),)}, "not finite"),
        ({"box": (3.0, 0.0, 3.0, 9.0)}, "a width and a height"),
    ],
)
def test_a_prompt_that_points_at_nothing_is_refused(prompt: dict, message: str) -> None:
    with pytest.raises(PromptError, match=message):
        Prompt(**prompt)


def test_basins_are_a_partition_and_their_colours_means() -> None:
    lab = lab_colours(town(ROOF).rgb)
    basins = Basins.of(lab, gradient(lab))
    assert basins.number.min() == 0
    assert basins.area.sum() == SIDE * SIDE
    assert basins.colour[5] == pytest.approx(lab[basins.number == 5].mean(axis=0))
    assert abs(basins.contact - basins.contact.T).max() == 0


def test_lab_of_known_colours() -> None:
    # CIE 15: white is (100, 0, 0); sRGB red is (53.24, 80.09, 67.20).
    found = lab_colours(np.array([[[255, 255, 255], [255, 0, 0], [0, 0, 0]]], np.uint8))[0]
    assert found == pytest.approx(np.array([[100, 0, 0], [53.24, 80.09, 67.20], [0, 0, 0]]), abs=0.05)


def test_the_cut_is_the_cheapest_of_all() -> None:
    from itertools import product

    from scipy.sparse import coo_matrix

    rng = np.random.default_rng(4)
    for _ in range(20):
        upper = np.triu(rng.integers(0, 3, (6, 6)), 1)
        contact, gain = upper + upper.T, rng.integers(-150, 150, 6).astype(float)

        def cost(mine: np.ndarray, contact: np.ndarray = contact, gain: np.ndarray = gain) -> float:
            return float(50 * contact[mine][:, ~mine].sum() - gain[mine].sum())

        found = _cheapest(coo_matrix(contact.astype(float)).tocsr(), gain)
        assert cost(found) == pytest.approx(min(cost(np.array(s)) for s in product([False, True], repeat=6)))


def test_flooding_ends_at_the_ridge() -> None:
    steep = np.zeros((9, 21))
    steep[:, 12] = 10
    markers = np.zeros((9, 21), np.int32)
    markers[4, 2], markers[4, 19] = 1, 2
    found = flooded(steep, markers)
    assert (found[:, :12] == 1).all()
    assert (found[:, 13:] == 2).all()


def test_tracing_places_cells_by_the_corner_convention() -> None:
    mask = np.zeros((20, 30), bool)
    mask[5:15, 8:24] = True
    outline = trace(mask, (100.0, 200.0), 2.0)
    assert outline is not None
    assert iou(outline, shapely.box(116, 210, 148, 230)) > 0.95
    mask[7:13, 11:20] = False
    holed = trace(mask)
    assert holed is not None
    assert len(holed.interiors) == 1
    assert trace(np.zeros((5, 5), bool)) is None
