"""Descriptions of routes, beside the views they describe: the source of the OpenAPI document."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from server.schemas.base import Query

JSON = "application/json"
_ATTRIBUTE = "__route_doc__"
_View = TypeVar("_View", bound=Callable[..., Any])


@dataclass(frozen=True)
class RouteDoc:
    """Description of one operation in the OpenAPI document.

    Attributes:
        summary: One line: the first of the view's docstring.
        tag: The group it is listed in.
        response: Schema of the reply with status 200; None where the reply isn't described by a schema.
        media_types: Of the reply with status 200.
        query: Schema whose fields are the query parameters.
        body: Schema of the JSON request body.
        body_type: Media type of the request body; where it is another than JSON it is bytes, and has no schema.
        problems: The error statuses this operation can answer with, besides those every route has.
        description: More than the summary, in Markdown.
    """

    summary: str
    tag: str
    response: type[BaseModel] | None = None
    media_types: tuple[str, ...] = ("application/json",)
    query: type[Query] | None = None
    body: type[BaseModel] | None = None
    problems: tuple[int, ...] = ()
    description: str = ""
    body_type: str = JSON


def documented(
    tag: str,
    *,
    response: type[BaseModel] | None = None,
    media_types: tuple[str, ...] = ("application/json",),
    query: type[Query] | None = None,
    body: type[BaseModel] | None = None,
    problems: tuple[int, ...] = (),
    description: str = "",
    body_type: str = JSON,
) -> Callable[[_View], _View]:
    """Attach a `RouteDoc` to a view function; goes below the ``route`` decorators.

    The view's docstring becomes the summary, the arguments are the other attributes of `RouteDoc`.
    """

    def attach(view: _View) -> _View:
        summary = (inspect.getdoc(view) or "").partition("\n")[0].removesuffix(".")
        doc = RouteDoc(summary, tag, response, media_types, query, body, problems, description, body_type)
        setattr(view, _ATTRIBUTE, doc)
        return view

    return attach


def doc_of(view: Callable[..., Any]) -> RouteDoc | None:
    """Return the description attached to `view`, or None where there is none."""
    doc = getattr(view, _ATTRIBUTE, None)
    return doc if isinstance(doc, RouteDoc) else None
