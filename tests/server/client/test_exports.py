"""The page of exports, by mouse and by keyboard: from the choice to the file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest

from tests.support.browser import Analyst, Server, add_earlier_town

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
STATUS = "document.querySelector('.export-status').textContent"
WORK = "import sys; from geoengine.cli import main; main(sys.argv[1:])"


@pytest.fixture(autouse=True)
def two_scenes(server: Server) -> None:
    add_earlier_town(server.project)


def work(server: Server) -> None:
    """Run what is queued, as the worker beside `geoengine serve` does."""
    directory = str(server.project.directory)
    subprocess.run([sys.executable, "-c", WORK, "worker", "--once", "-p", directory], check=True)


def test_some_scenes_are_exported_and_downloaded_by_mouse(
    analyst: Arrive, server: Server, tmp_path: Path
) -> None:
    ana = analyst()
    ana.page.goto(ana.url)
    ana.page.click("nav.managing a[href='#export']")
    ana.page.wait_for_selector(".export-form")
    page = ana.page
    page.click("text=Only these")
    page.click(".export-form button[type=submit]")
    ana.until(f"{STATUS} === 'No scene is chosen: choose one, or all.'")
    page.fill(".choice-some input[type=text]", "town")
    page.click(".choice-list label:has-text('Town') >> nth=0")
    page.select_option("select", "gpkg")
    page.click(".export-form button[type=submit]")
    ana.until(f"{STATUS}.startsWith('Job 1 waits')")
    work(server)
    ana.until(f"{STATUS}.startsWith('Job 1: 8 features in export-1.gpkg.')")
    with page.expect_download() as started:
        page.click(".export-status a")
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    assert path.name == "export-1.gpkg"
    assert len(geopandas.read_file(path)) == 8
    page.click(".to-jobs")
    page.wait_for_selector("[data-job='1'] .job-actions a[href='/api/jobs/1/result']")


def test_all_is_exported_by_keyboard(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("Control+k")
    ana.page.wait_for_selector("dialog.finder")
    ana.page.keyboard.type("export")
    ana.until("document.querySelector('.finder [aria-selected=true]')?.innerText.startsWith('Export')")
    ana.keys("Enter")
    ana.page.wait_for_selector(".export-form")
    ana.until("document.activeElement.tagName === 'H1'")
    ana.page.focus(".export-form input[value=accepted]")
    ana.keys("Space", "Tab", "Tab", "Tab", "Space", "Enter")
    ana.until(f"{STATUS}.startsWith('Job 1 waits')")
    work(server)
    ana.until(f"{STATUS}.startsWith('Job 1: 8 features in export-1.geojson.')")
    with server.project.store() as store, store.reading() as view:
        params = view.job(1).params
    assert (params["states"], params["classes"]) == (["proposed"], ["building"])
    [path] = server.project.exports_dir.glob("*.geojson")
    assert len(json.loads(path.read_text())["features"]) == 8
