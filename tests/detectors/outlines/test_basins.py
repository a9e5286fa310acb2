"""Basins of a view: colours, gradient and watershed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from detectors.outlines.basins import Basins, flooded, gradient, lab_colours
from detectors.outlines.prompt import View

SIDE = 160
ROOF = shapely.box(60, 50, 104, 82)


def town(*roofs: shapely.Polygon, seed: int = 3) -> View:
    """Noisy ground with bright roofs."""
    rgb = np.random.default_rng(seed).integers(60, 100, (SIDE, SIDE, 3), dtype=np.uint8)
    for roof in roofs:
        x0, y0, x1, y1 = (int(value) for value in roof.bounds)
        rgb[y0:y1, x0:x1] += 110
    return View(rgb, np.ones((SIDE, SIDE), bool))


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


def test_flooding_ends_at_the_ridge() -> None:
    steep = np.zeros((9, 21))
    steep[:, 12] = 10
    markers = np.zeros((9, 21), np.int32)
    markers[4, 2], markers[4, 19] = 1, 2
    found = flooded(steep, markers)
    assert (found[:, :12] == 1).all()
    assert (found[:, 13:] == 2).all()
