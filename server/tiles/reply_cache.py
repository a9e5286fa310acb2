"""Cache of tile replies in front of the framework, which takes longer than everything else in a cached tile.

It repeats replies of the app byte for byte: for the same address, query and ``Accept``, for a host that the server
answers to, as long as the scenes keep their versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from geoengine.errors import GeoEngineError
from server.http.memory_cache import MemoryCache
from server.http.security import HostPolicy
from server.representations.scene_version import VersionedScene
from server.tiles.catalog import SceneCatalog

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BYTES = 16_000_000
_SCENES = "geoengine.scenes"
# Headers of a body, which a 304 has not.
_OF_BODY = frozenset({"content-type", "content-length"})

_Key = tuple[str, str, str]


def mark_cacheable(scenes: Sequence[VersionedScene]) -> None:
    """Mark the current reply as cacheable as long as these scenes keep their versions."""
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
    """WSGI middleware that answers cached tiles without the app.

    Args:
        app: The application for everything else.
        catalog: The scenes with their versions now.
        policy: The hosts that this server answers to.
        max_bytes: Bound of the cached bodies.
    """

    def __init__(
        self,
        app: WSGIApplication,
        catalog: SceneCatalog,
        policy: HostPolicy,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """Make a middleware with an empty cache."""
        self._app = app
        self._catalog = catalog
        self._policy = policy
        self._replies: MemoryCache[_Key, _Reply] = MemoryCache(max_bytes, lambda reply: len(reply.body))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the cache, else by the app (PEP 3333)."""
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
            return False  # the app answers with the error

    def _recorded(
        self, key: _Key, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Return the app's reply, and cache it where a view marked it."""
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
