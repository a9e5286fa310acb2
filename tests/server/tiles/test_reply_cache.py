"""Cache of tile replies in front of the app."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from server.http.security import HostPolicy
from server.tiles.catalog import SceneCatalog
from server.tiles.reply_cache import TileReplyCache, mark_cacheable
from server.tiles.source_watch import SourceWatch


class Cached:
    """App of one tile behind the cache, with the number of requests that reached it."""

    def __init__(self, project: Project, store: Store) -> None:
        self.requests = 0
        app, catalog = Flask("test"), SceneCatalog(store, SourceWatch(project))

        @app.get("/tile")
        def tile() -> Response:
            self.requests += 1
            mark_cacheable([catalog.get("town")])
            reply = Response(f"tile {self.requests}", mimetype="image/png")
            reply.set_etag(f"e{self.requests}")
            return reply

        @app.get("/other")
        def other() -> str:
            self.requests += 1
            return "not marked"

        app.wsgi_app = TileReplyCache(app.wsgi_app, catalog, HostPolicy.of(["localhost"]))  # type: ignore[method-assign]
        self.client: FlaskClient = app.test_client()


@pytest.fixture
def cached(project: Project) -> object:
    with project.store() as store:
        yield Cached(project, store)


def test_a_marked_reply_is_repeated_without_the_app(cached: Cached) -> None:
    first, again = cached.client.get("/tile"), cached.client.get("/tile")
    assert (again.data, dict(again.headers)) == (first.data, dict(first.headers))
    assert cached.client.head("/tile").data == b""
    known = cached.client.get("/tile", headers={"If-None-Match": '"e1"'})
    assert (known.status_code, known.data, known.mimetype) == (304, b"", None)
    assert cached.requests == 1


def test_query_and_accept_are_part_of_the_key(cached: Cached) -> None:
    cached.client.get("/tile")
    cached.client.get("/tile?v=2")
    cached.client.get("/tile", headers={"Accept": "image/webp"})
    assert cached.requests == 3


def test_other_replies_reach_the_app_each_time(cached: Cached) -> None:
    for _ in range(2):
        assert cached.client.get("/other").data == b"not marked"
    cached.client.get("/tile")
    assert cached.client.post("/tile").status_code == 405
    assert cached.requests == 3


def test_another_host_gets_nothing_from_the_cache(cached: Cached) -> None:
    cached.client.get("/tile")
    cached.client.get("/tile", headers={"Host": "attacker.example"})
    assert cached.requests == 2


def test_a_new_version_of_the_scene_ends_the_reply(project: Project, scene: Scene) -> None:
    with project.store() as store:
        cached = Cached(project, store)
        cached.client.get("/tile")
        store.set_stretch(scene.id, replace(scene.stretch, gamma=2.0))
        assert cached.client.get("/tile").data == b"tile 2"
