"""Committing edits over HTTP: what goes in, what is refused, and that nothing is lost between two people."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geoengine.model import GeometryKind, LabelClass, Scene
from geoengine.project import Project
from server.state import state_of
from tests.support.views import read

Json = dict[str, Any]
Problem = Callable[..., Json]


def test_create_update_delete_restore(labeler: Any, draw: Any, client: FlaskClient) -> None:
    feature = labeler.create(attributes={"roof": "flat"})
    assert feature["properties"] == {
        "class": "building",
        "state": "accepted",
        "score": None,
        "revision": 1,
        "origin": "human",
        "model": None,
        "author": "ben",
        "time": feature["properties"]["time"],
        "attributes": {"roof": "flat"},
        "deleted": False,
        "unsure": False,
        "note": "",
        "confidence": "",
    }
    moved = labeler.update(feature, geometry=draw(50, 60), state="rejected", **{"class": "tree"}).json[
        "features"
    ][0]
    assert moved["geometry"] == draw(50, 60)
    assert moved["properties"]["state"] == "rejected"
    assert moved["properties"]["class"] == "tree"
    assert moved["properties"]["attributes"] == {"roof": "flat"}
    gone = labeler.delete(moved).json["features"][0]
    assert gone["properties"]["deleted"] is True
    assert gone["properties"]["revision"] == 3
    assert client.get(f"/api/scenes/{labeler.scene_id}/features").json["total"] == 0
    back = labeler.send({"op": "restore", "uid": gone["id"], "base_revision": 3, "state": "accepted"}).json
    assert back["features"][0]["properties"]["deleted"] is False
    assert back["features"][0]["properties"]["state"] == "accepted"
    assert back["features"][0]["geometry"] == draw(50, 60)


LINE = {"type": "LineString", "coordinates": [[300_010.1, 3_049_900.2], [300_020.3, 3_049_900.2]]}
POINT = {"type": "Point", "coordinates": [300_010.1, 3_049_900.2]}


def test_lines_and_points(labeler: Any, client: FlaskClient, problem: Problem, app: Flask) -> None:
    kinds = {"road": GeometryKind.LINE, "mast": GeometryKind.POINT}
    state_of(app).store.put_classes(
        [LabelClass(key, key, "#123456", geometry=kind) for key, kind in kinds.items()]
    )
    road = labeler.create(**{"class": "road"}, geometry=LINE)
    assert road["geometry"] == LINE
    mast = labeler.create(**{"class": "mast"}, geometry=POINT)
    found = client.get(f"/api/scenes/{labeler.scene_id}/features").json["features"]
    assert [one["geometry"] for one in found] == [LINE, POINT]
    refused = problem(labeler.update(mast, geometry=LINE), 422, "invalid-geometry")
    assert refused["detail"] == (
        f"edits[0].geometry of feature {mast['id']} is a LineString, expected a Point: class 'mast' is of points"
    )
    refused = problem(labeler.update(road, **{"class": "building"}), 422, "invalid-geometry")
    assert refused["detail"] == (
        f"edits[0].class of feature {road['id']} is 'building', but its geometry is a LineString, expected a "
        "Polygon: class 'building' is of polygons"
    )
    for bad in ({"type": "LineString", "coordinates": [[1.0, 2.0]]}, {"type": "Point", "coordinates": [1.0]}):
        problem(labeler.update(road, geometry=bad), 422, "invalid-body")
    away = {"type": "Point", "coordinates": [0.0, 0.0]}
    assert (
        "lies outside the scene"
        in problem(labeler.update(mast, geometry=away), 422, "invalid-geometry")["detail"]
    )


def test_an_object_of_several_parts(labeler: Any, draw: Any, client: FlaskClient, problem: Problem) -> None:
    one, other, third = (draw(x, 50)["coordinates"] for x in (50, 80, 110))
    base = labeler.create(geometry={"type": "MultiPolygon", "coordinates": [one, other]})
    assert base["geometry"] == {"type": "MultiPolygon", "coordinates": [one, other]}
    found = client.get(f"/api/scenes/{labeler.scene_id}/features").json["features"]
    assert [feature["geometry"]["type"] for feature in found] == ["MultiPolygon"]
    more = labeler.update(base, geometry={"type": "MultiPolygon", "coordinates": [one, other, third]})
    base = more.json["features"][0]
    assert len(base["geometry"]["coordinates"]) == 3
    alone = labeler.update(base, geometry={"type": "MultiPolygon", "coordinates": [third]}).json["features"][
        0
    ]
    assert alone["geometry"] == {"type": "Polygon", "coordinates": third}
    overlapping = {"type": "MultiPolygon", "coordinates": [one, draw(51, 51)["coordinates"]]}
    refused = problem(labeler.update(alone, geometry=overlapping), 422, "invalid-geometry")
    assert "is not valid: " in refused["detail"]
    for parts in ([], [[]], [[one[0][:-1]]]):
        bad = {"type": "MultiPolygon", "coordinates": parts}
        fields = problem(labeler.update(alone, geometry=bad), 422, "invalid-body")["errors"]
        assert fields[0]["field"].startswith("edits[0].geometry.coordinates")


def test_coordinates_are_kept_to_the_last_bit(labeler: Any, client: FlaskClient) -> None:
    generator = random.Random(3)
    x, y = 300_010.0, 3_049_900.0
    ring = [
        [x + generator.random(), y],
        [x + 9 + generator.random(), y + generator.random()],
        [x + 4, y + 1 / 3 + 7],
    ]
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    feature = labeler.create(geometry=geometry)
    assert client.get(f"/api/features/{feature['id']}").json["feature"]["geometry"] == geometry


def test_commit_is_durable_before_the_reply(labeler: Any, project: Project) -> None:
    feature = labeler.create()
    with project.store() as another_process:
        assert read(another_process).feature(feature["id"]).revision == 1


def test_edits_of_another_project_are_refused(labeler: Any, client: FlaskClient, problem: Problem) -> None:
    uuid = client.get("/api/project").json["uuid"]
    edit = {"op": "create", "uid": "a" * 32, "class": "building", "geometry": labeler.create()["geometry"]}
    path = f"/api/scenes/{labeler.scene_id}/changesets"
    other = client.post(path, json={"token": "t" * 32, "project": str(uuid4()), "edits": [edit]})
    assert other.status_code == 412
    assert other.json["type"] == "urn:geoengine:problem:other-project"
    missing = client.post(
        "/api/scenes/999/changesets", json={"token": "t" * 32, "project": "x", "edits": [edit]}
    )
    assert missing.status_code == 412, "a scene that another project lacks is no reason to drop its edits"
    assert client.post(path, json={"token": "t" * 32, "project": uuid, "edits": [edit]}).status_code == 200


@pytest.mark.parametrize(
    ("author", "why"),
    [
        ("\u202enib", "invisible character U+202E"),
        ("b\u200ben", "invisible character U+200B"),
        ("b\u3164en", "invisible character U+1160"),
        ("ben\ufe0f", "invisible character U+FE0F"),
        ("b\u0435n", "mixes Cyrillic and Latin letters in 'b\u0435n'"),
    ],
)
def test_authors_that_look_like_others_are_refused(labeler: Any, draw: Any, author: str, why: str) -> None:
    labeler.author = author
    create = {"op": "create", "uid": "b" * 32, "class": "building", "geometry": draw(50, 60)}
    reply = labeler.send(create)
    assert reply.status_code == 422
    assert why in reply.json["detail"]


@pytest.mark.parametrize(
    "author", ["Борис", "José Núñez", "山田 太郎", "R2-D2", "\u0915\u094d\u200d\u0937", "辻\U000e0100"]
)
def test_authors_of_any_alphabet_are_taken(labeler: Any, draw: Any, author: str) -> None:
    labeler.author = author
    assert labeler.create(geometry=draw(50, 60))["properties"]["author"] == author


@pytest.mark.parametrize("author", ["\uff22en A", "\U0001d401en A", "Ben\u00a0A"])
def test_other_forms_of_a_letter_become_that_letter(labeler: Any, draw: Any, author: str) -> None:
    labeler.author = author
    assert labeler.create(geometry=draw(50, 60))["properties"]["author"] == "Ben A"


def test_author_and_comment(labeler: Any, client: FlaskClient) -> None:
    labeler.author = None
    feature = labeler.create()
    assert feature["properties"]["author"] == "ana", "the project's author where the changeset says none"
    labeler.author = "  "
    assert labeler.update(feature, state="rejected").json["features"][0]["properties"]["author"] == "ana"
    labeler.author = "dora"
    labeler.send({"op": "delete", "uid": feature["id"], "base_revision": 2}, comment="a shadow")
    history = client.get(f"/api/features/{feature['id']}").json["history"]
    assert [(step["author"], step["comment"]) for step in history] == [
        ("ana", None),
        ("ana", None),
        ("dora", "a shadow"),
    ]


def test_second_of_two_clients_gets_the_current_feature(
    labeler: Any, other_labeler: Any, draw: Any, problem: Problem
) -> None:
    feature = labeler.create()
    assert labeler.update(feature, geometry=draw(100, 100)).status_code == 200
    refused = problem(other_labeler.update(feature, state="rejected"), 409, "edit-conflict")
    (conflict,) = refused["conflicts"]
    assert conflict["uid"] == feature["id"]
    assert conflict["base_revision"] == 1
    assert conflict["current"]["geometry"] == draw(100, 100)
    assert conflict["current"]["properties"]["author"] == "ben"
    # With what came back, the second client can go on.
    assert (
        other_labeler.update(conflict["current"], state="rejected").json["features"][0]["properties"][
            "revision"
        ]
        == 3
    )


def test_conflict_applies_nothing(
    labeler: Any, other_labeler: Any, client: FlaskClient, problem: Problem
) -> None:
    first, second = labeler.create(10), labeler.create(60)
    other_labeler.update(first, state="rejected")
    edits = [
        {"op": "update", "uid": feature["id"], "base_revision": 1, "class": "tree"}
        for feature in (second, first)
    ]
    assert len(problem(labeler.send(*edits), 409, "edit-conflict")["conflicts"]) == 1
    untouched = client.get(f"/api/features/{second['id']}").json
    assert untouched["feature"]["properties"]["class"] == "building"
    assert len(untouched["history"]) == 1


def test_edit_of_a_deleted_feature(labeler: Any, other_labeler: Any, problem: Problem) -> None:
    feature = labeler.create()
    labeler.delete(feature)
    reply = other_labeler.update(feature, state="rejected")
    (conflict,) = problem(reply, 409, "edit-conflict")["conflicts"]
    assert conflict["current"]["properties"]["deleted"] is True
    # What both want gone is gone.
    assert other_labeler.delete(feature).json["features"][0]["properties"]["author"] == labeler.author
    # Even with the right revision: what is deleted has to be restored, not updated.
    late = other_labeler.send({"op": "update", "uid": feature["id"], "base_revision": 2, "state": "accepted"})
    assert problem(late, 409, "edit-conflict")["conflicts"][0]["current"]["properties"]["deleted"] is True


def test_create_of_an_existing_uid(labeler: Any, draw: Any, problem: Problem) -> None:
    feature = labeler.create()
    again = {"op": "create", "uid": feature["id"], "class": "tree", "geometry": draw(90, 90)}
    (conflict,) = problem(labeler.send(again), 409, "edit-conflict")["conflicts"]
    assert conflict["current"]["id"] == feature["id"]


def test_replayed_token_gets_the_first_answer(
    labeler: Any, draw: Any, make_id: Any, client: FlaskClient
) -> None:
    edit = {"op": "create", "uid": make_id(), "class": "building", "geometry": draw(5, 5)}
    token = make_id()
    first = labeler.send(edit, token=token)
    labeler.update(first.json["features"][0], state="rejected")
    second = labeler.send(edit, token=token)
    assert second.status_code == 200
    assert second.json == {**first.json, "replayed": True}
    assert len(client.get(f"/api/features/{edit['uid']}").json["history"]) == 2


def test_token_with_other_edits(labeler: Any, draw: Any, make_id: Any, problem: Problem) -> None:
    token = make_id()
    edit = {"op": "create", "uid": make_id(), "class": "building", "geometry": draw(5, 5)}
    labeler.send(edit, token=token)
    problem(labeler.send({**edit, "uid": make_id()}, token=token), 422, "token-reuse")


def test_unknown_uid_and_scene(still_labeler: Any, make_id: Any, problem: Problem) -> None:
    missing = make_id()
    edit = {"op": "update", "uid": missing, "base_revision": 1, "state": "accepted"}
    assert missing in problem(still_labeler.send(edit), 404, "not-found")["detail"]
    still_labeler.scene_id = 999
    problem(still_labeler.send(edit), 404, "not-found")


BOW_TIE = [
    [300_000.0, 3_050_000.0],
    [300_010.0, 3_049_990.0],
    [300_010.0, 3_050_000.0],
    [300_000.0, 3_049_990.0],
]


@pytest.mark.parametrize(
    ("coordinates", "field"),
    [
        ([[*BOW_TIE, BOW_TIE[0]]], "geometry"),
        ([[[0, 0], [1, 1], [2, 2], [0, 0]]], "geometry"),
        ([BOW_TIE], "geometry.coordinates"),
        ([[[0, 0], [1, 0], [0, 0]]], "geometry.coordinates[0]"),
        ([], "geometry.coordinates"),
        ([[[0, 0], [1, 0], [1, "1"], [0, 0]]], "geometry.coordinates[0][2][1]"),
        ([[[0, 0], [1, 0], [1, 1, 7], [0, 0]]], "geometry.coordinates[0][2]"),
        ([[[0, 0], [1, 0], [1, None], [0, 0]]], "geometry.coordinates[0][2][1]"),
    ],
)
def test_invalid_ring(
    still_labeler: Any, make_id: Any, still_client: FlaskClient, coordinates: Any, field: str
) -> None:
    geometry = {"type": "Polygon", "coordinates": coordinates}
    reply = still_labeler.send({"op": "create", "uid": make_id(), "class": "building", "geometry": geometry})
    assert reply.status_code == 422, reply.text
    assert reply.mimetype == "application/problem+json"
    assert f"edits[0].{field}" in [error["field"] for error in reply.json["errors"]]
    assert still_client.get(f"/api/scenes/{still_labeler.scene_id}/features").json["total"] == 0


def test_unknown_class(still_labeler: Any, draw: Any, make_id: Any, problem: Problem) -> None:
    edit = {"op": "create", "uid": make_id(), "class": "castle", "geometry": draw(0, 0)}
    (error,) = problem(still_labeler.send(edit), 422, "unknown-class")["errors"]
    assert "castle" in error["message"]
    assert error["field"].startswith("edits[0]")


def test_many_clients_lose_no_edit(app: Flask, scene: Scene, labeler: Any) -> None:
    """Four people change the same features at once: each accepted edit is a revision, none is overwritten."""
    features = [labeler.create(10 + 40 * number) for number in range(3)]
    accepted: list[tuple[str, int]] = []
    lock = threading.Lock()

    def work(number: int) -> None:
        generator = random.Random(number)
        own = type(labeler)(app.test_client(), scene.id, f"analyst {number}")
        known = {feature["id"]: feature for feature in features}
        for step in range(8):
            feature = known[generator.choice(features)["id"]]
            reply = own.update(feature, attributes={"by": number, "step": step})
            if reply.status_code == 409:
                current = reply.json["conflicts"][0]["current"]
            else:
                assert reply.status_code == 200, reply.text
                current = reply.json["features"][0]
                with lock:
                    accepted.append((current["id"], current["properties"]["revision"]))
            known[current["id"]] = current

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(accepted)) == len(accepted) > 0
    for feature in features:
        history = app.test_client().get(f"/api/features/{feature['id']}").json["history"]
        revisions = sorted(revision for uid, revision in accepted if uid == feature["id"])
        assert [step["revision"] for step in history] == [1, *revisions]


@pytest.mark.parametrize(
    ("x", "y", "side"),
    [(0, 0, 5), (1e7, 3_050_000, 5), (1e9, 1e9, 1e8), (300_000, 1.1e7, 5), (1e11, 1e11, 1e10)],
)
def test_outlines_off_the_scene_are_refused(labeler: Any, x: float, y: float, side: float) -> None:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    off = {"type": "Polygon", "coordinates": [ring]}
    answer = labeler.send({"op": "create", "uid": "a" * 32, "class": "building", "geometry": off})
    assert answer.status_code == 422
    assert "lies outside the scene" in answer.json["detail"]
    feature = labeler.create()
    moved = labeler.update(feature, geometry=off)
    assert moved.status_code == 422


def test_what_is_said(labeler: Any, client: FlaskClient, scene: Scene) -> None:
    feature = labeler.create()
    noted = labeler.update(feature, unsure=True, note="  see the <b>road</b> ", confidence="possible")
    properties = noted.json["features"][0]["properties"]
    said = (properties["unsure"], properties["note"], properties["confidence"])
    assert said == (True, "see the <b>road</b>", "possible")
    url = f"/api/scenes/{scene.id}"
    assert client.get(f"{url}/uids?unsure=true&noted=true&confidence=possible,none").json["uids"] == [
        feature["id"]
    ]
    for nothing in ("unsure=false", "noted=false", "confidence=none"):
        assert client.get(f"{url}/features?{nothing}").json["total"] == 0
    cleared = labeler.update(noted.json["features"][0], unsure=False, note="", confidence="")
    properties = cleared.json["features"][0]["properties"]
    assert (properties["unsure"], properties["note"], properties["confidence"]) == (False, "", "")
    history = client.get(f"/api/features/{feature['id']}").json["history"]
    assert [step["feature"]["properties"]["note"] for step in history] == ["", "see the <b>road</b>", ""]


def test_a_note_that_is_no_line_is_refused(labeler: Any) -> None:
    feature = labeler.create()
    for note, why in (
        ("x" * 102_400, "note has 102,400 characters, expected at most 500"),
        ("two\nlines", "note has a line break or control character, expected one line"),
    ):
        refused = labeler.update(feature, note=note)
        assert refused.status_code == 422
        assert why in refused.json["detail"]
        assert [error["field"] for error in refused.json["errors"]] == ["edits[0].note"]
    assert labeler.update(feature, confidence="sure").status_code == 422
