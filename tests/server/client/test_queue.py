"""The review queue: its orders, and why an object is next."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from tests.support.browser import Analyst
from tests.support.ground import Ground, Hands, box

Open = Callable[..., Hands]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# By place from left to right in one strip; in the order of their scores; their sides in pixels.
SIDES = (24, 60, 40, 30)


def put(ground: Ground) -> list[str]:
    """Propose four squares side by side, the surest at the left."""
    return ground.put(
        *(box(100 + 150 * n, 500, 100 + 150 * n + side, 500 + side) for n, side in enumerate(SIDES)),
        proposed=True,
    )


def at_hand(ana: Analyst, uid: str) -> None:
    ana.until(f"document.body.dataset.selected === '{uid}' && window.geoengine.idle")


def why(ana: Analyst) -> str:
    return str(ana.page.inner_text(".decision .why"))


def test_another_order_by_mouse_and_by_key_is_kept(ground: Ground, desk: Open) -> None:
    uids = put(ground)
    ana = desk()
    ana.keys("n")
    at_hand(ana, uids[0])
    assert why(ana) == "score 0.99, surest first"
    assert "1 of 4" in ana.page.inner_text(".decision .position")

    ana.page.select_option("#queue-order", "size")
    at_hand(ana, uids[1])
    assert why(ana).startswith("30.0 m")
    assert why(ana).endswith("largest first")
    ana.keys("n")
    at_hand(ana, uids[2])

    ana.page.select_option("#queue-order", "surest")
    # What was skipped is the last.
    at_hand(ana, uids[0])
    ana.keys("Alt+q")
    at_hand(ana, uids[3])
    assert ana.evaluate("document.querySelector('#queue-order').value") == "least-sure"
    assert "least sure first" in ana.page.inner_text(".notice")
    ana.page.reload()
    ana.idle()
    ana.keys("n")
    at_hand(ana, uids[3])
    assert why(ana).endswith("least sure first")


def test_the_nearest_comes_next_and_the_class_by_class(ground: Ground, desk: Open) -> None:
    uids = put(ground)
    trees = ground.add(box(180, 700, 220, 740), proposed=True, class_key="tree")
    ana = desk()
    ana.keys("n")
    at_hand(ana, uids[0])
    ana.page.select_option("#queue-order", "class")
    ana.until("document.querySelector('.decision .why').textContent.startsWith('Building')")
    for uid in uids:
        at_hand(ana, uid)
        ana.keys("a")
    at_hand(ana, trees[0])
    assert why(ana).startswith("Tree")
    ana.status("saved")

    ground.put(
        *(
            box(100 + 200 * col, 150 + 180 * row, 140 + 200 * col, 190 + 180 * row)
            for col in range(4)
            for row in range(4)
        ),
        proposed=True,
    )
    ana.page.reload()
    ana.idle()
    ana.keys("n")
    ana.until("Boolean(document.body.dataset.selected)")
    ana.page.select_option("#queue-order", "nearest")
    ana.until("document.querySelector('.decision .why').textContent.startsWith('nearest')")
    places = []
    for _ in range(16):
        ana.until("document.body.dataset.selectedState === 'proposed' && window.geoengine.idle")
        uid = ana.evaluate("document.body.dataset.selected")
        centroid = ground.one(uid).outline.centroid
        places.append((centroid.x, centroid.y))
        ana.keys("a")
        ana.until(f"document.body.dataset.selected !== '{uid}'")
    steps = [max(abs(x - u), abs(y - v)) for (x, y), (u, v) in itertools.pairwise(places)]
    assert sorted(steps)[-2] <= 200  # but for one way back to where it began
    ana.settled()  # the next test empties the scene


def test_pairs_that_overlap_are_decided_by_key_and_by_mouse(ground: Ground, desk: Open) -> None:
    def state(uid: str) -> str:
        return f"window.geoengine.feature('{uid}')?.state"

    def has_pair(number: int) -> None:
        ana.until(f"document.body.dataset.review === '{number} of 3'")
        ana.until("!document.querySelector('.pair-decisions').hidden && window.geoengine.idle")

    one, twin, *_ = ground.put(
        box(100, 300, 160, 360), box(105, 300, 165, 360),
        box(300, 300, 360, 360), box(310, 300, 370, 360),
        box(520, 320, 540, 340), box(500, 300, 580, 380),
        box(700, 300, 760, 360),
        proposed=True,
    )  # fmt: skip
    ana = desk()
    ana.keys("Alt+o")
    has_pair(1)
    assert ana.page.inner_text(".decision .why").startswith("two of Building overlap: IoU 0.85")
    ana.keys("Alt+j")
    has_pair(2)
    assert ana.evaluate(f"{state(one)} + ' ' + {state(twin)}") == "proposed rejected"
    ana.keys("Control+z", "p")
    has_pair(1)
    ana.page.click("[data-command=pair-both]")
    has_pair(2)
    ana.keys("Alt+m")
    has_pair(3)
    ana.keys("Alt+b")
    ana.until("document.querySelector('.notice').textContent.startsWith('No pair of overlapping')")
    ana.status("saved")
    ana.page.reload()
    ana.idle()
    # What was kept twice is not asked again, and the kept ones wait for their review.
    ana.keys("Alt+o")
    ana.until("document.querySelector('.notice').textContent.startsWith('No pair of overlapping')")
    ana.page.select_option("#queue-order", "surest")
    ana.until("document.body.dataset.review === '1 of 5'")
