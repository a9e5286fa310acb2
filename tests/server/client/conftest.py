"""A town, a server of its own and analysts at a browser, for each test."""

from __future__ import annotations

import os
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
from tests.support.browser import Analyst, Server, make_project

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Every test runs where there is no WebGL, and fails where a page asks for it: with WebGL it is the same program.
WITHOUT_WEBGL = "--disable-3d-apis"
TELL_OF_WEBGL = """
for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas]) {
  const { getContext } = prototype;
  prototype.getContext = function (kind, ...rest) {
    if (/webgl|webgpu/.test(kind)) console.error(`Asked for ${kind}`);
    return getContext.call(this, kind, ...rest);
  };
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path)


@pytest.fixture
def server(project: Project) -> Iterator[Server]:
    if not (STATIC / "index.html").is_file():
        missing("the web client is not built: run `make client`")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(project, port)
    server.start()
    yield server
    server.kill()


@contextmanager
def launched(flags: list[str]) -> Iterator[Any]:
    """A Chromium for as long as the block lasts."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        missing("no Chromium on PATH: install Debian's package `chromium` to run the browser tests")
    if find_spec("playwright") is None:
        missing("the Python package playwright is not installed: it comes with the extra `test`")
    with import_module("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched([*FLAGS, WITHOUT_WEBGL]) as browser:
        yield browser


def missing(what: str) -> None:
    """Skips the test, or fails it where a browser is required."""
    (pytest.fail if os.environ.get("GEOENGINE_REQUIRE_BROWSER") == "1" else pytest.skip)(what)


@pytest.fixture
def analyst(browser: Any, server: Server) -> Iterator[Callable[[], Analyst]]:
    """Makes analysts, none of whose pages may break a script or the content policy, or ask for WebGL."""
    analysts: list[Analyst] = []

    def arrive() -> Analyst:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_init_script(TELL_OF_WEBGL)
        analyst = Analyst(context.new_page(), server.url)
        analyst.watch_for_errors()
        analysts.append(analyst)
        return analyst

    yield arrive
    for one in analysts:
        one.page.context.close()
        assert one.errors == []
