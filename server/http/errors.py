"""Errors of the web process: of requests, and of its own set-up.

Every error here has its HTTP status in :mod:`server.http.problems`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geoengine.errors import GeoEngineError


@dataclass(frozen=True)
class FieldError:
    """Error in one field of a request.

    Attributes:
        field: Path from the top of the body or query, e.g. ``edits[0].geometry``.
        message: One sentence a person can act on.
    """

    field: str
    message: str


class ServerError(GeoEngineError):
    """Root of the errors of the web process."""


class QueryError(ServerError, ValueError):
    """A query string with an unknown name or an invalid value."""

    def __init__(self, message: str, fields: Sequence[FieldError] = ()) -> None:
        """Make an error of these fields; `message` is one sentence about all of them."""
        super().__init__(message)
        self.fields = tuple(fields)


class BodySyntaxError(ServerError, ValueError):
    """A request body that is not JSON."""


class BodyError(ServerError, ValueError):
    """A JSON body of the wrong shape or content; ``fields`` says where."""

    def __init__(self, message: str, fields: Sequence[FieldError] = ()) -> None:
        """Make an error of these fields; `message` is one sentence about all of them."""
        super().__init__(message)
        self.fields = tuple(fields)


class MediaTypeError(ServerError, ValueError):
    """A request body sent as something else than the route takes: ``application/json``, but for pieces of files."""


class ForeignHostError(ServerError, PermissionError):
    """A ``Host`` header that does not name this server (DNS rebinding)."""


class ForeignOriginError(ServerError, PermissionError):
    """A write by a page of another web site through the analyst's browser."""


class OtherProjectError(ServerError, LookupError):
    """Edits made for another project than the one that is served."""


class TileRangeError(ServerError, LookupError):
    """A tile address outside its scene's pyramid."""


class TileUnreadableError(ServerError, OSError):
    """A scene's raster file is missing, truncated or damaged where this tile lies."""


class OutlinesBusyError(ServerError, RuntimeError):
    """Too many outlines are being computed already."""


class LabelsFileError(ServerError, OSError):
    """The scene's label file could not be written."""


class ClientMissingError(ServerError, FileNotFoundError):
    """The built web client is missing."""


class PieceTooLargeError(ServerError, ValueError):
    """A piece of an upload that is longer than one may be."""


class OffsetError(ServerError, ValueError):
    """A piece of an upload that is not the next one.

    Attributes:
        offset: Where the next one begins.
    """

    def __init__(self, name: str, got: int, offset: int) -> None:
        """Make the sentence from the file's name, the piece's offset and the right one."""
        super().__init__(f"The piece of {name} begins at byte {got}, expected {offset}: so much is there.")
        self.offset = offset


class UploadIncompleteError(ServerError, RuntimeError):
    """An upload that is to be finished, and of which bytes are missing."""


class NoRoomError(ServerError, OSError):
    """An upload for which the disk has too little room."""


class ListenError(ServerError, OSError):
    """The server cannot listen on the requested address and port."""
