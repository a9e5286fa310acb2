"""Replies that cost something and stay true until somebody edits: made once, kept, and known to browsers by ETag."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import Response, request

from server.wire import json_bytes

KEPT_BYTES = 16 * 1024 * 1024


class ReplyCache:
    """The bodies of the latest replies by their address; shared by all threads."""

    def __init__(self, capacity: int = KEPT_BYTES) -> None:
        self._capacity = capacity
        self._size = 0
        self._lock = threading.Lock()
        self._bodies: OrderedDict[str, tuple[int, bytes]] = OrderedDict()

    def find(self, address: str, changeset: int) -> bytes | None:
        """What was kept of this address if it is of this changeset."""
        with self._lock:
            found = self._bodies.get(address)
            if found is None or found[0] != changeset:
                return None
            self._bodies.move_to_end(address)
            return found[1]

    def keep(self, address: str, changeset: int, body: bytes) -> None:
        """Keeps a reply, in the place of those asked for longest ago."""
        with self._lock:
            _, before = self._bodies.pop(address, (0, b""))
            self._bodies[address] = (changeset, body)
            self._size += len(body) - len(before)
            while self._size > self._capacity:
                _, (_, oldest) = self._bodies.popitem(last=False)
                self._size -= len(oldest)


def counted_reply(cache: ReplyCache, changeset: int, count: Callable[[], dict[str, Any]]) -> Response:
    """The JSON reply to the current request, counted only where it isn't known; 304 where the browser has it.

    Args:
        cache: Of replies.
        changeset: The scene's newest changeset, read before anything is counted: what slips in between is then
            counted again rather than missed.
        count: Makes the reply without its ``changeset``.
    """
    body = cache.find(request.full_path, changeset)
    if body is None:
        body = json_bytes({**count(), "changeset": changeset})
        cache.keep(request.full_path, changeset, body)
    response = Response(body, mimetype="application/json")
    # Of the content: another project served at this address has changesets of the same numbers.
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
