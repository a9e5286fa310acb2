"""When the web client is built anew, and with which Node."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import hatch_build


@pytest.fixture
def client(tmp_path: Path) -> Path:
    client = tmp_path / "client"
    for name in ("package.json", "src/main.ts", "public/favicon.svg", "node_modules/ol/index.js"):
        path = client / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        os.utime(path, (1000, 1000))
    return client


def built(client: Path, time: int) -> Path:
    static = client.parent / "static"
    static.mkdir(exist_ok=True)
    (static / "index.html").write_text("")
    os.utime(static / "index.html", (time, time))
    return static


def test_is_current_only_where_nothing_is_newer(client: Path) -> None:
    assert not hatch_build.is_current(client, client.parent / "static")
    assert hatch_build.is_current(client, built(client, 1000))
    assert not hatch_build.is_current(client, built(client, 999))
    os.utime(client / "node_modules/ol/index.js", (2000, 2000))
    assert hatch_build.is_current(client, built(client, 1000))
    os.utime(client / "src/main.ts", (2000, 2000))
    assert not hatch_build.is_current(client, built(client, 1000))


@pytest.mark.parametrize(
    ("version", "found"),
    [("v20.19.0", True), ("v24.1.0", True), ("v20.18.3", False), ("v18.20.0", False), ("", False)],
)
def test_node_on_path_is_taken_if_recent(
    version: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hatch_build.node_on_path() == (tmp_path if found else None)


def test_no_node_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hatch_build.node_on_path() is None
