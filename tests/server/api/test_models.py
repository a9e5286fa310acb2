"""Model packages over HTTP, and what work with one would do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from detectors.model_package.registry import SHIPPED
from geoengine.model import CreateFeature, FeatureState, JobState, Origin, Scene
from geoengine.project import Project
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks import price
from server.state import state_of
from tests.server.conftest import new_id, square

Json = dict[str, Any]
Problem = Callable[..., Json]


def outlook(client: FlaskClient, **work: object) -> Json:
    reply = client.post("/api/models/outlook", json={"work": {"model": "overhead", **work}})
    assert reply.status_code == 200, reply.text
    found: Json = reply.json
    return found


def test_packages_are_listed_with_their_cards(client: FlaskClient, project: Project) -> None:
    broken = project.models_dir / "broken"
    broken.mkdir(parents=True)
    (broken / "model.json").write_text("{")
    shutil.copytree(
        SHIPPED / "overhead", project.models_dir / "own", ignore=shutil.ignore_patterns("*.safetensors")
    )
    reply = client.get("/api/models").json
    assert [one["name"] for one in reply["models"]] == ["overhead", "vhr10"]
    overhead, vhr10 = reply["models"]
    assert (overhead["shipped"], overhead["hides_shipped"]) == (False, True)
    assert (vhr10["shipped"], vhr10["research_only"], overhead["research_only"]) == (True, True, False)
    assert {one["key"]: one["partner"] for one in overhead["classes"]} == {
        "building": "building", "tree": "tree", "airplane": None, "vehicle": None
    }  # fmt: skip
    [figure] = [one for one in overhead["figures"] if (one["model_class"], one["iou"]) == ("building", 0.5)]
    assert (figure["objects"], figure["f1"]) == (303, 0.704)
    assert figure["recall"]["low"] < figure["recall"]["value"] < figure["recall"]["high"]
    [sentence] = reply["broken"]
    assert sentence.startswith("models/broken/model.json")
    assert str(project.directory) not in sentence


def test_what_a_prelabeling_would_do_is_told(
    app: Flask, client: FlaskClient, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = state_of(app).store
    found = outlook(client, kind="prelabel")
    assert (found["scenes"], found["again"], found["problem"], found["seconds"]) == (1, 0, None, None)
    # 700 x 500 px of 0.5 m, read at 0.125 m.
    assert found["megapixels"] == pytest.approx(700 * 500 * 16 / 1e6)
    assert found["classes"] == ["building", "tree"]
    [warning] = found["warnings"]
    assert "0.5 m pixels, but overhead was trained for" in warning
    assert not found["far"]
    monkeypatch.setattr(price, "_FAR", 1.5)
    assert outlook(client, kind="prelabel")["far"]
    assert outlook(client, kind="prelabel", classes=["tree"])["classes"] == ["tree"]
    job = store.create_job(
        "prelabel", {"scene": scene.key, "model": "overhead"}, "t", [{"core": [0, 0, 2000, 1000]}]
    )
    store.claim_job(job.id, worker_name())
    store.set_item(job.id, 0, JobState.DONE)
    store.set_job_state(job.id, JobState.DONE)
    proposal = CreateFeature(
        new_id(), "building", scene.grid.pixel_polygons_to_world([_box()])[0], FeatureState.PROPOSED, 0.5,
        Origin.MODEL, "overhead 0.3 (52)",
    )  # fmt: skip
    store.replace_proposals(
        scene.id, ["building"], [proposal], token="p", author="overhead 0.3 (52)", job_id=job.id
    )
    found = outlook(client, kind="prelabel", scenes=[scene.id])
    assert found["again"] == 1
    assert found["seconds"] > 0


def _box() -> Any:
    import shapely

    return shapely.box(10, 10, 20, 20)


def test_work_that_would_be_refused_says_why(client: FlaskClient, problem: Problem) -> None:
    found = outlook(client, kind="prelabel", map={"boat": "tree"})
    assert "--map names boat, which overhead does not find" in found["problem"]
    found = outlook(client, kind="finetune")
    assert found["problem"].startswith("no building or tree or airplane or vehicle has been accepted")
    work = {"kind": "finetune", "model": "nobody"}
    problem(client.post("/api/models/outlook", json={"work": work}), 422, "invalid-value")
    work = {"kind": "prelabel", "model": "overhead", "scenes": [9]}
    problem(client.post("/api/models/outlook", json={"work": work}), 404, "not-found")
    problem(client.post("/api/models/outlook", json={"work": {"kind": "export"}}), 422, "invalid-body")


def test_labels_to_learn_from_are_counted(client: FlaskClient, labeler: Any) -> None:
    labeler.create(10, 10)
    found = outlook(client, kind="finetune")
    assert "building has 1 accepted objects" in found["problem"]
    assert "expected at least 20 and 10" in found["problem"]
    [building, tree, *_] = found["labels"]
    assert (building["key"], building["accepted"], building["enough"]) == ("building", 1, False)
    assert building["learnt"] + building["held_out"] <= 1
    assert (tree["accepted"], tree["learnt"]) == (0, None)
    assert found["warnings"] == ["The new model will not find tree, airplane, vehicle, as overhead does."]
    places = [(col, row) for col in range(10, 590, 64) for row in range(10, 490, 64)]
    edits = [
        {"op": "create", "uid": new_id(), "class": "building", "geometry": square(*place)} for place in places
    ]
    assert labeler.send(*edits).status_code == 200
    found = outlook(client, kind="finetune")
    assert (found["problem"], found["seconds"]) == (None, None)
    assert found["labels"][0]["enough"]


def test_what_people_made_of_proposals_is_told(app: Flask, client: FlaskClient, scene: Scene) -> None:
    assert client.get("/api/models/here").json == {"results": []}
    store, reference = state_of(app).store, "overhead 0.2 (11)"
    [polygon] = scene.grid.pixel_polygons_to_world([_box()])
    proposals = [
        CreateFeature(new_id(), "building", polygon, FeatureState.PROPOSED, 0.5, Origin.MODEL, reference)
        for _ in range(2)
    ]
    store.replace_proposals(scene.id, ["building"], proposals, token="p", author=reference)
    edit = {"op": "update", "uid": proposals[0].uid, "base_revision": 1, "state": "accepted"}
    body = {"token": new_id(), "author": "ana", "edits": [edit]}
    assert client.post(f"/api/scenes/{scene.id}/changesets", json=body).status_code == 200
    [found] = client.get("/api/models/here").json["results"]
    right = found.pop("right")
    assert (right["value"], right["high"]) == (1.0, 1.0)
    assert found == {
        "model": "overhead", "reference": reference, "model_class": "building",
        "unchanged": 1, "corrected": 0, "rejected": 0, "undecided": 1,
    }  # fmt: skip
