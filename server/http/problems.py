"""Table from errors to HTTP statuses, and the problem documents (RFC 9457) made from it."""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from detectors.outlines import OutlinePackageError
from geoengine import errors as core
from geoengine.store.errors import ClassesChangedError, ConflictError, DuplicateSceneError, PinConflictError
from geoengine.store.read_only import ReadOnlyError
from geoengine.tasks.finetune.plan import FinetuneError
from geoengine.tasks.prelabel.partners import PrelabelError
from geoengine.tasks.scenes.originals import ChangedSourceError
from server.http import errors as server
from server.representations.feature_json import feature_object
from server.representations.json_text import json_bytes
from server.representations.pin_json import pin_reply
from tiling.errors import TilingError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemKind:
    """Status, type and title that all problems of one kind share.

    Attributes:
        status: HTTP status.
        name: Last part of the problem's type URI.
        title: Short, the same each time.
        is_private: The error's own text is for the log, not for the reply: it may name files of the server.
    """

    status: int
    name: str
    title: str
    is_private: bool = False


# An error is looked up by its class, then by its bases in the order Python would search them.
TABLE: Mapping[type[BaseException], ProblemKind] = {
    server.QueryError: ProblemKind(400, "bad-query", "The query string does not fit"),
    server.BodySyntaxError: ProblemKind(400, "not-json", "The body is not JSON"),
    ReadOnlyError: ProblemKind(403, "read-only", "The project is read-only"),
    server.ForeignOriginError: ProblemKind(403, "foreign-origin", "Another site's page may not write here"),
    core.NotFoundError: ProblemKind(404, "not-found", "There is no such thing"),
    server.TileRangeError: ProblemKind(404, "tile-outside", "The tile lies outside the scene's pyramid"),
    ConflictError: ProblemKind(409, "edit-conflict", "Somebody else changed this meanwhile"),
    PinConflictError: ProblemKind(409, "pin-conflict", "Somebody else changed this pin meanwhile"),
    ClassesChangedError: ProblemKind(409, "classes-changed", "The classes were changed meanwhile"),
    ChangedSourceError: ProblemKind(409, "raster-changed", "The scene's raster was replaced"),
    server.OffsetError: ProblemKind(409, "upload-offset", "The piece is not the next one"),
    server.UploadIncompleteError: ProblemKind(409, "upload-incomplete", "Bytes of the upload are missing"),
    core.NotSeenError: ProblemKind(409, "not-seen", "Too little of the ground has been seen"),
    core.JobStateError: ProblemKind(409, "job-state", "The job is not in a state for this"),
    DuplicateSceneError: ProblemKind(409, "duplicate-scene", "The scene is registered already"),
    server.OtherProjectError: ProblemKind(412, "other-project", "Another project is served here"),
    server.PieceTooLargeError: ProblemKind(413, "piece-too-large", "The piece of the file is too large"),
    server.MediaTypeError: ProblemKind(415, "media-type", "The body is not sent as the type it should have"),
    server.ForeignHostError: ProblemKind(421, "foreign-host", "This server does not answer for that host"),
    core.InvalidGeometryError: ProblemKind(422, "invalid-geometry", "The outline is not a valid polygon"),
    core.UnknownClassError: ProblemKind(422, "unknown-class", "The project has no such class"),
    PrelabelError: ProblemKind(422, "nothing-to-propose", "The model has nothing to propose here"),
    FinetuneError: ProblemKind(422, "too-few-labels", "There is too little to learn from"),
    core.TokenReuseError: ProblemKind(422, "token-reuse", "The token was used for other edits before"),
    core.InvalidValueError: ProblemKind(422, "invalid-value", "A value does not fit"),
    server.BodyError: ProblemKind(422, "invalid-body", "The body does not have the expected shape"),
    server.TileUnreadableError: ProblemKind(500, "raster-unreadable", "The raster cannot be read here"),
    # Its messages name a package's files, and no folder of the server.
    OutlinePackageError: ProblemKind(500, "outline-package", "The package that outlines cannot be used"),
    TilingError: ProblemKind(500, "raster-unreadable", "The raster cannot be read", is_private=True),
    core.ExchangeError: ProblemKind(500, "label-file", "The label file cannot be made", is_private=True),
    core.ProjectError: ProblemKind(500, "project", "The project cannot be used", is_private=True),
    core.StoreError: ProblemKind(503, "store", "The label store cannot be used right now", is_private=True),
    server.OutlinesBusyError: ProblemKind(503, "outlines-busy", "Other outlines are being computed"),
    server.LabelsFileError: ProblemKind(503, "label-file-stale", "The label file could not be written"),
    server.ClientMissingError: ProblemKind(503, "client-missing", "The web client has not been built"),
    server.NoRoomError: ProblemKind(507, "no-room", "The server's disk has too little room"),
    core.GeoEngineError: ProblemKind(500, "internal", "Something went wrong in the server", is_private=True),
    server.ServerError: ProblemKind(500, "internal", "Something went wrong in the server", is_private=True),
}
UNEXPECTED = ProblemKind(500, "internal", "Something went wrong in the server", is_private=True)
DISK_FULL = ProblemKind(507, "disk-full", "The server's disk is full", is_private=True)
DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})


