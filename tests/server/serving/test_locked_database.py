"""While another process holds the database, edits wait; health and tiles are answered, and health says why."""

from __future__ import annotations

import http.client
import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask

from geoengine.model import Scene
from geoengine.project import Project
from server.serve import listen


def ask(port: int, path: str, body: object = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        data = None if body is None else json.dumps(body)
        connection.request(
            "GET" if body is None else "POST", path, data, {"Content-Type": "application/json"}
        )
        reply = connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(
            text
        ) if reply.headers.get_content_type() == "application/json" else text
    finally:
        connection.close()


def test_health_while_edits_wait(app: Flask, project: Project, scene: Scene, draw: Any, make_id: Any) -> None:
    server = listen(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    other = sqlite3.connect(project.directory / "geoengine.db", isolation_level=None)
    url = f"/api/scenes/{scene.id}/changesets"

    def edit(number: int) -> int:
        create = {"op": "create", "uid": make_id(), "class": "tree", "geometry": draw(20 * number, 1)}
        return ask(server.port, url, {"token": make_id(), "edits": [create]})[0]

    try:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(12) as pool:
            edits = [pool.submit(edit, number) for number in range(12)]
            until, health = time.monotonic() + 15, {"status": "ok", "problems": []}
            while health["status"] == "ok":
                began = time.monotonic()
                assert began < until
                status, health = ask(server.port, "/api/health")
                assert status == 200
                assert time.monotonic() - began < 5
                time.sleep(0.1)
            assert "locked the database" in health["problems"][0]
            assert ask(server.port, f"/tiles/{scene.id}/native/0/0/0")[0] == 200
            other.execute("ROLLBACK")
            assert [each.result() for each in edits] == [200] * 12
        until = time.monotonic() + 10
        while ask(server.port, "/api/health")[1]["status"] != "ok":
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        other.close()
        server.stop()
        thread.join(timeout=40)
        server.close()
