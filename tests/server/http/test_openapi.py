"""The OpenAPI document is complete, consistent and true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from server.http.documentation import doc_of
from server.http.openapi import openapi_document, undocumented
from server.schemas.queries import FilterQuery

Json = dict[str, Any]


@pytest.fixture
def document(still_client: FlaskClient) -> Json:
    reply = still_client.get("/api/openapi.json")
    assert reply.status_code == 200
    found: Json = reply.json
    return found


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_no_route_is_undocumented(still_app: Flask) -> None:
    assert undocumented(still_app) == []


def test_a_forgotten_route_is_noticed(app: Flask) -> None:
    app.add_url_rule("/forgotten", view_func=lambda: Response())
    assert undocumented(app) == ["/forgotten"]


def test_every_route_and_method_is_in_it(still_app: Flask, document: Json) -> None:
    expected = {
        (re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", rule.rule), method.lower())
        for rule in still_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, method, _ in operations(document)} == expected


def test_routes_that_clients_rely_on(document: Json) -> None:
    for path in (
        "/",
        "/api/project",
        "/api/classes",
        "/api/scenes",
        "/api/scenes/{scene_id}",
        "/api/scenes/{scene_id}/features",
        "/api/scenes/{scene_id}/queue",
        "/api/scenes/{scene_id}/density",
        "/api/scenes/{scene_id}/scores",
        "/api/scenes/{scene_id}/facets",
        "/api/scenes/{scene_id}/pairs",
        "/api/features/{uid}",
        "/api/scenes/{scene_id}/labels.geojson",
        "/api/jobs",
        "/api/jobs/{job_id}",
        "/api/health",
        "/api/openapi.json",
        "/tiles/{scene_id}/native/{z}/{x}/{y}",
        "/tiles/{scene_id}/thumbnail",
    ):
        assert "get" in document["paths"][path]
    for path in (
        "/api/scenes/{scene_id}/changesets",
        "/api/jobs",
        "/api/jobs/{job_id}/cancel",
        "/api/jobs/{job_id}/retry",
    ):
        assert "post" in document["paths"][path]


def test_structure(document: Json) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"]
    assert document["info"]["version"]
    identifiers = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(identifiers)) == len(identifiers)
    for path, _, operation in operations(document):
        assert operation["summary"]
        declared = [
            parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "path"
        ]
        assert sorted(declared) == sorted(re.findall(r"{([^}]+)}", path))
        assert operation["responses"]["200"]["content"]
        for status, response in operation["responses"].items():
            assert response["description"]
            if status != "200":
                assert list(response["content"]) == ["application/problem+json"]


def test_every_reference_resolves(document: Json) -> None:
    found = set(references(document))
    assert found
    for reference in found:
        prefix, _, name = reference.rpartition("/")
        assert prefix == "#/components/schemas"
        assert name in document["components"]["schemas"]
    assert {f"#/components/schemas/{name}" for name in document["components"]["schemas"]} == found, (
        "none is unused"
    )


def test_bodies_and_queries(document: Json) -> None:
    post = document["paths"]["/api/scenes/{scene_id}/changesets"]["post"]
    assert post["requestBody"]["required"] is True
    assert {"404", "409", "413", "415", "422"} <= set(post["responses"])
    features = document["paths"]["/api/scenes/{scene_id}/features"]["get"]
    parameters = {
        parameter["name"]: parameter for parameter in features["parameters"] if parameter["in"] == "query"
    }
    filters = set(FilterQuery.model_json_schema()["properties"])
    assert {"state", "class", "min_score", "max_score", "model", "author", "since", "until"} <= filters
    assert set(parameters) == {"bbox", "limit", *filters}
    assert parameters["author"]["explode"] is True
    assert parameters["bbox"]["explode"] is False


def test_valid_by_the_specification(still_app: Flask) -> None:
    validator = pytest.importorskip(
        "openapi_spec_validator",
        reason="openapi-spec-validator is not installed; the structural tests above did run",
    )
    validator.validate(openapi_document(still_app))


def test_replies_have_the_shape_the_document_says(app: Flask, labeler: Any) -> None:
    feature = labeler.create(attributes={"a": [1, None]})
    labeler.update(feature, state="rejected")
    labeler.create(50, state="proposed")
    client, scene = app.test_client(), labeler.scene_id
    from server.state import state_of

    job = state_of(app).store.create_job("prelabel", {"model": "overhead"}, "token-12345", [{"block": 0}])
    urls = [
        "/api/project",
        "/api/classes",
        "/api/scenes",
        f"/api/scenes/{scene}",
        f"/api/scenes/{scene}/features",
        f"/api/scenes/{scene}/queue",
        f"/api/scenes/{scene}/pairs",
        f"/api/features/{feature['id']}",
        "/api/jobs",
        f"/api/jobs/{job.id}",
        "/api/health",
    ]
    replies = [(url, client.get(url)) for url in urls]
    conflict = labeler.update(feature, state="accepted")
    assert conflict.status_code == 409
    for url, reply in replies:
        assert reply.status_code == 200, reply.text
        endpoint, _ = app.url_map.bind("localhost").match(url)
        doc = doc_of(app.view_functions[endpoint])
        assert doc is not None
        assert doc.response is not None
        again = doc.response.model_validate_json(reply.data).model_dump(mode="json", by_alias=True)
        assert again == reply.json, url
    from server.schemas.changesets import ChangesetReply
    from server.schemas.problems import ProblemReply

    found = ProblemReply.model_validate_json(conflict.data).model_dump(
        mode="json", by_alias=True, exclude_unset=True
    )
    assert found == conflict.json
    committed = labeler.send({"op": "delete", "uid": feature["id"], "base_revision": 2})
    assert (
        ChangesetReply.model_validate_json(committed.data).model_dump(mode="json", by_alias=True)
        == committed.json
    )