def kind_of(error: BaseException) -> ProblemKind:
    """Return the table's row for an error; `UNEXPECTED` where it has none."""
    if isinstance(error, HTTPException):
        status = error.code or 500
        phrase = HTTPStatus(status).phrase
        return ProblemKind(status, phrase.lower().replace(" ", "-"), phrase)
    if any(isinstance(cause, OSError) and cause.errno in DISK_FULL_ERRNOS for cause in _with_causes(error)):
        return DISK_FULL
    for base in type(error).__mro__:
        if base in TABLE:
            return TABLE[base]
    return UNEXPECTED


def problem_of(error: BaseException) -> dict[str, Any]:
    """Return the problem document for an error, in the shape of `ProblemReply`."""
    kind = kind_of(error)
    problem: dict[str, Any] = {
        "type": f"urn:geoengine:problem:{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": _detail(error, kind),
    }
    fields = _fields(error)
    if fields:
        problem["errors"] = [asdict(field) for field in fields]
    if isinstance(error, server.OffsetError):
        problem["offset"] = error.offset
    if isinstance(error, ConflictError):
        problem["conflicts"] = [
            {
                "uid": conflict.uid,
                "base_revision": conflict.base_revision,
                "current": feature_object(conflict.current),
            }
            for conflict in error.conflicts
        ]
    if isinstance(error, PinConflictError):
        problem["pin"] = pin_reply(error.current).model_dump(mode="json")
    return problem


def problem_reply(error: Exception) -> Response:
    """Return the reply for an error; the traceback of a server error is logged and never sent."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        redirect = error.get_response(request.environ)
        return Response(redirect.data, redirect.status, redirect.headers)
    problem = problem_of(error)
    if isinstance(error, server.NoRoomError):
        log.warning("%s %r was refused: %s", request.method, request.path, error)
    elif problem["status"] >= 500:
        log.error("%s %r failed with %d", request.method, request.path, problem["status"], exc_info=error)
    reply = Response(json_bytes(problem), status=problem["status"], mimetype=MEDIA_TYPE)
    if isinstance(error, HTTPException):
        # 405 carries Allow, 416 Content-Range, 429 Retry-After: headers the status is of no use without.
        for name, value in error.get_headers(request.environ):
            if name.lower() not in {"content-type", "content-length"}:
                reply.headers[name] = value
    if problem["status"] == 503:
        reply.headers["Retry-After"] = "2"
    return reply


def install(app: Flask) -> None:
    """Answer every error of `app`, expected or not, with a problem document."""
    app.register_error_handler(Exception, problem_reply)


def _detail(error: BaseException, kind: ProblemKind) -> str:
    if isinstance(error, HTTPException):
        return _http_detail(error)
    if kind.is_private:
        return f"{kind.title}; the server's log says more."
    return str(error)


def _http_detail(error: HTTPException) -> str:
    if error.code == 404:
        return f"There is nothing at {request.path[:200]!r}; /api/openapi.json lists what there is."
    if error.code == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return f"{request.method} is not possible at {request.path[:200]!r}; expected one of {allowed}."
    if error.code == 413:
        return "The body is too large; send the edits in several changesets."
    return error.description or HTTPStatus(error.code or 500).phrase


def _fields(error: BaseException) -> tuple[server.FieldError, ...]:
    if isinstance(error, server.QueryError | server.BodyError):
        return error.fields
    if isinstance(error, core.InvalidValueError | core.UnknownClassError):
        return (server.FieldError(error.field or "", str(error)),)
    return ()


def _with_causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
