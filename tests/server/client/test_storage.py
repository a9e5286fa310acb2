"""The browser's storage: of one project, blocked, full, or holding what is no edit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geoengine.project import Project
from tests.support.browser import UIDS, Analyst, Server, make_project

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
NOTICE = "document.querySelector('.storage-notice').innerText"
STATUS = "document.querySelector('.save-status [role=status]').textContent"
BLOCKED = """
for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
"""
FULL = "Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError'); };"


def accept_first(ana: Analyst) -> None:
    ana.select_proposal(0)
    ana.keys("a")


def test_edits_wait_for_their_own_project(
    analyst: Arrive, server: Server, project: Project, tmp_path: Path
) -> None:
    ana = analyst()
    ana.open()
    server.kill()
    accept_first(ana)
    ana.status("offline")
    (tmp_path / "other").mkdir()
    other = Server(make_project(tmp_path / "other"), server.port)
    other.start()
    ana.status("elsewhere")
    assert "Another project is served here now" in ana.evaluate(STATUS)
    ana.page.reload()
    ana.idle()
    assert ana.evaluate("geoengine.waiting") == 0
    assert ana.feature(UIDS[0])["state"] == "proposed"
    other.kill()
    server.start()
    ana.page.reload()
    ana.idle()
    ana.status("saved")
    ana.until(f"geoengine.feature('{UIDS[0]}').state === 'accepted'")


def test_garbage_is_set_aside_and_good_edits_are_sent(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open()
    uuid = ana.evaluate("fetch('/api/project').then((r) => r.json()).then((p) => p.uuid)")
    server.kill()
    accept_first(ana)
    ana.status("offline")
    items: dict[str, Any] = {
        "0": None,
        "1": {"id": "1", "token": "t" * 32, "sceneId": 1, "author": "ana", "edits": []},
        "2": {"id": "2", "edits": "none"},
    }
    for key, value in items.items():
        ana.evaluate(
            "([k, v]) => localStorage.setItem(k, v)", [f"geoengine/outbox/{uuid}/{key}", json.dumps(value)]
        )
    ana.evaluate("(k) => localStorage.setItem(k, '{broken')", f"geoengine/outbox/{uuid}/3")
    server.start()
    ana.page.reload()
    ana.idle()
    ana.status("saved")
    ana.until(f"geoengine.feature('{UIDS[0]}').state === 'accepted'")
    assert "4 entries in this browser's storage cannot be read" in ana.evaluate(NOTICE)
    with ana.page.expect_download() as download:
        ana.page.click("text=Save to a file")
    saved = json.loads(Path(download.value.path()).read_text())
    assert saved[0]["text"] == "null"
    ana.page.click("text=Remove from the browser")
    ana.page.reload()
    ana.idle()
    assert not ana.page.is_visible(".storage-notice")


@pytest.mark.parametrize(("script", "words"), [(BLOCKED, "keeps nothing"), (FULL, "storage is full: 1 edit")])
def test_a_browser_that_keeps_nothing_says_so(
    analyst: Arrive, server: Server, script: str, words: str
) -> None:
    ana = analyst()
    ana.page.add_init_script(script)
    ana.open()
    server.kill()
    accept_first(ana)
    ana.status("offline")
    ana.until(f"{NOTICE}.includes({words!r})")
    server.start()
    ana.status("saved")
