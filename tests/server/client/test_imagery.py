"""The page that adds imagery: a folder of the server, and uploads that survive lost connections and reloads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from geoengine.project import Project
from tests.server.client.conftest import serving
from tests.support.browser import Analyst, Server, wait_for
from tests.support.samples import write_raster

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
STATUS = "document.querySelector('.imagery-status').innerText"
WORK = "import sys; from geoengine.cli import main; main(sys.argv[1:])"
SECOND_PIECE = "offset=1048576"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    (folder / "may").mkdir(parents=True)
    for n, name in enumerate(("may/new.tif", "may/other.tif", "june.tif")):
        write_raster(folder / name, seed=n + 50)
    (folder / "may/broken.tif").write_text("no raster")
    return folder


@pytest.fixture
def server(project: Project, archive: Path) -> Iterator[Server]:
    with serving(project, archive) as server:
        yield server


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A raster of several pieces, with its world file."""
    path = write_raster(tmp_path / "large.tif", seed=70, repeat=5)
    assert path.stat().st_size > 4_000_000
    path.with_suffix(".tfw").write_text("0.3\n0\n0\n-0.3\n300000\n3050000\n")
    return path


def work(server: Server) -> None:
    """Run what is queued, as the worker beside `geoengine serve` does."""
    directory = str(server.project.directory)
    done = subprocess.run([sys.executable, "-c", WORK, "worker", "--once", "-p", directory])
    assert done.returncode in (0, 1)  # 1: a file of the job failed


class Line:
    """The line to the server: it can be cut before the second piece, and takes down what is sent.

    Attributes:
        cut: Whether it is.
        sent: File and offset of each piece.
        files: What is chosen where the page asks for files.
    """

    def __init__(self, page: Any) -> None:
        self.cut = True
        self.sent: list[str] = []
        self.files: list[str] = []
        page.route("**/api/uploads/**", self._pass)
        # From the beginning: where it is awaited only then, a quick page asks too early.
        page.on("filechooser", lambda chooser: chooser.set_files(self.files))

    def _pass(self, route: Any) -> None:
        request = route.request
        if request.method == "PUT":
            if self.cut and SECOND_PIECE in request.url:
                route.abort("connectionreset")
                return
            self.sent.append(request.url.rpartition("/")[2])
        route.continue_()


def choose(ana: Analyst, line: Line, *paths: Path) -> None:
    """Choose files by the keyboard."""
    line.files = [str(path) for path in paths]
    ana.page.focus(".choose-files")
    ana.page.keyboard.press("Enter")


def test_rasters_of_a_folder_become_scenes(analyst: Arrive, server: Server) -> None:
    """One that is broken is told, and the others go on; home, open beside it, shows them."""
    ana, ben = analyst(), analyst()
    ben.page.goto(ben.url)
    ana.page.goto(ana.url)
    ana.until("window.geoengine?.scene === 1")  # the only one is open at once
    for one in (ana, ben):
        one.page.click(".home")
        one.page.wait_for_selector(".scene-card")
    page = ana.page
    page.click("nav.managing a[href='#imagery']")
    page.wait_for_selector(".imagery-list tbody tr")
    page.click(".imagery-add")
    ana.until(f"{STATUS} === 'Nothing is chosen: choose a raster or a folder.'")
    page.click("[aria-label='Open may']")
    page.wait_for_selector(".imagery-list tr:has-text('broken.tif')")
    page.click("text=Choose all")
    ana.until("document.querySelector('.imagery-add').innerText === 'Add 3 files'")
    page.click(".imagery-add")
    ana.until(f"{STATUS}.startsWith('3 files are being added.')")
    page.wait_for_selector(".imagery-added li[data-state=queued]")
    page.click(".crumbs button")
    page.wait_for_selector(".imagery-list tr:has-text('june.tif')")
    work(server)
    page.wait_for_selector(".imagery-added li[data-state=partial]")
    added = "document.querySelector('.imagery-added').innerText"
    ana.until(f"{added}.includes('may/broken.tif could not be read')")
    ben.until("document.querySelectorAll('.scene-card').length === 3")
    page.click(".added-scenes a:has-text('new')")
    ana.until("window.geoengine?.scene === 2 && window.geoengine.idle")


