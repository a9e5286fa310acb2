"""Snapping that wrecks no small object: held back, ringed, and off by class."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.ground import Ground, Hands, box

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Desk = Callable[..., Hands]


def test_small_objects_side_by_side_keep_their_size(desk: Desk, ground: Ground) -> None:
    ground.put()
    ana = desk()
    ana.keys("d")
    for n in range(3):
        left = 400 + 9 * n
        ana.clicks((left, 400), (left + 6, 400), (left + 6, 403), (left, 403))
        ana.keys("Enter")
    ana.settled()
    sizes = [tuple(round(side) for side in size(ground, feature.uid)) for feature in ground.new()]
    assert sizes == [(6, 3)] * 3


def test_a_corner_snaps_to_a_neighbour_unless_its_class_does_not(desk: Desk, ground: Ground) -> None:
    (uid,) = ground.put(box(300, 300, 400, 400))
    ana = desk()
    ana.keys("d")
    ana.clicks((404, 300), (500, 300), (500, 396), (404, 396))
    ana.keys("Enter")
    ana.settled()
    (first,) = ground.new()
    assert {(400, 300), (400, 400)} <= first.corners
    ana.keys("Control+F2")
    assert "does not snap" in ana.notice()
    ana.clicks((296, 300), (200, 300), (200, 396), (296, 396))
    ana.keys("Enter")
    ana.settled()
    (second,) = [feature for feature in ground.new() if feature.uid != first.uid]
    assert {(296, 300), (296, 396)} <= second.corners
    # Dragged, a corner of the class does not snap either, until it is on again.
    ana.keys("Escape", "Control+F2")
    assert "snaps to" in ana.notice()
    ana.select(second.uid, (250, 350))
    ana.pull((296, 396), (298, 400))
    ana.settled()
    assert (300, 400) in ground.one(second.uid).corners
    assert ground.one(uid).revision == 1


def size(ground: Ground, uid: str) -> tuple[float, float]:
    left, top, right, bottom = ground.one(uid).outline.bounds
    return right - left, bottom - top
