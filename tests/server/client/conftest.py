"""One Chromium for all tests, a town and a server for each, and analysts at a browser."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from geoengine.project import Project
from server.pages import STATIC
from tests.support.browser import FLAGS, WITHOUT_WEBGL, Analyst, Server, launched, make_project, missing
from tests.support.ground import Ground, Hands

TELL_OF_WEBGL = """
for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas]) {
  const { getContext } = prototype;
  prototype.getContext = function (kind, ...rest) {
    if (/webgl|webgpu/.test(kind)) console.error(`Asked for ${kind}`);
    return getContext.call(this, kind, ...rest);
  };
}
"""

# On a scene that tests share, none of them goes on where another has left it.
WITHOUT_BOOKMARKS = """
const { fetch } = window;
window.fetch = (path, ...rest) =>
  /[/]bookmarks?([?]|$)/.test(path) ? Promise.reject(new TypeError("no bookmarks")) : fetch(path, ...rest);
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser tests of one file on one worker (``--dist loadgroup``)."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a project that is made once and copied for each test."""
    return make_project(tmp_path_factory.mktemp("town")).directory


@pytest.fixture
def project(town: Path, tmp_path: Path) -> Project:
    return Project.open(shutil.copytree(town, tmp_path / "project"))


@pytest.fixture
def server(project: Project) -> Iterator[Server]:
    with serving(project) as server:
        yield server


@contextmanager
def serving(project: Project, *imagery: Path) -> Iterator[Server]:
    """Serve a project for as long as the block lasts; of the folders `imagery` the page may add rasters."""
    if not (STATIC / "index.html").is_file():
        missing("the web client is not built: run `make client`")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(project, port, imagery=imagery)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def ground(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One server and scene for the tests of a file, each of which puts its own objects there."""
    copy = shutil.copytree(town, tmp_path_factory.mktemp("ground") / "project")
    with serving(Project.open(copy)) as server:
        yield Ground(server)


@pytest.fixture
def desk(browser: Any, ground: Ground) -> Iterator[Callable[..., Hands]]:
    """Open the scene of `ground` for one who presses and pulls, with a mouse or (`touch`) with fingers."""
    opened: list[Hands] = []

    def arrive(*, touch: bool = False) -> Hands:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, has_touch=touch)
        context.add_init_script(WITHOUT_BOOKMARKS)
        hands = Hands(context.new_page(), ground.server.url)
        hands.watch_for_errors()
        opened.append(hands)
        hands.start()
        return hands

    yield arrive
    for one in opened:
        one.page.context.close()
        assert one.errors == []


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    if find_spec("playwright") is None:
        missing("the Python package playwright is not installed: it comes with the extra `test`")
    with import_module("playwright.sync_api").sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Any) -> Iterator[Any]:
    """Chromium without WebGL: with WebGL it is the same program."""
    with launched(playwright, [*FLAGS, WITHOUT_WEBGL]) as browser:
        yield browser


@pytest.fixture(scope="module")
def browser(chromium: Any) -> Any:
    return chromium


@pytest.fixture
def keeps_bookmarks() -> bool:
    """Say whether analysts go on where they were; False in files whose tests share a project."""
    return True


@pytest.fixture
def analyst(browser: Any, server: Server, keeps_bookmarks: bool) -> Iterator[Callable[[], Analyst]]:
    """Make analysts, none of whose pages may break a script or the content policy, or ask for WebGL."""
    analysts: list[Analyst] = []

    def arrive() -> Analyst:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_init_script(TELL_OF_WEBGL)
        if not keeps_bookmarks:
            context.add_init_script(WITHOUT_BOOKMARKS)
        analyst = Analyst(context.new_page(), server.url)
        analyst.watch_for_errors()
        analysts.append(analyst)
        return analyst

    yield arrive
    for one in analysts:
        one.page.context.close()
        assert one.errors == []
