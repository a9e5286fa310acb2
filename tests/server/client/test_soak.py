"""Many random gestures, reloads and server restarts in between: afterwards page, server and the file on disk agree.

`GEOENGINE_SOAK=2000` says how many; a run of the whole suite takes fewer.
"""

from __future__ import annotations

import json
import os
import random
import urllib.request
from collections.abc import Callable

import pytest
import shapely

from tests.support.browser import Analyst, Server, to_pixels

pytestmark = [pytest.mark.browser, pytest.mark.timeout(3600)]

Arrive = Callable[[], Analyst]
GESTURES = int(os.environ.get("GEOENGINE_SOAK", "120"))
RESTART_EVERY, RELOAD_EVERY = 60, 40


class Restless:
    """An analyst who does something else every moment; the same for the same seed."""

    def __init__(self, analyst: Analyst, seed: int) -> None:
        self.ana, self.random = analyst, random.Random(seed)

    def act(self) -> None:
        choices = (
            [self.take] * 4
            + [self.key] * 6
            + [self.drag_corner] * 3
            + [self.draw] * 4
            + [self.cut] * 2
            + [self.box]
        )
        self.random.choice(choices)()
        self.ana.keys("Escape", "Escape") if self.random.random() < 0.3 else None

    def place(self) -> tuple[float, float]:
        return self.random.uniform(60, 960), self.random.uniform(60, 960)

    def outline(self) -> shapely.Polygon | None:
        found = self.ana.evaluate("() => geoengine.features().map((f) => f.geometry)")
        return to_pixels(shapely.geometry.shape(self.random.choice(found))) if found else None

    def take(self) -> None:
        self.ana.keys("v")
        outline = self.outline()
        if outline is not None:
            inside = outline.representative_point()
            self.ana.click((inside.x, inside.y))

    def key(self) -> None:
        keys = [
            "a",
            "r",
            "1",
            "2",
            "y",
            "Control+z",
            "Control+z",
            "Control+Shift+z",
            "Alt+ArrowLeft",
            "Delete",
            "Control+d",
        ]
        self.ana.keys("v", self.random.choice(keys))

    def drag_corner(self) -> None:
        held = self.ana.evaluate("() => geoengine.selection.map((f) => f.geometry)")
        if held:
            corners = to_pixels(shapely.geometry.shape(self.random.choice(held))).exterior.coords
            self.ana.drag(
                self.random.choice(corners), self.random.randint(-25, 25), self.random.randint(-25, 25)
            )

    def draw(self) -> None:
        self.ana.keys(self.random.choice("bi"))
        x, y = self.place()
        self.ana.click((x, y))
        self.ana.click((x + self.random.uniform(20, 60), y + self.random.uniform(20, 60)))
        self.ana.keys("Escape", "v")

    def cut(self) -> None:
        self.ana.keys("Escape", "k")
        x, y = self.place()
        self.ana.click((x, y))
        self.ana.click((x + self.random.uniform(-200, 200), y + 200))
        self.ana.keys("Enter", "Escape", "v")

    def box(self) -> None:
        self.ana.keys("v", "Control+a", self.random.choice(["Alt+ArrowDown", "2", "Escape"]))


def test_random_gestures_leave_one_truth(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    restless = Restless(ana, seed=20)
    for n in range(1, GESTURES + 1):
        restless.act()
        assert not ana.evaluate("Boolean(document.querySelector('dialog[open]'))"), (
            f"a dialog opened at gesture {n}"
        )
        if n % RESTART_EVERY == 0:
            server.kill()
            restless.act()
            server.start()
        if n % RELOAD_EVERY == 0:
            ana.page.reload()
            ana.idle()
    ana.status("saved")
    before = page_truth(ana)
    ana.page.reload()
    ana.idle()
    assert page_truth(ana) == before == server_truth(server)
    assert len(before) > 3
    on_disk = server.labels()
    assert set(on_disk.index) == set(before)
    for uid, (key, state, rings) in before.items():
        assert (on_disk.loc[uid, "class"], on_disk.loc[uid, "state"]) == (key, state)
        wanted = to_pixels(shapely.geometry.shape({"type": "Polygon", "coordinates": rings}))
        assert on_disk.geometry[uid].symmetric_difference(wanted).area < 0.1


Truth = dict[str, tuple[str, str, list[list[list[float]]]]]


def page_truth(ana: Analyst) -> Truth:
    found = ana.evaluate(
        "() => geoengine.features().map((f) => [f.uid, f.classKey, f.state, f.geometry.coordinates])"
    )
    return {uid: (key, state, rings) for uid, key, state, rings in found}


def server_truth(server: Server) -> Truth:
    with urllib.request.urlopen(f"{server.url}/api/scenes/1/features?limit=20000") as reply:
        features = json.load(reply)["features"]
    return {
        f["id"]: (f["properties"]["class"], f["properties"]["state"], f["geometry"]["coordinates"])
        for f in features
    }
