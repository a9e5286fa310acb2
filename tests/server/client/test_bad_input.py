"""What a server, a proxy or somebody else can do to edits: each has a plain answer, and no edit is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely

from geoengine.model import Changeset, CreateFeature, FeatureState, LabelClass, Origin
from geoengine.project import Project
from tests.support.browser import UIDS, Analyst, Server, roof, to_pixels, to_world
from tests.support.views import read

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[[], Analyst]
CHANGESETS = "**/api/scenes/1/changesets"
STATUS = "document.querySelector('.save-status [role=status]').textContent"
COAST, HOLED = "c" * 32, "d" * 32


def drawn(project: Project, uid: str, outline: shapely.Polygon) -> None:
    """Puts a proposal into the store; `outline` in pixels."""
    create = CreateFeature(uid, "building", to_world(outline), FeatureState.PROPOSED, 0.5, Origin.MODEL, "m")
    with project.store() as store:
        store.commit(Changeset(uid, 1, "ana", (create,)))


def sql(project: Project, statement: str, *values: Any) -> None:
    """Another program that writes to the database."""
    with sqlite3.connect(project.directory / "geoengine.db") as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(statement, values)
    connection.close()


def revisions(project: Project, uid: str) -> int:
    with project.store() as store:
        return read(store).feature(uid).revision


def dialog(ana: Analyst) -> str:
    ana.until("Boolean(document.querySelector('dialog[open]'))")
    return str(ana.page.inner_text("dialog[open]"))


def rectangle(ana: Analyst, left: float, top: float) -> None:
    ana.keys("b")
    ana.click((left, top))
    ana.click((left + 60, top + 50))
    ana.keys("Escape", "v")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_a_class_removed_meanwhile_is_asked_for(
    analyst: Arrive, server: Server, project: Project, choice: str
) -> None:
    ana = analyst()
    ana.open()
    server.kill()
    ana.keys("2")
    rectangle(ana, 100, 100)
    rectangle(ana, 300, 600)
    ana.select_proposal(0)
    ana.keys("a")
    ana.status("offline")
    sql(project, "DELETE FROM classes WHERE key = 'tree'")
    with project.store() as store:
        store.put_classes([LabelClass("wood", "Wood", "#009e73")])
    server.start()
    words = dialog(ana)
    assert "removed the class Tree" in words
    assert ana.page.locator("dialog option").all_inner_texts() == ["Building", "Wood"]
    # What does not need that class is saved already.
    ana.until(f"geoengine.feature('{UIDS[0]}').revision === 2")
    ana.page.select_option("dialog select", "wood")
    ana.page.click(f"dialog [data-choice={choice}]")
    if choice == "theirs":  # one was given up; the other is asked for as well
        dialog(ana)
        ana.page.click("dialog [data-choice=theirs]")
    ana.status("saved")
    labels = server.labels().drop(UIDS)
    assert list(labels["class"]) == (["wood", "wood"] if choice == "mine" else [])
    # The labels are read again, as another list of classes may hold for them: those in view.
    ana.keys("Escape", "Escape", "f")
    ana.until(f"geoengine.features().length === {8 + len(labels)}")
    # The page goes on with the classes there are.
    ana.tab("objects")
    assert ana.page.locator(".classes li").all_inner_texts() == ["Building\n1", "Wood\n2"]
    ana.keys("Escape", "Escape", "f", "2")
    ana.idle()
    rectangle(ana, 300, 100)
    ana.status("saved")
    assert list(server.labels().drop([*UIDS, *labels.index])["class"]) == ["wood"]


def test_a_class_in_use_cannot_be_removed_and_a_new_name_stops_nothing(
    analyst: Arrive, server: Server, project: Project
) -> None:
    ana = analyst()
    ana.open()
    with pytest.raises(sqlite3.IntegrityError):
        sql(project, "DELETE FROM classes WHERE key = 'building'")
    with project.store() as store:
        store.put_classes([LabelClass("building", "House", "#56b4e9")])
    ana.select_proposal(0)
    ana.keys("2", "1", "a")
    ana.status("saved")
    assert tuple(server.labels().loc[UIDS[0], ["class", "state"]]) == ("building", "accepted")
    ana.page.reload()
    ana.idle()
    assert "House" in ana.page.inner_text("[data-class=building]")


def test_a_slow_server_is_waited_for_and_told_once(analyst: Arrive, server: Server, project: Project) -> None:
    ana = analyst()
    ana.open()
    held: list[Any] = []
    ana.page.route(CHANGESETS, lambda route: held.append(route))
    ana.select_proposal(0)
    ana.keys("a")
    ana.until(f"{STATUS} === 'Saving…'")
    # Meanwhile the page works.
    ana.select_proposal(1)
    ana.keys("x")
    ana.drag((roof(2).centroid.x + 60, roof(2).centroid.y + 60), 50, 40)
    ana.until(f"{STATUS}.startsWith('Slow server')")
    assert len(held) == 1
    # The server takes the edit, but the page is gone before the answer comes.
    held[0].fetch()
    assert revisions(project, UIDS[0]) == 2
    ana.page.unroute(CHANGESETS)
    ana.page.reload()
    ana.idle()
    ana.status("saved")
    assert [ana.feature(uid)["state"] for uid in UIDS[:2]] == ["accepted", "rejected"]
    assert list(server.labels().loc[UIDS[:2], "state"]) == ["accepted", "rejected"]
    assert [revisions(project, uid) for uid in UIDS[:2]] == [2, 2]


def test_a_step_too_large_is_kept_or_given_up_as_a_whole(
    analyst: Arrive, server: Server, project: Project
) -> None:
    server.kill()
    server.most_bytes = 1000
    server.start()
    ana = analyst()
    ana.open()
    ana.keys("Control+a", "Alt+ArrowUp")
    words = dialog(ana)
    assert "more than the server accepts at once" in words
    assert "changed 8 objects at once" in words
    ana.keys("Escape")
    assert ana.evaluate("geoengine.waiting") == 1

    # The same from a proxy, which does not speak JSON.
    def refuse(route: Any) -> None:
        route.fulfill(
            status=413, content_type="text/html", body="<html><h1>413 Request Entity Too Large</h1></html>"
        )

    ana.page.route(CHANGESETS, refuse)
    ana.page.reload()
    ana.idle()
    assert "more than the server accepts at once" in dialog(ana)
    ana.page.unroute(CHANGESETS)
    ana.page.click("dialog [data-choice=theirs]")
    ana.status("saved")
    ana.keys("Escape", "Escape", "f")
    ana.idle()
    now = to_pixels(shapely.geometry.shape(ana.feature(UIDS[7])["geometry"]))
    assert now.equals_exact(roof(7), 0.01)
    assert {revisions(project, uid) for uid in UIDS} == {1}
    # In smaller steps it goes.
    ana.select_proposal(7)
    ana.keys("Alt+ArrowUp", "Escape")
    ana.status("saved")
    assert revisions(project, UIDS[7]) == 2


def test_a_server_error_costs_a_moment_and_one_for_ever_holds_up_nothing_else(
    analyst: Arrive, server: Server, project: Project
) -> None:
    ana = analyst()
    ana.open()
    errors: list[str] = []

    def fail(route: Any) -> None:
        """Once, and always where the edit is of the third proposal."""
        body = route.request.post_data
        if not errors or UIDS[2] in body:
            errors.append(body)
            route.fulfill(status=500, content_type="text/html", body="<h1>Internal Server Error</h1>")
        else:
            route.continue_()

    ana.page.route(CHANGESETS, fail)
    ana.select_proposal(0)
    ana.keys("a")
    ana.status("saved")
    assert len(errors) == 1
    ana.select_proposal(2)
    ana.keys("a")
    ana.status("failing")
    assert ana.evaluate(STATUS).startswith("Server error")
    ana.select_proposal(3)
    ana.keys("x")
    ana.until(f"geoengine.feature('{UIDS[3]}').revision === 2")  # saved all the same
    ana.page.reload()
    ana.idle()
    ana.status("failing")
    assert ana.feature(UIDS[2])["state"] == "accepted"
    ana.page.unroute(CHANGESETS)
    ana.status("saved")
    assert list(server.labels().loc[UIDS[:4], "state"]) == ["accepted", "proposed", "accepted", "rejected"]
    assert revisions(project, UIDS[2]) == 2


def test_an_outline_of_fifty_thousand_corners_is_edited(
    analyst: Arrive, server: Server, project: Project
) -> None:
    angle = np.linspace(0, 2 * np.pi, 50_001)[:-1]
    radius = 100 + 5 * np.sin(9 * angle)
    drawn(
        project,
        COAST,
        shapely.Polygon(np.stack([512 + radius * np.cos(angle), 750 + radius * np.sin(angle)], -1)),
    )
    ana = analyst()
    ana.open()
    ana.click((512, 750))
    ana.until(f"document.body.dataset.selected === '{COAST}'")
    let_go = ana.drag((612, 750), 40, 30)
    ana.status("saved")
    now = server.labels().geometry[COAST]
    assert len(now.exterior.coords) >= 50_001
    assert now.distance(shapely.Point(let_go)) < 0.1
    ana.keys("Control+z")
    ana.status("saved")
    assert server.labels().geometry[COAST].distance(shapely.Point(let_go)) > 20
    # Two of them wait while the server is away, and over a reload.
    server.kill()
    ana.keys("Control+y")
    ana.keys("2")
    ana.status("offline")
    server.start()
    ana.status("saved")
    assert server.labels().loc[COAST, "class"] == "tree"


def test_a_hole_outside_of_its_ring_is_refused_or_mended(
    analyst: Arrive, server: Server, project: Project
) -> None:
    drawn(project, HOLED, shapely.box(300, 700, 380, 760).difference(shapely.box(350, 720, 370, 740)))
    # As a program that does not check may have left it.
    broken = shapely.Polygon(
        shapely.box(500, 700, 560, 740).exterior, [shapely.box(600, 700, 620, 720).exterior]
    )
    drawn(project, COAST, shapely.box(500, 700, 560, 740))
    sql(project, "UPDATE features SET geometry = ? WHERE uid = ?", shapely.to_wkb(to_world(broken)), COAST)
    ana = analyst()
    ana.open()
    notice = "document.querySelector('.notice').textContent"
    # Drawn.
    ana.select_proposal(0)
    ana.keys("j")
    for corner in [(300, 400), (320, 400), (320, 420)]:
        ana.click(corner)
    ana.keys("Enter")
    assert "must lie within" in ana.evaluate(notice)
    ana.keys("Escape", "Escape", "Escape")
    # Dragged out.
    ana.click((310, 710))
    ana.drag((370, 720), 80, -20)
    assert "put back" in ana.evaluate(notice)
    assert ana.evaluate("geoengine.waiting") == 0
    ana.keys("y")
    ana.status("saved")
    assert server.labels().geometry[HOLED].is_valid
    assert revisions(project, HOLED) == 2
    # Received.
    ana.keys("Escape", "Escape")
    ana.click((530, 720))
    ana.until(f"document.body.dataset.selected === '{COAST}'")
    ana.drag((560, 740), 30, 20)
    assert "put back" in ana.evaluate(notice)
    ana.keys("y")
    ana.status("saved")
    now = server.labels().geometry[COAST]
    assert now.is_valid
    assert len(now.interiors) == 0


def test_a_stored_outline_that_crosses_itself_is_taken_apart(
    analyst: Arrive, server: Server, project: Project
) -> None:
    drawn(project, COAST, shapely.box(500, 700, 560, 740))
    bow = shapely.Polygon([(500, 700), (560, 740), (560, 700), (500, 740)])
    sql(project, "UPDATE features SET geometry = ? WHERE uid = ?", shapely.to_wkb(to_world(bow)), COAST)
    ana = analyst()
    ana.open()
    ana.click((550, 720))
    ana.until(f"document.body.dataset.selected === '{COAST}'")
    ana.keys("Shift+K")
    ana.status("saved")
    parts = server.labels().drop(UIDS).geometry
    assert list(parts.area) == pytest.approx([600, 600], abs=0.1)
