"""Jobs over HTTP: seen, recorded, called off and begun again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from geoengine.model import JobState
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks import price
from geoengine.tasks.finetune.plan import ClassChange, FinetuneReport, report_path
from server.schemas.jobs import MAX_ERRORS
from server.state import state_of
from tests.server.conftest import new_id, square
from tests.support.views import read

Json = dict[str, Any]
Problem = Callable[..., Json]
PRELABEL = {"kind": "prelabel", "model": "overhead"}


@pytest.fixture
def store(app: Flask) -> Store:
    return state_of(app).store


@pytest.fixture
def running(store: Store) -> int:
    """A job of three blocks in work: one is done, one has failed."""
    blocks = [{"core": [1000 * n, 0, 1000, 1000]} for n in range(3)]
    job = store.create_job("prelabel", {"model": "overhead"}, "token-12345", blocks)
    store.claim_job(job.id, worker_name())
    store.set_item(job.id, 0, JobState.DONE, result="jobs/1/0.npz")
    store.set_item(job.id, 1, JobState.FAILED, error="a damaged block")
    return job.id


def post(client: FlaskClient, work: Json, token: str = "token-0001") -> Any:
    return client.post("/api/jobs", json={"token": token, "work": work})


def test_jobs_are_listed_and_shown(client: FlaskClient, store: Store, running: int, problem: Problem) -> None:
    one = client.get(f"/api/jobs/{running}").json
    assert one.pop("errors") == [
        {"item": 1, "params": {"core": [1000, 0, 1000, 1000]}, "message": "a damaged block"}
    ]
    assert (one["kind"], one["state"], one["message"]) == ("prelabel", "running", None)
    assert one["params"] == {"model": "overhead"}
    assert one["items"] == {"total": 3, "done": 1, "failed": 1}
    assert one["started_at"]
    assert one["speed"]["unit"] == "Mpx"
    assert one["speed"]["value"] * one["speed"]["left_s"] == pytest.approx(1)
    assert "worker" not in one
    [listed] = client.get("/api/jobs").json["jobs"]
    assert one.pop("added") == []
    assert {**listed, "speed": None} == {**one, "speed": None}
    store.set_job_state(running, JobState.DONE)
    assert client.get(f"/api/jobs/{running}").json["speed"] is None
    problem(client.get("/api/jobs/99"), 404, "not-found")


def test_the_list_can_be_narrowed(client: FlaskClient, store: Store, running: int, problem: Problem) -> None:
    for token in "abc":
        store.create_job("export", {}, token)

    def numbers(query: str) -> list[int]:
        return [job["id"] for job in client.get(f"/api/jobs?{query}").json["jobs"]]

    assert numbers("state=queued") == [4, 3, 2]
    assert numbers("state=running,cancelling") == [running]
    assert numbers("limit=2") == [4, 3]
    problem(client.get("/api/jobs?state=lost"), 400, "bad-query")
    problem(client.get("/api/jobs?limit=0"), 400, "bad-query")


def test_only_so_many_errors_are_sent(client: FlaskClient, store: Store) -> None:
    job = store.create_job("prelabel", {}, "t", [{}] * (MAX_ERRORS + 1))
    for index in range(MAX_ERRORS + 1):
        store.set_item(job.id, index, JobState.FAILED, error="e")
    reply = client.get(f"/api/jobs/{job.id}").json
    assert (len(reply["errors"]), reply["items"]["failed"]) == (MAX_ERRORS, MAX_ERRORS + 1)


def test_prelabeling_is_recorded_once_for_each_scene(client: FlaskClient, store: Store) -> None:
    reply = post(client, {**PRELABEL, "min_score": 0.4})
    assert reply.status_code == 200, reply.text
    [job] = reply.json["jobs"]
    assert (job["kind"], job["state"], job["items"]["total"]) == ("prelabel", "queued", 0)
    assert job["params"] == {"scene": "town", "model": "overhead", "min_score": 0.4}
    assert post(client, {**PRELABEL, "min_score": 0.4}).json["jobs"] == [job]
    store.plan_job(job["id"], job["params"], [{"core": [0, 0, 1, 1]}])
    assert [again["id"] for again in post(client, {**PRELABEL, "min_score": 0.4}).json["jobs"]] == [job["id"]]
    assert post(client, {**PRELABEL, "scenes": [1, 1]}, "token-0002").json["jobs"][0]["id"] == 2
    assert len(read(store).jobs()) == 2


def test_an_export_is_one_job(client: FlaskClient) -> None:
    [job] = post(client, {"kind": "export", "states": ["accepted"]}).json["jobs"]
    assert job["kind"] == "export"
    assert job["params"] == {
        "scenes": ["town"], "states": ["accepted"], "classes": None, "min_score": None, "format": "geojson",
        "complete": False,
    }  # fmt: skip
    assert job["result"] is None


def test_the_file_of_an_export_is_sent_once_it_is_done(
    client: FlaskClient, store: Store, project: Project, problem: Problem
) -> None:
    [job] = post(client, {"kind": "export", "format": "shp"}).json["jobs"]
    address = f"/api/jobs/{job['id']}/result"
    problem(client.get(address), 404, "not-found")
    store.claim_job(job["id"], worker_name())
    store.set_job_state(job["id"], JobState.DONE)
    problem(client.get(address), 404, "not-found")  # its file was removed
    assert client.get(f"/api/jobs/{job['id']}").json["result"] is None
    project.exports_dir.mkdir(exist_ok=True)
    path = project.exports_dir / f"export-{job['id']}.shp.zip"
    path.write_bytes(b"packed")
    shown = client.get(f"/api/jobs/{job['id']}").json
    assert (shown["result"], shown["result_bytes"]) == (path.name, 6)
    reply = client.get(address)
    assert (reply.status_code, reply.data) == (200, b"packed")
    assert f"export-{job['id']}.shp.zip" in reply.headers["Content-Disposition"]
    assert client.post(f"{address}/remove", json={}).json["result"] is None
    assert not path.exists()
    assert client.post(f"{address}/remove", json={}).status_code == 200
    store.create_job("prelabel", {"model": "overhead"}, "token-12345", [{}])
    problem(client.get("/api/jobs/2/result"), 404, "not-found")


def test_jobs_of_one_request_are_one_row(client: FlaskClient, store: Store, problem: Problem) -> None:
    assert client.get("/api/jobs/requests").json == {"requests": [], "states": {}, "worker": False}
    alone = store.create_job("export", {"scenes": ["a-b"]}, "token-alone").id
    params = {f"many-{key}": {"scene": key, "model": "overhead"} for key in ("a", "b-a", "c")}
    jobs = [job.id for job in store.create_jobs("prelabel", params)]
    store.claim_job(jobs[1], worker_name())
    reply = client.get("/api/jobs/requests").json
    assert reply["states"] == {"queued": 3, "running": 1}
    many, one = reply["requests"]
    assert (many["token"], many["jobs"], many["states"]) == ("many", 3, {"queued": 2, "running": 1})
    assert (many["first"]["id"], [job["id"] for job in many["running"]]) == (jobs[0], [jobs[1]])
    assert (one["token"], one["jobs"], one["first"]["id"], one["running"]) == ("token-alone", 1, alone, [])
    assert [job["id"] for job in client.get("/api/jobs?request=many").json["jobs"]] == jobs
    done = client.post("/api/jobs/requests/cancel", json={"token": "many"}).json["jobs"]
    assert [job["state"] for job in done] == ["cancelled", "cancelling", "cancelled"]
    done = client.post("/api/jobs/requests/retry", json={"token": "many"}).json["jobs"]
    assert [job["state"] for job in done] == ["queued", "cancelling", "queued"]
    problem(client.post("/api/jobs/requests/cancel", json={"token": "nobody"}), 404, "not-found")
    assert len(client.get("/api/jobs/requests?limit=1").json["requests"]) == 1


def test_classes_and_their_names_go_to_the_worker(client: FlaskClient) -> None:
    work = {**PRELABEL, "classes": ["tree"], "map": {"vehicle": "tree"}}
    [job] = post(client, work).json["jobs"]
    assert job["params"] == {
        "scene": "town", "model": "overhead", "min_score": None, "classes": ["tree"], "map": {"vehicle": "tree"}
    }  # fmt: skip
    assert job["scene"] == {"id": 1, "name": job["scene"]["name"]}


def test_a_scene_far_from_the_models_resolution_needs_a_yes(
    client: FlaskClient, store: Store, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price, "_FAR", 1.5)
    found = problem(post(client, PRELABEL), 422, "invalid-value")
    assert "0.5 m pixels, but overhead was trained for 0.07 to 0.25 m" in found["detail"]
    assert read(store).jobs() == []
    assert post(client, {**PRELABEL, "accepted": True}).status_code == 200


def test_a_fine_tuning_is_one_job(client: FlaskClient, labeler: Any, problem: Problem) -> None:
    work = {"kind": "finetune", "model": "overhead", "classes": ["building"]}
    found = problem(post(client, work), 422, "too-few-labels")
    assert "building has 0 accepted objects" in found["detail"]
    places = [(col, row) for col in range(10, 590, 64) for row in range(10, 490, 64)]
    labeler.send(
        *(
            {"op": "create", "uid": new_id(), "class": "building", "geometry": square(*place)}
            for place in places
        )
    )
    [job] = post(client, work, "token-0002").json["jobs"]
    assert job["kind"] == "finetune"
    assert job["params"] == {
        "scenes": ["town"], "model": "overhead", "classes": ["building"], "steps": 200, "seed": 0
    }  # fmt: skip


def test_the_outcome_of_a_fine_tuning_is_told(client: FlaskClient, store: Store, project: Project) -> None:
    job = store.create_job("finetune", {"scenes": ["town"], "model": "overhead"}, "t")
    store.claim_job(job.id, worker_name())
    store.set_job_state(job.id, JobState.DONE, "better")
    assert client.get(f"/api/jobs/{job.id}").json["finetuned"] is None  # its report was removed
    path = report_path(project, job)
    path.parent.mkdir(parents=True)
    figures = [{"precision": f1, "recall": f1, "f1": f1} for f1 in (0.5, 0.7)]
    report = FinetuneReport(
        "overhead 0.3 (52)", "overhead-tuned-1", (ClassChange("building", 0.5, 40, 12, *figures),), ("tree",)
    )
    path.write_text(report.to_json())
    [listed] = client.get("/api/jobs").json["jobs"]
    assert listed["finetuned"] == {
        "parent": "overhead 0.3 (52)", "model": "overhead-tuned-1", "before": 0.5, "after": 0.7, "forgotten": ["tree"],
        "changes": [{"key": "building", "iou": 0.5, "learnt": 40, "held_out": 12, "before": 0.5, "after": 0.7}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("work", "status", "name"),
    [
        ({"kind": "train"}, 422, "invalid-body"),
        ({"kind": "prelabel"}, 422, "invalid-body"),
        ({"kind": "prelabel", "model": "../../etc/passwd"}, 422, "invalid-body"),
        ({**PRELABEL, "model": "nobody"}, 422, "invalid-value"),
        ({**PRELABEL, "classes": ["boat"]}, 422, "unknown-class"),
        ({**PRELABEL, "map": {"boat": "tree"}}, 422, "nothing-to-propose"),
        ({**PRELABEL, "min_score": 2}, 422, "invalid-body"),
        ({**PRELABEL, "scenes": []}, 422, "invalid-body"),
        ({**PRELABEL, "colour": "red"}, 422, "invalid-body"),
        ({**PRELABEL, "scenes": [1, 99]}, 404, "not-found"),
        ({"kind": "export", "classes": ["boat"]}, 422, "unknown-class"),
        ({"kind": "export", "format": "../../x"}, 422, "invalid-body"),
        ({"kind": "finetune", "model": "overhead", "classes": ["boat"]}, 422, "unknown-class"),
        ({"kind": "finetune", "model": "nobody"}, 422, "invalid-value"),
        ({"kind": "finetune", "model": "overhead", "steps": 0}, 422, "invalid-body"),
        ({"kind": "finetune", "model": "overhead", "min_score": 0.5}, 422, "invalid-body"),
    ],
)
def test_work_that_cannot_be_recorded(
    client: FlaskClient, store: Store, problem: Problem, work: Json, status: int, name: str
) -> None:
    problem(post(client, work), status, name)
    assert read(store).jobs() == []


def test_a_token_belongs_to_one_kind_of_work(client: FlaskClient, store: Store, problem: Problem) -> None:
    store.create_job("prelabel", {}, "token-0001", [{}])
    problem(post(client, {"kind": "export"}), 422, "token-reuse")


def test_cancel_and_retry(client: FlaskClient, store: Store, running: int, problem: Problem) -> None:
    cancel, retry = (f"/api/jobs/{running}/{what}" for what in ("cancel", "retry"))
    problem(client.post(retry, json={}), 409, "job-state")
    assert client.post(cancel, json={}).json["state"] == "cancelling"
    assert client.post(cancel, json={}).json["state"] == "cancelling"
    store.release_job(running, worker_name())
    found = problem(client.post(cancel, json={}), 409, "job-state")
    assert found["detail"].startswith(f"job {running} is cancelled, expected it to be queued or running")
    retried = client.post(retry, json={}).json
    assert (retried["state"], retried["errors"]) == ("queued", [])
    assert retried["items"] == {"total": 3, "done": 1, "failed": 0}
    assert client.post(cancel, json={}).json["state"] == "cancelled"
    for what in ("cancel", "retry"):
        problem(client.post(f"/api/jobs/99/{what}", json={}), 404, "not-found")
        problem(client.post(f"/api/jobs/{running}/{what}", json={"force": True}), 422, "invalid-body")
        problem(client.post(f"/api/jobs/{running}/{what}"), 415, "media-type")
