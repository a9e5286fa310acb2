"""Replies with images: strong ETags, 304, and lifetimes in the browser's cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from flask import Response, request

from server.representations.scene_version import VersionedScene
from server.tiles.drawing import EncodedImage
from server.tiles.media import MediaChoice, accepted, media_type
from server.tiles.reply_cache import mark_cacheable

# A scene's version is in the address, so what was once sent for it never changes. `private`: imagery may
# carry a handling marking, so no cache between this server and the browser keeps it.
IMMUTABLE = "private, max-age=31536000, immutable"
REVALIDATE = "private, no-cache"

UNREADABLE_HEADER = "X-GeoEngine-Unreadable"


def chosen_media(suffix: str | None) -> tuple[MediaChoice, bool]:
    """Return the media types to send, and whether ``Accept`` decided them."""
    if suffix is not None:
        return MediaChoice.of_suffix(suffix), False
    return accepted(request.headers.get("Accept", "")), True


def image_reply(
    scenes: Sequence[VersionedScene],
    asked: str | None,
    what: str,
    negotiated: bool,
    draw: Callable[[], EncodedImage],
) -> Response:
    """Return an image, or 304 where the browser has it, for which nothing is read or rendered.

    Args:
        scenes: The scene that is shown, then those it depends on.
        asked: The version in the address.
        what: Everything else that decides its bytes.
        negotiated: Whether ``Accept`` is a part of that.
        draw: Makes the image.
    """
    version = scenes[0].version
    everything = " ".join((*(versioned.version for versioned in scenes), what))
    etag = f"{version}-{hashlib.sha256(everything.encode()).hexdigest()[:16]}"
    if request.if_none_match.contains_weak(etag):
        reply = Response(status=304)
    else:
        image = draw()
        reply = Response(image.data, mimetype=media_type(image.data))
        if image.is_marked:
            # The file may be repaired at any time.
            reply.headers["Cache-Control"] = "no-store"
            reply.headers[UNREADABLE_HEADER] = "1"
            return reply
        mark_cacheable(scenes)
    reply.set_etag(etag)
    # An address with an old version gets the current image, but must not keep it for ever.
    reply.headers["Cache-Control"] = IMMUTABLE if asked == version else REVALIDATE
    if negotiated:
        reply.headers["Vary"] = "Accept"
    return reply
