"""The running server: starting, a port in use, stopping without losing anything; and torch stays out."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from geoengine.model import Scene
from geoengine.project import Project
from server.app import MAX_BODY_BYTES
from server.http.errors import ListenError
from server.serve import host_policy, serve, server_url

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

PROGRAM = """
import logging, sys
from geoengine.project import Project
from server.serve import serve
logging.basicConfig(level=logging.INFO)
serve(Project.open(sys.argv[1]), port=0, author="ana", on_ready=lambda url: print(url, flush=True))
print("torch" if "torch" in sys.modules else "clean", flush=True)
"""


@contextmanager
def running(project: Project) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server in a process of its own, and its port."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(project.directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline()
        assert url.startswith("http://127.0.0.1:"), process.communicate()[1]
        yield process, int(url.rsplit(":", 1)[1])
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def ask(
    port: int, method: str, path: str, body: object = None, raw: bytes | None = None
) -> tuple[int, Any, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        text = reply.read()
        kind = reply.headers.get_content_type()
        return reply.status, json.loads(text) if kind.endswith("json") else text, reply.headers
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_it_and_writes_the_labels(
    project: Project, scene: Scene, draw: Any, make_id: Any, number: int
) -> None:
    with running(project) as (process, port):
        assert ask(port, "GET", "/api/health")[1]["status"] == "ok"
        edit = {"op": "create", "uid": make_id(), "class": "tree", "geometry": draw(1, 1)}
        url = f"/api/scenes/{scene.id}/changesets"
        assert ask(port, "POST", url, {"token": make_id(), "edits": [edit]})[0] == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0, err
        assert out.strip() == "clean", "the web process has imported torch"
        assert "Traceback" not in err
    on_disk = json.loads(project.labels_path(scene.key).read_text())
    assert [feature["id"] for feature in on_disk["features"]] == [edit["uid"]]


def test_edits_survive_a_kill(project: Project, scene: Scene, draw: Any, make_id: Any) -> None:
    uids = [make_id() for _ in range(5)]
    with running(project) as (process, port):
        for number, uid in enumerate(uids):
            edit = {"op": "create", "uid": uid, "class": "tree", "geometry": draw(30 * number, 1)}
            assert (
                ask(
                    port, "POST", f"/api/scenes/{scene.id}/changesets", {"token": make_id(), "edits": [edit]}
                )[0]
                == 200
            )
        process.kill()
        process.wait()
    with running(project) as (_, port):
        found = ask(port, "GET", f"/api/scenes/{scene.id}/features")[1]
        assert [feature["id"] for feature in found["features"]] == uids
        path = project.labels_path(scene.key)
        deadline = time.monotonic() + 10
        while not path.exists() or len(json.loads(path.read_text())["features"]) != len(uids):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_over_the_wire(project: Project, scene: Scene) -> None:
    """What only the real server can show: its headers, its limits, its answer to a broken request."""
    with running(project) as (_, port):
        status, _, headers = ask(port, "GET", f"/tiles/{scene.id}/native/0/0/0")
        assert status == 200
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "Server" not in headers
        status, body, headers = ask(
            port, "POST", f"/api/scenes/{scene.id}/changesets", raw=b" " * (MAX_BODY_BYTES + 1)
        )
        assert (status, body["status"], headers.get_content_type()) == (413, 413, "application/problem+json")
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"NONSENSE\r\n\r\n")
            assert b"Traceback" not in connection.recv(10_000)
        assert ask(port, "GET", "/api/health")[0] == 200


def test_port_in_use(project: Project, scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListenError, match=rf"^Port {port} on 127\.0\.0\.1 is in use[^\n]*\.$"):
            serve(project, port=port)


@pytest.mark.parametrize(
    ("host", "port"), [("192.0.2.1", 8080), ("no.such.host.invalid", 8080), ("127.0.0.1", 99_999)]
)
def test_address_that_cannot_be_listened_on(project: Project, scene: Scene, host: str, port: int) -> None:
    with pytest.raises(ListenError) as caught:
        serve(project, host, port)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_host_policy() -> None:
    assert host_policy("127.0.0.1").allows("localhost:8080")
    assert not host_policy("127.0.0.1").allows("192.0.2.1:8080")
    assert host_policy("labels.example").allows("labels.example")
    assert host_policy("0.0.0.0").allows("192.0.2.1:8080")
    assert not host_policy("0.0.0.0").allows("evil.example")
    assert host_policy("::1").allows("[::1]:8080")


def test_server_url() -> None:
    assert server_url("127.0.0.1", 8080) == "http://127.0.0.1:8080"
    assert server_url("0.0.0.0", 80) == "http://127.0.0.1:80"
    assert server_url("::1", 8080) == "http://[::1]:8080"


def test_web_process_never_imports_torch() -> None:
    code = (
        "import sys, server.app, server.serve, server.http.openapi; "
        "print([name for name in ('torch', 'torchvision') if name in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    assert out.stdout.strip() == "[]"
