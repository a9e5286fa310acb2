"""Two people on one scene: the same decision twice is no conflict, and no key overwrites by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.browser import UIDS, Analyst, Server
from tests.support.views import read

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def both(analyst: Arrive) -> tuple[Analyst, Analyst]:
    """Return ana and ben, who look at the same scene."""
    ana, ben = analyst(), analyst()
    ben.page.add_init_script("localStorage.setItem('geoengine/analyst', 'ben')")
    for one in (ana, ben):
        one.open("#scene=1")
        one.select_proposal(0)
    return ana, ben


def test_the_same_decision_twice_is_no_conflict(analyst: Arrive, server: Server) -> None:
    ana, ben = both(analyst)
    ana.keys("a")
    ana.status("saved")
    ben.keys("a")
    ben.status("saved")
    assert not ben.page.is_visible("dialog.conflict")
    assert ben.feature(UIDS[0])["author"] == "ana"
    # Ben has nothing to take back: the decision is ana's.
    ben.keys("Control+z")
    ben.select_proposal(1)
    ben.keys("r")
    ben.status("saved")
    with server.project.store() as store:
        feature = read(store).feature(UIDS[0])
        assert (feature.state, feature.author, feature.revision) == ("accepted", "ana", 2)
        assert read(store).feature(UIDS[1]).author == "ben"


def test_no_key_overwrites_by_itself(analyst: Arrive, server: Server) -> None:
    ana, ben = both(analyst)
    ana.keys("r")
    ana.status("saved")
    ben.keys("a")
    ben.status("attention")
    ben.until("document.activeElement.closest('dialog.conflict') !== null")
    assert ben.evaluate("document.activeElement.dataset.choice ?? 'none'") == "none"
    ben.keys("Enter", "a")  # meant for the map
    assert ben.page.is_visible("dialog.conflict")
    ben.keys("Tab", "Enter")
    ben.status("saved")
    with server.project.store() as store:
        assert (read(store).feature(UIDS[0]).state, read(store).feature(UIDS[0]).author) == (
            "rejected",
            "ana",
        )
