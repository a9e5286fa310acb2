"""Conversion between bytes and schemas: a request's query and body, and JSON replies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from flask import Response, request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import RequestEntityTooLarge

from server.http.errors import BodyError, BodySyntaxError, FieldError, QueryError
from server.representations.json_text import json_bytes
from server.schemas.base import Query

_Model = TypeVar("_Model", bound=BaseModel)
_Query = TypeVar("_Query", bound=Query)

MAX_REPORTED_ERRORS = 50
MAX_VALUES = 1_000_000
"""Commas in a body. 16 MB of changesets have fewer; five million short values took 0.8 GB and half a minute."""
MAX_LISTED_ERRORS = 10_000
"""More are not listed one by one: their list alone would take more memory than the body."""
GEOMETRY_TAGS = frozenset({"Polygon", "MultiPolygon", "LineString", "Point"})
EDIT_TAGS = frozenset({"create", "update", "delete", "restore"})


def json_reply(value: BaseModel | dict[str, Any], status: int = 200) -> Response:
    """Return a JSON reply from a schema instance or from an object that has a schema's shape."""
    data = value.model_dump(mode="json", by_alias=True) if isinstance(value, BaseModel) else value
    return Response(json_bytes(data), status=status, mimetype="application/json")


def read_query(model: type[_Query]) -> _Query:
    """Return the query string of the current request, checked by `model`; an empty value counts as not given.

    Raises:
        QueryError: On an unknown or repeated name or an unfit value.
    """
    given: dict[str, str | list[str]] = {}
    for name, values in request.args.lists():
        if name in model.REPEATED:
            given |= {name: texts} if (texts := [value for value in values if value]) else {}
            continue
        if len(values) > 1:
            message = f"The query parameter {name!r} is given {len(values)} times; once is expected."
            raise QueryError(message, [FieldError(name, message)])
        # `class=` is what a form sends for "any class"; an empty bbox can only be a mistake of the sender.
        if values[0] or name == "bbox":
            given[name] = values[0]
    try:
        return model.model_validate(given)
    except ValidationError as error:
        fields = field_errors(error.errors(include_url=False, include_input=False))
        first = fields[0]
        raise QueryError(f"The query parameter {first.field!r} is unfit: {first.message}.", fields) from error


def read_body(model: type[_Model]) -> _Model:
    """Return the JSON body of the current request, checked by `model`.

    Raises:
        BodySyntaxError: If it isn't JSON.
        BodyError: If it has the wrong shape.
        RequestEntityTooLarge: If it is longer than the app accepts, or holds more than `MAX_VALUES` values.
    """
    data = request.get_data(cache=False)
    if data.count(b",") > MAX_VALUES:
        raise RequestEntityTooLarge
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        if error.error_count() > MAX_LISTED_ERRORS:
            raise BodyError(f"The body is unfit in {error.error_count()} places; expected none.") from None
        details = error.errors(include_url=False, include_input=False)
        if any(detail["type"] == "json_invalid" for detail in details):
            reason = details[0]["msg"].removeprefix("Invalid JSON: ")
            raise BodySyntaxError(f"The body is not JSON: {reason}; a JSON object is expected.") from error
        fields = field_errors(details)
        first = fields[0]
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise BodyError(
            f"The body's {first.field or 'top level'} is unfit: {first.message}{more}.", fields
        ) from error


def field_errors(details: Iterable[ErrorDetails]) -> list[FieldError]:
    """Return pydantic's errors as field paths and sentences; at most `MAX_REPORTED_ERRORS` of them."""
    errors = []
    for detail in details:
        path = field_path(_places(detail["loc"]))
        message = detail["msg"].removeprefix("Value error, ")
        errors.append(FieldError(path, message[:1].lower() + message[1:]))
        if len(errors) == MAX_REPORTED_ERRORS:
            break
    return errors


def _places(parts: Sequence[int | str]) -> Iterator[int | str]:
    """Yield the places of a path, without the names of the matched edit and geometry, which are pydantic's."""
    for number, part in enumerate(parts):
        is_edit = number == 2 and part in EDIT_TAGS
        if not is_edit and not (part in GEOMETRY_TAGS and parts[number - 1] == "geometry"):
            yield part


def field_path(parts: Iterable[int | str]) -> str:
    """Return the path of a field in a body, e.g. ``edits[0].geometry``."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
