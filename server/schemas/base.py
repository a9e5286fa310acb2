"""Base classes of all schemas, and the few types that several of them use.

Coordinates are always in the scene's own CRS (``crs`` of the scene; the pixel plane x = column, y = -row
where it has none), x before y, never rounded. Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from geoengine.model.limits import MAX_COORDINATE, MAX_ID
from geoengine.model.timestamp import moment_of

State = Literal["proposed", "accepted", "rejected"]
Confidence = Literal["", "possible", "probable", "confirmed"]
"""How sure a person is; the empty one where nobody has said so."""
Order = Literal["surest", "least-sure", "nearest", "size", "class", "overlaps"]
"""Order of the review queue, see `QueueOrder`."""
Bounds = tuple[float, float, float, float]
Id = Annotated[int, Field(ge=1, le=MAX_ID)]
"""Number of a scene or a job."""
Coordinate = Annotated[float, Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE)]
"""Coordinate in a request; the bound keeps sums and quotients of coordinates finite."""
Box = tuple[Coordinate, Coordinate, Coordinate, Coordinate]
"""minx, miny, maxx, maxy in a request."""


def _moment(value: object) -> object:
    return moment_of(value) if isinstance(value, str) else value


Moment = Annotated[str, BeforeValidator(_moment)]
"""Date or time in a request, as `utc_now` writes it; a date is its first moment in UTC."""


class Reply(BaseModel):
    """Base of replies; fields are never missing, only null."""

    model_config = ConfigDict(
        populate_by_name=True, allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )


class Request(BaseModel):
    """Base of request bodies; an unknown field is an error and is not ignored."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, populate_by_name=True)


class Query(BaseModel):
    """Base of query strings: text values, comma-separated lists, unknown names refused."""

    REPEATED: ClassVar[frozenset[str]] = frozenset()
    """Names that may come several times, for values that may have commas in them."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def class_field(default: Any = ..., description: str = "Key of a label class.") -> Any:
    """Return a field that is named ``class`` in JSON, which is a keyword in Python."""
    return Field(default, validation_alias="class", serialization_alias="class", description=description)


def _split(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


CommaList = BeforeValidator(_split)
