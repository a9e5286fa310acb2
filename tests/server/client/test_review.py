"""The review map in a real browser against a real server: what an analyst does, and what is on disk afterwards."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from PIL import Image

from geoengine.model import JobState
from geoengine.project import Project
from geoengine.store.jobs.leases import worker_name
from tests.support.browser import UIDS, Analyst, Server, add_earlier_town, roof, wait_for
from tests.support.views import read

Arrive = Callable[[], Analyst]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def has_vertex(polygon: shapely.Polygon, pixel: tuple[float, float]) -> bool:
    return bool(np.hypot(*(np.array(polygon.exterior.coords) - pixel).T).min() < 0.1)


def test_four_edits_survive_a_reload_and_are_on_disk(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z")
    ana.select_proposal(0)
    ana.keys("a")
    ana.select_proposal(1)
    let_go = ana.drag((roof(1).bounds[0], roof(1).bounds[1]), -13, -17)
    ana.until("document.body.dataset.selectedState === 'accepted'")
    ana.keys("d", "2")
    corners = [ana.click(corner) for corner in [(300, 700), (360, 705), (350, 760)]]
    ana.keys("Enter", "Escape")
    ana.select_proposal(2)
    ana.keys("x")
    ana.status("saved")

    ana.page.reload()
    ana.idle()
    drawn = ana.evaluate("window.geoengine.features().find(f => f.classKey === 'tree')")
    assert [ana.feature(uid)["state"] for uid in UIDS[:4]] == ["accepted", "accepted", "rejected", "proposed"]
    assert drawn["state"] == "accepted"

    labels = server.labels()
    assert list(labels.loc[UIDS[:4], "state"]) == ["accepted", "accepted", "rejected", "proposed"]
    assert has_vertex(labels.geometry[UIDS[1]], let_go)
    assert all(has_vertex(labels.geometry[drawn["uid"]], corner) for corner in corners)
    assert labels.loc[drawn["uid"], ["class", "author"]].tolist() == ["tree", "ana"]


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_the_second_of_two_editors_is_asked(analyst: Arrive, server: Server, choice: str) -> None:
    ana, ben = analyst(), analyst()
    for one in (ana, ben):
        one.open()
        one.select_proposal(0)
    ana.keys("2")
    ana.status("saved")
    ben.keys("x")
    ben.status("attention")
    ben.page.click(f"dialog [data-choice={choice}]")
    ben.status("saved")
    expected = ("tree", "rejected") if choice == "mine" else ("tree", "accepted")
    assert (ben.feature(UIDS[0])["classKey"], ben.feature(UIDS[0])["state"]) == expected
    assert tuple(server.labels().loc[UIDS[0], ["class", "state"]]) == expected


def test_a_killed_server_loses_nothing(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.select_proposal(0)
    server.kill()
    ana.keys("a", "2")
    ana.status("offline")
    assert ana.evaluate("window.geoengine.waiting") == 2
    server.start()
    ana.status("saved")
    assert tuple(server.labels().loc[UIDS[0], ["class", "state"]]) == ("tree", "accepted")

    ana.select_proposal(3)
    server.kill()
    ana.keys("x", "Control+z", "a")
    ana.status("offline")
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        ana.page.reload()
    server.start()
    ana.open()
    ana.status("saved")
    assert ana.feature(UIDS[3])["state"] == "accepted"
    assert server.labels().loc[UIDS[3], "state"] == "accepted"


def test_a_whole_review_by_keyboard(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("n")
    # Each key and the proposal it is meant for: one is skipped, one looked at again, one only gets another class.
    steps = [
        ("a", 0),
        ("r", 1),
        ("n", 2),
        ("x", 3),
        ("p", 4),
        ("a", 3),
        ("2", 4),
        ("a", 4),
        ("Delete", 5),
        ("a", 6),
    ]
    for key, n in [*steps, ("a", 7), ("a", 2)]:
        ana.until(f"document.body.dataset.selected === '{UIDS[n]}'")
        ana.keys(key)
    ana.until("document.body.dataset.review === 'finished'")
    ana.status("saved")
    states = server.labels()["state"]
    rejected = [UIDS[1], UIDS[5]]  # a proposal that is deleted is rejected
    assert states.to_dict() == {u: "rejected" if u in rejected else "accepted" for u in UIDS}


def test_undo_and_redo_across_saves(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    ana.keys("z")
    ana.select_proposal(0)
    ana.drag((roof(0).bounds[0], roof(0).bounds[1]), -20, -20)
    ana.keys("2", "Delete")
    ana.status("saved")
    assert UIDS[0] not in server.labels().index
    ana.keys("Control+z", "Control+z", "Control+z")
    ana.status("saved")
    before = server.labels().loc[UIDS[0]]
    assert (before["class"], before["state"]) == ("building", "proposed")
    assert before.geometry.symmetric_difference(roof(0)).area < 0.1
    ana.keys("Control+Shift+z", "Control+Shift+z")
    ana.status("saved")
    after = server.labels().loc[UIDS[0]]
    assert (after["class"], after["state"]) == ("tree", "accepted")
    assert not after.geometry.equals_exact(roof(0), 5)


def brightness(analyst: Analyst, pixel: tuple[float, float]) -> float:
    """How bright the map is around a raster pixel, as it is on the screen, 0 to 255."""
    x, y = analyst.screen(pixel)
    shot = analyst.page.screenshot(clip={"x": x - 8, "y": y - 8, "width": 16, "height": 16})
    return float(np.asarray(Image.open(io.BytesIO(shot)).convert("L")).mean())


def test_the_other_date_is_shown_over_this_one(analyst: Arrive, server: Server) -> None:
    add_earlier_town(server.project)
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("z", "l")  # no outline in the way
    ana.until("!document.querySelector('.compare').hidden")
    assert ana.evaluate("document.querySelector('#compare-with').value").startswith(
        "Town before, 2019-03-01 (1,888 days"
    )
    ground = (roof(5).centroid.x + 80, roof(5).centroid.y)
    wait_for(lambda: 70 < brightness(ana, ground) < 100, "the scene itself is drawn")

    ana.keys("o")
    assert ana.evaluate("document.body.dataset.compare") == "2"
    wait_for(lambda: brightness(ana, ground) < 45, "the earlier scene is drawn over it")
    assert "2019-03-01" in ana.evaluate("document.querySelector('.compare-badge').textContent")
    assert "CUI" in ana.evaluate("document.querySelector('.compare-badge').textContent")

    ana.tab("view")
    ana.page.locator("#opacity").fill("50")
    wait_for(lambda: 50 < brightness(ana, ground) < 68, "half of each is seen")
    ana.evaluate("document.activeElement.blur()")

    def hidden() -> bool:
        ana.keys("o")  # passed over while less than a third of a second has gone by since the last one
        return bool(ana.evaluate("document.body.dataset.compare") == "")

    wait_for(hidden, "the other scene is hidden")
    wait_for(lambda: brightness(ana, ground) > 70, "the scene itself is seen again")

    # It is the same the other way around, and a scene without a pair offers nothing.
    ana.open("#scene=2")
    ana.until(
        "document.querySelector('#compare-with').value.startsWith('Town, 2024-05-01 (1,888 days later)')"
    )


def test_jobs_are_watched_called_off_and_begun_again_by_keyboard(
    analyst: Arrive, server: Server, project: Project
) -> None:
    with project.store() as store:
        blocks = [{"core": [1000 * n, 0, 1000, 1000]} for n in range(4)]
        running = store.create_job("prelabel", {"scene": "town", "model": "overhead"}, "a", blocks)
        store.claim_job(running.id, worker_name())
        store.set_item(running.id, 0, JobState.FAILED, error="block 0 of town: town.tif is damaged.")
        store.create_jobs("export", {"b": {"scenes": ["town"]}})

        ana = analyst()
        ana.page.goto(f"{server.url}/#jobs")
        ana.until("document.body.dataset.jobs === '1 running · 1 queued'")
        row, button = f"[data-job='{running.id}']", "document.activeElement.ariaLabel === '{}'"
        assert ana.page.get_attribute(f"{row} progress", "value") == "0"
        store.set_item(running.id, 1, JobState.DONE)
        ana.until(f'document.querySelector("{row} progress").value === 1')  # by itself
        assert "of 4" in ana.page.inner_text(row)
        assert "Mpx/s" in ana.page.inner_text(row)

        ana.keys("Tab", "Enter")  # from the heading to the newest job's button
        ana.until("document.body.dataset.jobs === '1 running · 1 cancelled'")
        ana.until(button.format("Retry job 2"))
        ana.keys("Enter")
        ana.until("document.body.dataset.jobs === '1 running · 1 queued'")
        ana.until(button.format("Cancel job 2"))

        ana.keys("Tab")
        ana.until("document.activeElement.innerText === 'Town'")  # the link to the scene
        ana.keys("Tab", "Enter")
        ana.until(f'document.querySelectorAll("{row} li").length === 1')
        assert "town.tif is damaged" in ana.page.inner_text(f"{row} li")
        ana.keys("Tab")
        ana.until(button.format(f"Cancel job {running.id}"))
        ana.keys("Enter")
        ana.until("document.body.dataset.jobs === '1 cancelling · 1 queued'")
        assert read(store).job(running.id).state == JobState.CANCELLING
        store.release_job(running.id, worker_name())
        ana.until("document.body.dataset.jobs === '1 queued · 1 cancelled'")
    ana.page.click(".home")
    ana.page.wait_for_selector(".scene-card")
