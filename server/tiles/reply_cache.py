"""A short way for tiles that were sent a moment ago: past the framework, which takes longer than all the rest.

It answers only what the app answered before, byte for byte: the same address, query and ``Accept``, for a host
the server answers to, as long as the scenes behind it are what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from geoengine.errors import GeoEngineError
from server.http.memory_cache import MemoryCache
from server.http.security import HostPolicy
from server.tiles.catalog import SceneCatalog, VersionedScene

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BYTES = 64_000_000
_SCENES = "geoengine.scenes"
# What describes a body isn't sent without one.
_OF_BODY = frozenset({"content-type", "content-length"})

_Key = tuple[str, str, str]


def remember(scenes: Sequence[VersionedScene]) -> None:
    """Says of the reply being made that it stays right as long as these scenes stay what they are."""
    request.environ[_SCENES] = tuple(scenes)


def _key(environ: WSGIEnvironment) -> _Key:
    return environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT", "")


@dataclass(frozen=True)
class _Reply:
    scenes: tuple[VersionedScene, ...]
    etag: str
    headers: list[tuple[str, str]]
    body: bytes


class TileReplyCache:
    """WSGI middleware in front of the app.

    Args:
        app: what answers everything else.
        catalog: the scenes as they are now.
        policy: the hosts this server answers to.
        max_bytes: how much is remembered.
    """

    def __init__(
        self,
        app: WSGIApplication,
        catalog: SceneCatalog,
        policy: HostPolicy,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._app = app
        self._catalog = catalog
        self._policy = policy
        self._replies: MemoryCache[_Key, _Reply] = MemoryCache(max_bytes, lambda reply: len(reply.body))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer by what is remembered, else by the app."""
        found = self.remembered(environ, start_response)
        if found is not None:
            return found
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        return self._recorded(_key(environ), environ, start_response)

    def remembered(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes] | None:
        """Answer a request for a picture that was sent a moment ago; return None for any other."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        reply = self._replies.get(_key(environ))
        if reply is None or not self._is_current(reply, environ):
            return None
        given = environ.get("HTTP_IF_NONE_MATCH")
        if given is not None and (reply.etag in given or given.strip() == "*"):
            kept = [(name, value) for name, value in reply.headers if name.lower() not in _OF_BODY]
            start_response("304 NOT MODIFIED", kept)
            return []
        start_response("200 OK", list(reply.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]

    def _is_current(self, reply: _Reply, environ: WSGIEnvironment) -> bool:
        if not self._policy.allows(environ.get("HTTP_HOST", "")):
            return False
        try:
            return all(
                self._catalog.get(str(versioned.scene.id)).version == versioned.version
                for versioned in reply.scenes
            )
        except GeoEngineError:
            return False  # the app says what is wrong

    def _recorded(
        self, key: _Key, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """What the app answers; a picture that may be sent again is remembered."""
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            started[:] = [status, headers]
            return start_response(status, headers, *error)

        body = self._app(environ, start)
        scenes = environ.get(_SCENES)
        if scenes is None or not started or started[0][:3] != "200" or environ["REQUEST_METHOD"] != "GET":
            return body
        data = b"".join(body)
        close = getattr(body, "close", None)
        if close is not None:
            close()
        headers = list(started[1])
        etag = next((value for name, value in headers if name == "ETag"), "")
        if etag:
            self._replies.put(key, _Reply(scenes, etag, headers, data))
        return [data]
