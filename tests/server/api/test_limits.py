"""What one request may cost, and numbers that nothing has: refused in a sentence, at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geoengine.model.limits import (
    MAX_ATTRIBUTE_BYTES,
    MAX_ATTRIBUTE_DEPTH,
    MAX_ATTRIBUTE_KEYS,
    MAX_ID,
    MAX_RINGS,
    MAX_VERTICES,
)

Check = Callable[[TestResponse, int, str], dict[str, Any]]

EAST, NORTH = 300_000.0, 3_050_000.0
NUMBERS = [str(MAX_ID + 1), str(2**64), "9" * 5000]


def create(make_id: Callable[[], str], geometry: object, **more: object) -> dict[str, object]:
    return {"op": "create", "uid": make_id(), "class": "tree", "geometry": geometry, **more}


def ring(angles: np.ndarray, radius: float = 50.0) -> list[list[float]]:
    xy = np.column_stack([EAST + 100 + radius * np.cos(angles), NORTH - 100 + radius * np.sin(angles)])
    return [*xy.tolist(), xy[0].tolist()]


def test_too_many_vertices(still_labeler: Any, make_id: Any, problem: Check) -> None:
    circle = ring(np.linspace(0, 6.28, MAX_VERTICES + 1))
    reply = still_labeler.send(create(make_id, {"type": "Polygon", "coordinates": [circle]}))
    assert str(MAX_VERTICES) in problem(reply, 422, "invalid-body")["detail"]
    half = ring(np.linspace(0, 6.28, MAX_VERTICES // 2))
    reply = still_labeler.send(create(make_id, {"type": "Polygon", "coordinates": [half, half]}))
    assert str(MAX_VERTICES) in problem(reply, 422, "invalid-body")["detail"]


def test_too_many_rings(still_labeler: Any, make_id: Any, problem: Check) -> None:
    triangle = ring(np.linspace(0, 6.28, 3))
    reply = still_labeler.send(
        create(make_id, {"type": "Polygon", "coordinates": [triangle] * (MAX_RINGS + 1)})
    )
    assert str(MAX_RINGS) in problem(reply, 422, "invalid-body")["detail"]


def test_costly_outlines(still_labeler: Any, make_id: Any, problem: Check) -> None:
    """A star whose edges all cross, alone, and smaller ones that are affordable each but not together."""
    began = time.process_time()
    star = ring(2 * np.pi * (np.arange(49_999) * 24_999 % 49_999) / 49_999)
    reply = still_labeler.send(create(make_id, {"type": "Polygon", "coordinates": [star]}))
    assert "overlap" in problem(reply, 422, "invalid-geometry")["detail"]
    star = ring(2 * np.pi * (np.arange(1999) * 999 % 1999) / 1999)
    edits = [create(make_id, {"type": "Polygon", "coordinates": [star]}) for _ in range(20)]
    assert "several changesets" in problem(still_labeler.send(*edits), 422, "invalid-geometry")["detail"]
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "attributes",
    [
        {str(number): 1 for number in range(MAX_ATTRIBUTE_KEYS + 1)},
        {"text": "x" * MAX_ATTRIBUTE_BYTES},
        {"deep": eval("[" * MAX_ATTRIBUTE_DEPTH + "1" + "]" * MAX_ATTRIBUTE_DEPTH)},
    ],
    ids=["keys", "bytes", "depth"],
)
def test_attributes_that_are_too_large(
    still_labeler: Any, draw: Any, make_id: Any, problem: Check, attributes: object
) -> None:
    reply = still_labeler.send(create(make_id, draw(1, 1), attributes=attributes))
    assert "at most" in problem(reply, 422, "invalid-body")["detail"]


def test_attributes_within_the_limits(labeler: Any) -> None:
    labeler.create(
        attributes={
            "text": "x" * (MAX_ATTRIBUTE_BYTES - 1000),
            "deep": eval("[" * (MAX_ATTRIBUTE_DEPTH - 1) + "1" + "]" * (MAX_ATTRIBUTE_DEPTH - 1)),
            **{str(number): 1 for number in range(30)},
        }
    )


def test_millions_of_faults_are_counted(still_client: FlaskClient, scene: Any, problem: Check) -> None:
    body = '{"token":"abcdefgh","edits":[' + ",".join("1" for _ in range(4000)) + "]"
    body += "".join(f',"x{number}":1' for number in range(10_000)) + "}"
    reply = still_client.post(
        f"/api/scenes/{scene.id}/changesets", data=body, content_type="application/json"
    )
    found = problem(reply, 422, "invalid-body")
    assert "14000 places" in found["detail"]
    assert "errors" not in found


def test_too_many_values(still_client: FlaskClient, scene: Any, problem: Check) -> None:
    """Millions of short values take many times the body's size, and are refused before they are read."""
    body = '{"token":"abcdefgh","edits":[' + ",".join("1" for _ in range(1_000_002)) + "]}"
    reply = still_client.post(
        f"/api/scenes/{scene.id}/changesets", data=body, content_type="application/json"
    )
    assert "several changesets" in problem(reply, 413, "request-entity-too-large")["detail"]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_of_nothing_in_paths(still_client: FlaskClient, number: str) -> None:
    for path in (
        f"/api/scenes/{number}",
        f"/api/scenes/{number}/features",
        f"/api/jobs/{number}",
        f"/tiles/{number}/native/0/0/0",
        f"/tiles/1/native/{number}/{number}/{number}",
        f"/wmts/1/WebMercatorQuad/{number}/0/0.png",
    ):
        assert still_client.get(path).status_code == 404, path
    for path in (f"/api/scenes/{number}/changesets", f"/api/jobs/{number}/cancel"):
        assert still_client.post(path, json={}).status_code == 404, path


