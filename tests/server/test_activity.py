"""What was done in every scene, summed up changeset by changeset."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from geoengine.model import Scene, new_uid
from geoengine.model.activity import SceneActivity
from server.activity import ActivityLog
from server.state import state_of


def test_the_log_goes_on_where_it_was(app: Flask, scene: Scene, labeler: Any, other_labeler: Any) -> None:
    store = state_of(app).store
    log = ActivityLog(store)

    def known() -> SceneActivity | None:
        with store.reading() as view:
            return log.of(view, [scene.id, 12345]).get(scene.id)

    assert known() is None
    store.replace_proposals(scene.id, ["tree"], [], token=new_uid(), author="m 1")
    assert known() == SceneActivity(runs=1)
    first = labeler.create(10)["properties"]
    last = other_labeler.create(60)["properties"]
    found = known()
    assert found == SceneActivity(1, last["time"], "carla", ("ben", "carla"))
    assert first["time"] <= last["time"]
    store.undo_proposals(scene.id, "m", author="ops")
    assert known() == SceneActivity(0, last["time"], "carla", ("ben", "carla"))


def test_the_list_and_one_scene_tell_it(client: FlaskClient, scene: Scene, labeler: Any) -> None:
    nothing = {"runs": 0, "edited_at": None, "edited_by": None, "authors": []}
    assert client.get("/api/scenes").json["scenes"][0]["activity"] == nothing
    edited = labeler.create()["properties"]
    told = {"runs": 0, "edited_at": edited["time"], "edited_by": "ben", "authors": ["ben"]}
    assert client.get("/api/scenes").json["scenes"][0]["activity"] == told
    assert client.get(f"/api/scenes/{scene.id}").json["activity"] == told
