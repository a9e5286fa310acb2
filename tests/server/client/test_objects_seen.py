"""How objects are drawn and framed in a real browser: what of the raster stays to be seen, and at which zoom."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests.support.browser import GSD, wait_for
from tests.support.ground import Ground, Hands, Pixel, box

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[..., Hands]
SCALE = f"{GSD} / geoengine.resolution"


def seen(desk: Hands, left_top: Pixel, right_bottom: Pixel) -> npt.NDArray[np.int16]:
    """Return what is on the screen between two raster pixels, (rows, columns, 3)."""
    (left, top), (right, bottom) = desk.screen(left_top), desk.screen(right_bottom)
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    picture = Image.open(io.BytesIO(desk.page.screenshot(clip=clip))).convert("RGB")
    return np.asarray(picture).astype(np.int16)


def blue(picture: npt.NDArray[np.int16]) -> int:
    """Return how many pixels have the colour of a building."""
    return int((np.abs(picture - [0x56, 0xB4, 0xE9]).max(axis=2) < 12).sum())


def test_objects_are_framed_at_whole_ratios_with_their_surroundings(desk: Arrive, ground: Ground) -> None:
    sizes = [6, 30, 200, 80, 500]
    places = [(500, 500), (700, 300), (200, 600), (300, 300), (300, 400)]
    uids = ground.put(
        *(box(x, y, x + side, y + side) for side, (x, y) in zip(sizes, places, strict=True)), proposed=True
    )
    ana = desk()
    ana.keys("q")
    scales = []
    for uid in uids:
        ana.until(f"document.body.dataset.selected === '{uid}'")
        ana.idle()
        scales.append(ana.evaluate(SCALE))
        ana.keys("a")
    # 30 px still fit at 4:1, and so do 80 after 200; 500 do not.
    assert scales == [4, 4, 1, 1, 0.25]


def test_an_object_in_the_corner_of_the_scene_is_not_under_a_card(desk: Arrive, ground: Ground) -> None:
    (uid,) = ground.put(box(2, 984, 40, 1020), proposed=True)
    ana = desk()
    ana.keys("q")
    ana.until(f"document.body.dataset.selected === '{uid}'")
    ana.idle()
    for corner in [(2, 984), (40, 984), (2, 1020), (40, 1020)]:
        x, y = ana.screen(corner)
        assert ana.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", [x, y]) == "CANVAS"


def test_a_held_key_shows_the_scene_with_nothing_over_it(desk: Arrive, ground: Ground) -> None:
    first, _ = ground.put(box(300, 300, 380, 360), box(420, 300, 500, 360))
    ana = desk()
    ana.select(first, (340, 330))

    def drawn() -> bool:
        return blue(seen(ana, (280, 280), (520, 380))) > 100

    def bare() -> bool:
        return blue(seen(ana, (280, 280), (520, 380))) < 10

    wait_for(drawn, "both objects are drawn")
    ana.page.keyboard.down("l")
    wait_for(bare, "nothing is drawn")
    ana.page.wait_for_timeout(400)
    ana.clicks((460, 330))  # what is not drawn is not selected
    ana.page.keyboard.up("l")
    wait_for(drawn, "both are there again")
    assert ana.selected() == []

    ana.page.keyboard.down("l")
    ana.page.wait_for_timeout(400)
    ana.evaluate("window.dispatchEvent(new Event('blur'))")  # another window has the keyboard
    wait_for(drawn, "nothing stays hidden")
    ana.page.keyboard.up("l")

    ana.keys("l")
    wait_for(bare, "a tap hides them")
    ana.keys("l")
    wait_for(drawn, "and shows them")