def test_an_upload_goes_on_by_itself_when_the_server_is_back(
    analyst: Arrive, server: Server, large: Path, project: Project
) -> None:
    ana = analyst()
    line = Line(ana.page)
    ana.page.goto(f"{ana.url}/#imagery")
    ana.page.wait_for_selector(".choose-files")
    choose(ana, line, large, large.with_suffix(".tfw"))
    ana.page.wait_for_selector(".upload[data-state=lost]")
    ana.until("document.querySelector('.upload').innerText.includes('with 1 more file')")
    server.kill()
    line.cut = False
    server.start()
    ana.page.wait_for_selector(".upload[data-state=done]")
    assert sum(sent.startswith("0?offset=0") for sent in line.sent) == 1
    folder = project.directory / "imagery/large"
    assert (folder / "large.tif").read_bytes() == large.read_bytes()
    assert (folder / "large.tfw").read_text() == large.with_suffix(".tfw").read_text()
    work(server)
    ana.page.click(".added-scenes a:has-text('large')")
    ana.until("window.geoengine?.scene === 2 && window.geoengine.idle")


def test_an_upload_goes_on_after_a_reload(
    analyst: Arrive, server: Server, large: Path, project: Project
) -> None:
    ana = analyst()
    line = Line(ana.page)
    ana.page.goto(f"{ana.url}/#imagery")
    ana.page.wait_for_selector(".choose-files")
    choose(ana, line, large)
    ana.page.wait_for_selector(".upload[data-state=lost]")
    ana.page.click("[aria-label='Pause: large.tif']")
    ana.page.wait_for_selector(".upload[data-state=paused]")
    ana.page.reload()
    ana.page.wait_for_selector(".upload-begun li:has-text('Choose the same files again')")
    line.cut = False
    choose(ana, line, large)
    ana.page.wait_for_selector(".upload[data-state=done]")
    ana.until("!document.querySelector('.upload-begun li')")
    assert sum(sent.startswith("0?offset=0") for sent in line.sent) == 1
    assert (project.directory / "imagery/large/large.tif").read_bytes() == large.read_bytes()


def test_a_file_that_is_dropped_anywhere_is_uploaded(analyst: Arrive, server: Server) -> None:
    """And while it is, other pages can be looked at."""
    ana = analyst()
    ana.page.goto(f"{ana.url}/#imagery")
    ana.page.wait_for_selector(".choose-files")
    line = Line(ana.page)
    line.cut = False
    files = ana.page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['no raster'], 'a.tif')); return data; }"
    )
    ana.page.dispatch_event("body", "dragover", {"dataTransfer": files})
    ana.page.wait_for_selector(".drop.over")
    ana.page.dispatch_event("body", "drop", {"dataTransfer": files})
    ana.page.click(".home")
    ana.page.wait_for_selector(".scene-card")
    wait_for(lambda: ana.evaluate("fetch('/api/jobs/1').then((reply) => reply.ok)"), "it is being added")
    work(server)
    ana.page.click("nav.managing a[href='#imagery']")
    ana.page.wait_for_selector(".imagery-added li:has-text('a.tif could not be read')")
    ana.page.click("[aria-label='Clear: a.tif']")
    ana.until("!document.querySelector('.upload')")


def test_an_upload_is_cancelled_and_what_is_no_imagery_left_out(
    analyst: Arrive, server: Server, large: Path, project: Project
) -> None:
    ana = analyst()
    line = Line(ana.page)
    labels = large.with_name("labels.geojson")
    labels.write_text("{}")
    ana.page.goto(f"{ana.url}/#imagery")
    ana.page.wait_for_selector(".choose-files")
    choose(ana, line, large, labels)
    ana.until("document.querySelector('.upload-status').innerText.includes('no imagery: labels.geojson')")
    ana.page.wait_for_selector(".upload[data-state=lost]")
    [part] = (project.directory / "imagery/.uploads").glob("*/0.part")
    ana.page.click("[aria-label='Cancel: large.tif']")
    ana.until("!document.querySelector('.upload')")
    ana.until("document.activeElement.classList.contains('choose-files')")
    wait_for(lambda: not part.exists(), "the server has removed it")
    ana.page.reload()
    ana.page.wait_for_selector(".choose-files")
    ana.until("!document.querySelector('.upload-begun li')")
