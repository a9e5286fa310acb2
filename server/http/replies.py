"""JSON replies that stay valid until the scene's next changeset: cached here, and in browsers by ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from typing import Any

from flask import Response, request

from server.http.memory_cache import MemoryCache
from server.representations.json_text import json_bytes

MAX_CACHED_BYTES = 2_000_000

Replies = MemoryCache[tuple[str, int, tuple[str, ...]], bytes]
"""Bodies by their address, changeset and other facts."""


def cached_reply(
    replies: Replies, changeset: int, facts: Collection[str], count: Callable[[], dict[str, Any]]
) -> Response:
    """Return the JSON reply to the current request, made only where it is not cached; 304 where the browser has it.

    Args:
        replies: The cache.
        changeset: The scene's newest changeset, of the same view of the store as the counts.
        facts: What else the reply goes by: changes of classes are no changesets.
        count: Makes the reply without its ``changeset``.
    """
    key = request.full_path, changeset, tuple(facts)
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
