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


def differing(one: npt.NDArray[np.int16], other: npt.NDArray[np.int16]) -> int:
    """Return how many pixels of two pictures of one place differ."""
    return int((one != other).any(axis=2).sum())


def white(picture: npt.NDArray[np.int16]) -> int:
    """Return how many pixels are white, as frame and corners of what is selected."""
    return int((picture.min(axis=2) > 250).sum())


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

    def shot() -> npt.NDArray[np.int16]:
        return seen(ana, (280, 280), (520, 380))

    ana.keys("Escape", "l")  # away with both, for the picture of the ground
    ana.idle()
    ground_alone = shot()
    ana.keys("l")

    def drawn() -> bool:
        return differing(shot(), ground_alone) > 500

    def bare() -> bool:
        return differing(shot(), ground_alone) == 0

    wait_for(drawn, "both objects are drawn")
    ana.select(first, (340, 330))
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


def test_nothing_of_an_object_is_covered_but_by_its_line(desk: Arrive, ground: Ground) -> None:
    (first,) = ground.put(box(300, 300, 380, 360), proposed=True)
    ana = desk()
    inside, outside = ((304, 304), (376, 356)), ((270, 270), (410, 390))
    ana.page.mouse.move(*ana.screen((600, 600)))
    whole = seen(ana, *outside)
    ana.page.keyboard.down("l")
    wait_for(lambda: differing(seen(ana, *outside), whole) > 100, "nothing is drawn")
    bare = seen(ana, *inside)
    ana.page.wait_for_timeout(400)
    ana.page.keyboard.up("l")
    wait_for(lambda: differing(seen(ana, *outside), whole) == 0, "the object is drawn")
    assert (seen(ana, *inside) == bare).all()

    ana.move((340, 330))  # under the mouse it has a light fill
    wait_for(lambda: (seen(ana, *inside) != bare).mean() > 0.5, "it is filled")
    assert np.abs(seen(ana, *inside) - bare).max() < 40
    ana.move((600, 600))
    wait_for(lambda: (seen(ana, *inside) == bare).all(), "it is filled no more")

    ana.select(first, (340, 330))
    ana.move((600, 600))
    wait_for(lambda: (seen(ana, *inside) == bare).all(), "what is selected has a frame outside of it")
    assert white(seen(ana, *outside)) > 200


def test_corners_are_shown_where_the_mouse_is(desk: Arrive, ground: Ground) -> None:
    large, small = ground.put(box(300, 300, 460, 420), box(600, 300, 622, 322))
    ana = desk()
    ana.select(large, (380, 360))
    near, far = ((300, 300), (306, 306)), ((454, 414), (460, 420))
    ana.move((320, 320))
    wait_for(lambda: white(seen(ana, *near)) > 1, "the corner near the mouse is shown")
    assert white(seen(ana, *far)) == 0
    ana.move((430, 400))
    wait_for(lambda: white(seen(ana, *far)) > 1, "the other corner is shown")
    assert white(seen(ana, *near)) == 0
    ana.select(small, (611, 311))
    ana.move((611, 312))
    ana.idle()
    assert white(seen(ana, (601, 301), (621, 321))) == 0  # corners would hide it