def test_numbers_of_nothing_in_bodies(still_client: FlaskClient, scene: Any, problem: Check) -> None:
    delete = {"op": "delete", "uid": "abcdefgh", "base_revision": MAX_ID + 1}
    reply = still_client.post(
        f"/api/scenes/{scene.id}/changesets", json={"token": "abcdefgh", "edits": [delete]}
    )
    problem(reply, 422, "invalid-body")
    work = {"kind": "export", "scenes": [MAX_ID + 1]}
    problem(still_client.post("/api/jobs", json={"token": "abcdefgh", "work": work}), 422, "invalid-body")


@pytest.mark.parametrize("cell", ["5e-324", "1e-300"])
def test_cells_smaller_than_numbers_are(
    still_client: FlaskClient, scene: Any, problem: Check, cell: str
) -> None:
    problem(still_client.get(f"/api/scenes/{scene.id}/density?cell={cell}"), 422, "invalid-value")
    point = f"bbox={EAST},{NORTH},{EAST},{NORTH}"
    assert still_client.get(f"/api/scenes/{scene.id}/density?cell={cell}&{point}").status_code == 200
    assert still_client.get(f"/api/scenes/{scene.id}/density?cell=1e308").status_code == 200


@pytest.mark.parametrize(
    "prompt",
    [
        {"points": [[1e308, 1e308]]},
        {"points": [[EAST + 10, NORTH - 10]], "negative": [[-1e308, 0]]},
        {"box": [-1e308, -1e308, 1e308, 1e308]},
        {"box": [-1e12, -1e12, 1e12, 1e12]},
    ],
)
def test_prompts_at_the_end_of_numbers(still_client: FlaskClient, scene: Any, prompt: object) -> None:
    assert still_client.post(f"/api/scenes/{scene.id}/outline", json=prompt).status_code == 422


def test_limits_are_in_the_schema(still_client: FlaskClient) -> None:
    document = still_client.get("/api/openapi.json").json
    polygon = document["components"]["schemas"]["PolygonGeometry"]["properties"]["coordinates"]
    assert polygon["maxItems"] == MAX_RINGS
    assert polygon["items"]["maxItems"] == MAX_VERTICES
    assert str(MAX_VERTICES) in polygon["description"]
    attributes = document["components"]["schemas"]["CreateEdit"]["properties"]["attributes"]
    assert attributes["maxProperties"] == MAX_ATTRIBUTE_KEYS
    assert str(MAX_ATTRIBUTE_BYTES) in attributes["description"]
    parameters = document["paths"]["/api/scenes/{scene_id}"]["get"]["parameters"]
    assert parameters[0]["schema"] == {"type": "integer", "minimum": 0, "maximum": MAX_ID}
