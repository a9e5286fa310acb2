"""Search for misses: what was on the screen counts as seen, and a sweep goes over the rest."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

import numpy as np
import pytest

from geoengine.project import Project
from tests.support.browser import Analyst, Server, wait_for
from tests.support.views import read
from tiling.arrays import Mask

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

WORDS = "document.querySelector('.sweep-words').textContent"


def seen_by(project: Project, author: str | None = "ana") -> Mask:
    with project.store() as store:
        return np.asarray(read(store).seen_ground(1, author))


def start(ana: Analyst) -> int:
    """Begin a sweep with a small window; return how many cells it has."""
    ana.page.set_viewport_size({"width": 900, "height": 620})
    ana.open("#scene=1")
    ana.keys("F3")
    ana.until("!document.querySelector('.sweep').hidden")
    ana.idle()
    return int(str(ana.evaluate(WORDS)).split(" of ")[1].split(" ")[0])


def done(ana: Analyst, number: int, total: int) -> None:
    words = f"{number} of {total} cells, {100 * number // total} %"
    ana.until(f"{WORDS} === '{words}'")


def view(ana: Analyst) -> list[float]:
    return list(ana.evaluate("window.geoengine.toWorld([400, 300])"))


def test_what_is_on_screen_at_1_to_1_for_half_a_second_is_seen(analyst: Arrive, project: Project) -> None:
    ana = analyst()
    ana.open("#scene=1")
    assert ana.evaluate("window.geoengine.resolution") > 0.5  # the whole scene: too far for anything to count
    ana.page.wait_for_timeout(1200)
    assert ana.evaluate("Object.keys(localStorage).filter((key) => key.includes('/seen/')).length") == 0
    ana.keys("?")
    ana.keys("Escape")
    ana.keys("z")
    wait_for(lambda: seen_by(project).any(), "the server has what was seen")
    seen = seen_by(project)
    assert 0 < seen.sum() < seen.size
    assert not seen_by(project, "ben").any()


def test_space_goes_on_and_a_restart_of_the_server_loses_nothing(
    analyst: Arrive, project: Project, server: Server
) -> None:
    ana = analyst()
    total = start(ana)
    assert total >= 4
    first = view(ana)
    ana.keys("Space")
    done(ana, 1, total)
    ana.until(f"window.geoengine.toWorld([400, 300])[0] !== {first[0]}")
    done(ana, 2, total)
    ana.keys("Shift+Space")
    ana.until(f"Math.abs(window.geoengine.toWorld([400, 300])[0] - {first[0]}) < 0.01")
    ana.keys("Space")  # on to the first that has unseen ground
    done(ana, 2, total)
    server.kill()
    ana.page.wait_for_timeout(2500)  # what was seen cannot be sent
    server.start()
    ana.page.reload()
    ana.until("Boolean(window.geoengine && window.geoengine.scene === 1)")
    ana.idle()
    ana.keys("F3")
    ana.until("!document.querySelector('.sweep').hidden")
    ana.until(f"parseInt({WORDS}) >= 2")
    for number in range(int(str(ana.evaluate(WORDS)).split(" ")[0]) + 1, total + 1):
        ana.keys("Space")
        ana.until(f"parseInt({WORDS}) >= {number}")
    ana.keys("Space")
    ana.until("document.querySelector('.notice').textContent.startsWith('All ')")
    wait_for(lambda: seen_by(project).all(), "all of the scene was seen")
    with urllib.request.urlopen(f"{server.url}/api/scenes/1/seen") as reply:
        assert json.load(reply)["share"] == 1


def test_space_sets_a_corner_while_something_is_drawn(analyst: Arrive) -> None:
    ana = analyst()
    start(ana)
    before = view(ana)
    ana.keys("d")
    ana.page.mouse.click(400, 300)
    ana.page.mouse.move(480, 300)
    ana.keys("Space")
    ana.page.mouse.move(480, 380)
    ana.keys("Space", "Enter")
    ana.until("window.geoengine.features().some((f) => f.score === null)")
    assert view(ana) == before
    # The view has moved meanwhile: the next Space comes back to where one was.
    ana.keys("Escape", "Escape")
    ana.keys("Shift+ArrowRight")
    ana.until(f"window.geoengine.toWorld([400, 300])[0] !== {before[0]}")
    ana.idle()  # not while it still moves
    ana.keys("Space")
    ana.until(f"Math.abs(window.geoengine.toWorld([400, 300])[0] - {before[0]}) < 0.01")
    assert view(ana) == pytest.approx(before)


def test_the_window_is_resized_and_the_nearest_unseen_is_gone_to(analyst: Arrive) -> None:
    ana = analyst()
    total = start(ana)
    ana.keys("Space")
    done(ana, 1, total)
    ana.page.set_viewport_size({"width": 760, "height": 520})
    ana.until(f"parseInt({WORDS}.split(' of ')[1]) > {total}")
    ana.until(f"parseInt({WORDS}) >= 1")
    assert ana.evaluate("!document.querySelector('.board .unseen').hidden")
    ana.keys("f")
    ana.keys("Control+F3")
    ana.until("Math.abs(window.geoengine.resolution - 0.5) < 1e-6")
    ana.page.click(".sweep button:has-text('End')")
    ana.until("document.querySelector('.sweep').hidden")
