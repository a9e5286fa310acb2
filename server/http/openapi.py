"""OpenAPI 3.1 document, made from the URL map, the views' `RouteDoc` and the pydantic schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from geoengine import __version__
from server.http.documentation import JSON, RouteDoc, doc_of
from server.schemas.base import Query
from server.schemas.problems import ProblemReply

PROBLEM_TYPE = "application/problem+json"
# Any route can answer with these: wrong host, unexpected failure, store busy or disk full.
COMMON_PROBLEMS = (421, 500, 503)
WRITE_PROBLEMS = (400, 403, 413, 415, 422)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_ARGUMENT = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")


def openapi_document(app: Flask) -> dict[str, Any]:
    """Return the document for all routes of `app` that are documented; see `undocumented` for the others."""
    operations = list(_operations(app))
    schemas, definitions = _schemas(doc for _, _, doc in operations)
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, doc in operations:
        item = paths.setdefault(path_template(rule), {})
        item[method.lower()] = _operation(rule, method, doc, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "GeoEngine",
            "version": __version__,
            "description": "Labels of overhead imagery: scenes, proposed and corrected features, map tiles. "
            "Coordinates are in the scene's own CRS; errors are RFC 9457 problem details.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": definitions},
    }


def undocumented(app: Flask) -> list[str]:
    """Return the routes of `app` without a `RouteDoc`; a test wants none."""
    return sorted(
        rule.rule for rule in app.url_map.iter_rules() if doc_of(app.view_functions[rule.endpoint]) is None
    )


def path_template(rule: Rule) -> str:
    """Return a rule's path as OpenAPI writes it.

    Example:
        ``/tiles/<int:scene_id>/native/<int:z>`` becomes ``/tiles/{scene_id}/native/{z}``.
    """
    return _ARGUMENT.sub(r"{\1}", rule.rule)


def _operations(app: Flask) -> Iterable[tuple[Rule, str, RouteDoc]]:
    for rule in app.url_map.iter_rules():
        doc = doc_of(app.view_functions[rule.endpoint])
        if doc is not None:
            for method in METHODS:
                if method in (rule.methods or ()):
                    yield rule, method, doc


_Schemas = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]


def _schemas(docs: Iterable[RouteDoc]) -> tuple[_Schemas, dict[str, Any]]:
    """Return references to the schemas of bodies and replies, and the definitions they refer to."""
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(ProblemReply, "serialization"): None}
    for doc in docs:
        if doc.response is not None:
            wanted[(doc.response, "serialization")] = None
        if doc.body is not None:
            wanted[(doc.body, "validation")] = None
    references, definitions = models_json_schema(list(wanted), ref_template="#/components/schemas/{model}")
    return references, definitions["$defs"]


def _operation(rule: Rule, method: str, doc: RouteDoc, schemas: _Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(rule, method),
        "summary": doc.summary,
        "tags": [doc.tag],
        "responses": _responses(rule, doc, schemas),
    }
    if doc.description:
        operation["description"] = doc.description
    parameters = _path_parameters(rule)
    if doc.query is not None:
        parameters += _query_parameters(doc.query)
    if parameters:
        operation["parameters"] = parameters
    if doc.body is not None:
        schema = schemas[(doc.body, "validation")]
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    elif doc.body_type != JSON:
        operation["requestBody"] = {"required": True, "content": {doc.body_type: {}}}
    return operation


def _operation_id(rule: Rule, method: str) -> str:
    # A view can have two rules (a tile with and without a suffix); each operation needs its own name.
    path = re.sub(r"[^0-9A-Za-z]+", "_", path_template(rule)).strip("_") or "index"
    return f"{method.lower()}_{path}"


def _path_parameters(rule: Rule) -> list[dict[str, Any]]:
    parameters = []
    for name in _ARGUMENT.findall(rule.rule):
        converter = rule._converters[name]
        schema: dict[str, Any] = {"type": "string"}
        if isinstance(converter, IntegerConverter):
            schema = {"type": "integer", "minimum": 0, "maximum": converter.max}
        elif isinstance(converter, AnyConverter):
            schema = {"type": "string", "enum": sorted(getattr(converter, "items", ()))}
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    return parameters


def _query_parameters(query: type[Query]) -> list[dict[str, Any]]:
    schema = query.model_json_schema()
    parameters = []
    for name, field in schema["properties"].items():
        field = {key: value for key, value in field.items() if key != "title"}
        description = field.pop("description", "")
        parameter = {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": field,
        }
        if any(part.get("type") == "array" for part in (field, *field.get("anyOf", ()))):
            parameter |= {"style": "form", "explode": name in query.REPEATED}
        if description:
            parameter["description"] = description
        parameters.append(parameter)
    return parameters


def _responses(rule: Rule, doc: RouteDoc, schemas: _Schemas) -> dict[str, Any]:
    schema = schemas[(doc.response, "serialization")] if doc.response is not None else {}
    responses: dict[str, Any] = {
        "200": {"description": "OK", "content": {media: {"schema": schema} for media in doc.media_types}}
    }
    problems = {*doc.problems, *COMMON_PROBLEMS}
    if doc.body is not None or doc.body_type != JSON:
        problems.update(WRITE_PROBLEMS)
    if doc.query is not None:
        problems.add(400)
    if rule.arguments:
        problems.add(404)
    problem = schemas[(ProblemReply, "serialization")]
    for status in sorted(problems):
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_TYPE: {"schema": problem}},
        }
    return responses
