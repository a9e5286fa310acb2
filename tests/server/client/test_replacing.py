"""An object drawn over a proposal can take its place, by button and by key, in one step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.ground import Ground, Hands, box

Open = Callable[..., Hands]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

OFFER = ".offer"


def draw_over(ground: Ground, desk: Open) -> tuple[Hands, str]:
    """Draw a tree over a proposed building, two thirds of both in common."""
    (uid,) = ground.put(box(300, 300, 400, 400), proposed=True)
    ana = desk()
    ana.keys("z", "b", "2")
    start, end = ana.screen((320, 300)), ana.screen((420, 400))
    ana.page.mouse.move(*start)
    ana.page.mouse.down()
    ana.page.mouse.move(*end, steps=6)
    ana.page.mouse.up()
    ana.until(
        f"document.querySelector('{OFFER}').innerText.includes('Drawn over a proposal (Building, 0.99)')"
    )
    return ana, uid


@pytest.mark.parametrize("way", ["button", "key"])
def test_a_drawn_object_takes_the_place_of_a_proposal(ground: Ground, desk: Open, way: str) -> None:
    ana, uid = draw_over(ground, desk)
    if way == "button":
        ana.page.click(f"{OFFER} button")
    else:
        ana.keys("Alt+Enter")
    ana.until(f"document.querySelector('{OFFER}').hidden")
    ana.status("saved")
    (only,) = ground.all()
    assert (only.uid, only.class_key, only.state) == (uid, "tree", "accepted")
    assert only.outline.centroid.x == pytest.approx(370, abs=3)

    ana.keys("Escape", "Control+z")
    ana.status("saved")
    ana.until("window.geoengine.idle")
    assert {(one.uid == uid, one.state) for one in ground.all()} == {(True, "proposed"), (False, "accepted")}


def test_what_is_drawn_on_stays_beside_it(ground: Ground, desk: Open) -> None:
    ana, uid = draw_over(ground, desk)
    start, end = ana.screen((500, 500)), ana.screen((540, 530))
    ana.page.mouse.move(*start)
    ana.page.mouse.down()
    ana.page.mouse.move(*end, steps=6)
    ana.page.mouse.up()
    ana.until(f"document.querySelector('{OFFER}').hidden")
    ana.status("saved")
    assert ground.one(uid).state == "proposed"
    assert len(ground.all()) == 3
