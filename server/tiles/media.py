"""Media type of a tile: by suffix or parameter, else by the ``Accept`` header."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from tiling.display.rendering import JPEG, PNG, WEBP

SUFFIXES = {"png": PNG, "jpg": JPEG, "webp": WEBP}

_SIGNATURES = {b"\x89P": PNG, b"\xff\xd8": JPEG, b"RI": WEBP}


@dataclass(frozen=True)
class MediaChoice:
    """Media types of a fully valid image, and of one with transparent pixels."""

    opaque: str
    partial: str

    @classmethod
    def of_suffix(cls, suffix: str) -> MediaChoice:
        """Return the type that a suffix names; in JPEG, transparent pixels become black."""
        return cls(SUFFIXES[suffix], SUFFIXES[suffix])


@lru_cache(maxsize=256)
def accepted(header: str) -> MediaChoice:
    """Return the best types of an ``Accept`` header (RFC 9110, 12.5.1).

    Of types a client likes equally, JPEG comes first where it can be: it is made and sent fastest. A client
    that accepts none of ours gets what it would get without the header.
    """
    if not header:
        return MediaChoice(JPEG, PNG)
    accept = parse_accept_header(header, MIMEAccept)
    # A wildcard says nothing about WebP: old viewers send it, and fail to show one.
    named = [kind for kind in (JPEG, WEBP, PNG) if kind != WEBP or "image/webp" in header.lower()]
    # The first of the best: werkzeug's own choice prefers a type that is named to one of a wildcard.
    qualities = [accept.quality(kind) for kind in named]
    opaque = named[qualities.index(max(qualities))] if max(qualities) > 0 else JPEG
    partial = accept.best_match([kind for kind in (*named[1:],)]) or PNG
    return MediaChoice(opaque, partial)


def media_type(image: bytes) -> str:
    """Return the media type of an encoded image by its first bytes."""
    return _SIGNATURES[image[:2]]
