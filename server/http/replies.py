"""Replies that cost something and stay true until somebody edits: made once, kept, and known to browsers by ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, request

from server.http.memory_cache import MemoryCache
from server.representations.json_text import json_bytes

MAX_CACHED_BYTES = 16 * 1024 * 1024

Replies = MemoryCache[tuple[str, int], bytes]
"""Bodies by their address and changeset."""


def cached_reply(replies: Replies, changeset: int, count: Callable[[], dict[str, Any]]) -> Response:
    """The JSON reply to the current request, counted only where it isn't known; 304 where the browser has it.

    Args:
        replies: Those made before.
        changeset: The scene's newest changeset, read before anything is counted: what slips in between is then
            counted again rather than missed.
        count: Makes the reply without its ``changeset``.
    """
    key = request.full_path, changeset
    body = replies.get(key)
    if body is None:
        body = json_bytes({**count(), "changeset": changeset})
        replies.put(key, body)
    response = Response(body, mimetype="application/json")
    # Of the content: another project served at this address has changesets of the same numbers.
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
