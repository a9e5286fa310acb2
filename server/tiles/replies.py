"""Replies with pictures: strong ETags, 304, and for how long a browser may keep them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from flask import Response, request

from server.tiles.catalog import VersionedScene
from server.tiles.drawing import EncodedImage
from server.tiles.media import MediaChoice, accepted, media_type
from server.tiles.reply_cache import remember

# A scene's version is in the address, so what was once sent for it never changes. `private`: imagery may
# carry a handling marking, so no cache between this server and the browser keeps it.
IMMUTABLE = "private, max-age=31536000, immutable"
REVALIDATE = "private, no-cache"

UNREADABLE_HEADER = "X-GeoEngine-Unreadable"


def chosen_media(suffix: str | None) -> tuple[MediaChoice, bool]:
    """What to send a picture as, and whether ``Accept`` had a say in it."""
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
    """A picture, or 304 where the browser has it; nothing is read or drawn for that.

    Args:
        scenes: those it shows or depends on, the shown one first.
        asked: the version in the address.
        what: everything else that decides which bytes it is.
        negotiated: whether ``Accept`` is a part of that.
        draw: makes the picture.
    """
    version = scenes[0].version
    everything = " ".join((*(versioned.version for versioned in scenes), what))
    etag = f"{version}-{hashlib.sha256(everything.encode()).hexdigest()[:16]}"
    if request.if_none_match.contains_weak(etag):
        reply = Response(status=304)
    else:
        picture = draw()
        reply = Response(picture.data, mimetype=media_type(picture.data))
        if picture.is_marked:
            # The file may be put right at any time.
            reply.headers["Cache-Control"] = "no-store"
            reply.headers[UNREADABLE_HEADER] = "1"
            return reply
        remember(scenes)
    reply.set_etag(etag)
    # An address with an old version shows the present picture, but must not keep it for ever.
    reply.headers["Cache-Control"] = IMMUTABLE if asked == version else REVALIDATE
    if negotiated:
        reply.headers["Vary"] = "Accept"
    return reply
