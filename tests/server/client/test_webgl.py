"""With WebGL the client is the same program: no page asks for it. The other tests run where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.browser import FLAGS, WITHOUT_WEBGL, Analyst, Server, add_earlier_town, launched, roof

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
ASK = "document.createElement('canvas').getContext('webgl2') !== null"


@pytest.fixture(scope="module", params=[[], [WITHOUT_WEBGL]], ids=["WebGL", "no WebGL"])
def browser(playwright: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    with launched(playwright, [*FLAGS, *request.param]) as browser:
        yield browser


def test_a_page_that_asks_for_webgl_is_noticed(analyst: Arrive, request: pytest.FixtureRequest) -> None:
    ana = analyst()
    ana.open()
    assert ana.evaluate(ASK) == ("no WebGL" not in request.node.name)
    assert ana.errors == ["Asked for webgl2"]
    ana.errors.clear()


def test_no_gesture_asks(analyst: Arrive, server: Server) -> None:
    add_earlier_town(server.project)
    ana = analyst()
    ana.page.goto(f"{ana.url}/")
    ana.page.wait_for_selector(".scene-card")
    ana.open("#scene=1")
    ana.keys("z", "F7", "]")
    ana.page.mouse.wheel(0, 200)
    ana.idle()
    ana.keys("z")
    ana.drag((roof(0).bounds[0], roof(0).bounds[1]), -14, -18)
    ana.keys("t")
    ana.drag((roof(0).centroid.x, roof(0).centroid.y), 20, 10)
    ana.keys("v", "Shift+Q", "e", "s", "s", "Enter", "Control+d", "Escape", "b")
    ana.drag((300, 620), 60, 40)
    ana.keys("d")
    for corner in [(500, 620), (560, 620), (500, 680), (560, 680)]:
        ana.click(corner)
    ana.keys("y", "w")
    ana.click((roof(5).centroid.x, roof(5).centroid.y))
    ana.until("Number(document.body.dataset.proposed) > 0")
    ana.keys("Enter", "k")
    ana.click((roof(1).centroid.x, roof(1).bounds[1] - 20))
    ana.click((roof(1).centroid.x, roof(1).bounds[3] + 20))
    ana.keys("Enter", "m")
    ana.click((400, 620))
    ana.click((460, 660))
    ana.keys("Escape", "s")
    ana.drag((300, 480), 200, 120)
    ana.keys("q", "a", "x", "o", "F6", "Control+z")
    ana.status("saved")
    assert ana.evaluate("geoengine.features().length") > 10
    assert ana.errors == []
