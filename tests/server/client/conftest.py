"""A town, a server of its own and analysts at a browser, for each test."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from geoengine.project import Project
from server.pages import STATIC
from tests.server.browser import Analyst, Server, make_project

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        missing("no Chromium on PATH: install Debian's package `chromium` to run the browser tests")
    if find_spec("playwright") is None:
        missing("the Python package playwright is not installed: it comes with the extra `test`")
    sync_api = import_module("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def missing(what: str) -> None:
    """Skips the test, or fails it where a browser is required."""
    (pytest.fail if os.environ.get("GEOENGINE_REQUIRE_BROWSER") == "1" else pytest.skip)(what)


@pytest.fixture
def analyst(browser: Any, server: Server) -> Iterator[Callable[[], Analyst]]:
    """Makes analysts; at the end none of their pages may have broken a script or the content policy."""
    analysts: list[Analyst] = []

    def arrive() -> Analyst:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        analyst = Analyst(context.new_page(), server.url)
        analyst.watch_for_errors()
        analysts.append(analyst)
        return analyst

    yield arrive
    for one in analysts:
        one.page.context.close()
        assert one.errors == []
