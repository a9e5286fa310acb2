"""What the web process itself can find wrong with a request or with its own set-up.

Every error here has its HTTP status in :mod:`server.http.problems`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geoengine.errors import GeoEngineError


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one place of a request.

    Attributes:
        field: Path from the top of the body or query, e.g. ``edits[0].geometry``.
        message: One sentence a person can act on.
    """

    field: str
    message: str


class ServerError(GeoEngineError):
    """Root of the errors of the web process."""


class QueryError(ServerError, ValueError):
    """A query string that says something this route can't do."""

    def __init__(self, message: str, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.fields = tuple(fields)


class BodySyntaxError(ServerError, ValueError):
    """A request body that isn't JSON at all."""


class BodyError(ServerError, ValueError):
    """A JSON body of the wrong shape or content; ``fields`` says where."""

    def __init__(self, message: str, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.fields = tuple(fields)


class MediaTypeError(ServerError, ValueError):
    """A request body sent as something else than ``application/json``."""


class ForeignHostError(ServerError, PermissionError):
    """A ``Host`` header that names a machine this server doesn't answer for (DNS rebinding)."""


class ForeignOriginError(ServerError, PermissionError):
    """A write that another web site's page tries to make through the analyst's browser."""


class TileRangeError(ServerError, LookupError):
    """A tile address outside its scene's pyramid."""


class TileUnreadableError(ServerError, OSError):
    """A scene's raster file is missing, truncated or damaged where this tile lies."""


class OutlinesBusyError(ServerError, RuntimeError):
    """As many outlines as may be are being computed already."""


class LabelsFileError(ServerError, OSError):
    """The scene's label file couldn't be brought up to date on disk."""


class ClientMissingError(ServerError, FileNotFoundError):
    """The built web client isn't beside the server code."""


class ListenError(ServerError, OSError):
    """The wanted address and port can't be listened on."""
