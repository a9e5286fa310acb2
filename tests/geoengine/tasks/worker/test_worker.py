"""Workers: what is recorded is run, once, whatever becomes of the one that runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from geoengine.model import JobState, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.prelabel import block as prelabel_block
from geoengine.tasks.worker import worker as module
from geoengine.tasks.worker.worker import DeviceInUseError, exclusive_device, run_next
from tests.support import prelabel_town as town
from tests.support import worker_processes as processes
from tests.support.views import read
from tiling.errors import TilingError

record = processes.record
toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
pytestmark = [pytest.mark.usefixtures("toy_model", "toy_registry"), pytest.mark.processes]


@pytest.fixture
def toy_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.Registry, "get", lambda self, name: town.package())


def test_the_oldest_job_is_run_first_and_then_nothing_is_left(
    project: Project, store: Store, scene: Scene
) -> None:
    town.add_scene(project, store, town.write_scene(project.scenes_dir / "next.tif", compress="lzw"))
    first, second = record(store, 0.3, "town", "next")
    [export] = store.create_jobs("export", {"e": {"scenes": ["town"], "min_score": 0.65}})
    shares: list[float] = []
    done = run_next(project, store, started=lambda job: shares.append)
    assert done is not None
    assert (done.id, done.state, done.worker) == (first.id, JobState.DONE, None)
    assert shares[-1] == 1.0
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)
    assert [job and job.id for job in (run_next(project, store), run_next(project, store))] == [
        second.id, export.id
    ]  # fmt: skip
    assert run_next(project, store) is None
    assert [job.state for job in read(store).jobs()] == [JobState.DONE] * 3
    [item] = read(store).job_items(export.id)
    assert item.result == f"exports/export-{export.id}.geojson"
    assert len(json.loads((project.directory / item.result).read_text())["features"]) == 4
    assert read(store).features(read(store).scene_by_key("next").id).total == len(town.PROPOSED)
    assert read(store).job(export.id).message == f"4 features in export-{export.id}.geojson"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"scene": "gone", "model": "toy"}, "gone"),
        ({"model": "toy"}, "a fault of the program: KeyError: 'scene'"),
    ],
)
def test_a_job_that_cannot_be_run_fails_and_harms_nothing_else(
    project: Project, store: Store, params: dict[str, str], message: str
) -> None:
    store.create_jobs("prelabel", {"bad": params})
    [good] = record(store, 0.3)
    failed, done = run_next(project, store), run_next(project, store)
    assert failed is not None
    assert failed.state == JobState.FAILED
    assert message in (failed.message or "")
    assert done is not None
    assert (done.id, done.state) == (good.id, JobState.DONE)


def test_one_that_was_planned_for_another_stretch_fails(project: Project, store: Store) -> None:
    [job] = record(store, 0.3)
    store.plan_job(job.id, {**job.params, "stretch": {}}, [{"core": [0, 0, 1, 1]}])
    failed = run_next(project, store)
    assert failed is not None
    assert failed.state == JobState.FAILED
    assert "was planned for another stretch" in (failed.message or "")


def test_failed_blocks_are_tried_again(
    project: Project, store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    [job] = record(store, 0.3)
    detect, seen = prelabel_block.detect_block, 0

    def damaged(*arguments: Any, **settings: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == 3:
            raise TilingError("town.tif is damaged.")
        return detect(*arguments, **settings)

    monkeypatch.setattr(prelabel_block, "detect_block", damaged)
    partial = run_next(project, store)
    assert partial is not None
    assert (partial.state, read(store).job_progress(job.id).failed) == (JobState.PARTIAL, 1)
    assert run_next(project, store) is None
    store.retry_job(job.id)
    done = run_next(project, store)
    assert done is not None
    assert (done.state, done.message) == (JobState.DONE, None)
    assert seen == town.BLOCKS + 1  # only that one again
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)


def test_a_job_that_is_called_off_stays_so_and_a_worker_that_ends_puts_its_job_back(
    project: Project, store: Store
) -> None:
    [job] = record(store, 0.3)
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    put_back = run_next(project, store, stop=stop)
    assert put_back is not None
    assert (put_back.state, put_back.worker) == (JobState.QUEUED, None)

    def call_off(share: float) -> None:
        if read(store).job(job.id).state == JobState.RUNNING:
            store.cancel_job(job.id)

    cancelled = run_next(project, store, started=lambda job: call_off)
    assert cancelled is not None
    assert (cancelled.state, cancelled.worker) == (JobState.CANCELLED, None)
    assert run_next(project, store) is None


def test_what_the_server_records_a_worker_runs(project: Project, store: Store, scene: Scene) -> None:
    from server.app import close_app, create_app

    app = create_app(project)
    try:
        client = app.test_client()
        for work in ({"kind": "prelabel", "model": "toy", "min_score": 0.65}, {"kind": "export"}):
            reply = client.post("/api/jobs", json={"token": f"token-{work['kind']}", "work": work})
            assert reply.status_code == 200, reply.text
        while run_next(project, store) is not None:
            pass
        export, prelabel = client.get("/api/jobs").json["jobs"]
    finally:
        close_app(app)
    assert (prelabel["state"], prelabel["items"]["done"]) == ("done", town.BLOCKS)
    assert (export["state"], export["message"]) == ("done", "4 features in export-2.geojson")


def test_a_gpu_has_one_worker_and_a_cpu_may_have_more(project: Project) -> None:
    with (
        exclusive_device(project, "cuda"),
        exclusive_device(project, "cuda:1"),
        pytest.raises(DeviceInUseError, match="another worker runs on cuda:0 in this project"),
        exclusive_device(project, "cuda:0"),
    ):
        pass
    with (
        exclusive_device(project, "cuda:0"),
        exclusive_device(project, "cpu"),
        exclusive_device(project, "cpu"),
    ):
        pass


@pytest.mark.slow
def test_two_workers_take_no_job_twice_and_the_job_of_a_killed_one_is_taken_up(
    project: Project, store: Store, scene: Scene, tmp_path: Path
) -> None:
    keys = [f"town-{n}" for n in range(6)]
    for n, key in enumerate(keys):
        transform = town.Affine(0.5, 0, 3e5 + 1 + n, 0, -0.5, 3e6)
        town.add_scene(
            project, store, town.write_scene(project.scenes_dir / f"{key}.tif", transform=transform)
        )
    wanted = [job.id for job in record(store, 0.3, *keys)]
    script = Path(processes.__file__)
    command = [sys.executable, str(script), str(project.directory)]
    subprocess.run(command, check=True, timeout=300, env=town.toy_only(tmp_path))
    ran = [
        [int(number) for number in (project.directory / f"worker-{n}").read_text().split()] for n in (0, 1)
    ]
    assert all(ran), "both had something to do"
    assert sorted(ran[0] + ran[1]) == wanted
    assert {read(store).job(job_id).state for job_id in wanted} == {JobState.DONE}

    [left, *_] = read(store).jobs()
    assert (left.state, read(store).job_progress(left.id).done) == (
        JobState.RUNNING,
        processes.KILLED_AT_BLOCK - 1,
    )
    done = run_next(project, store)
    assert done is not None
    assert (done.id, done.state) == (left.id, JobState.DONE)
    progress = read(store).job_progress(left.id)
    assert (progress.done, progress.failed) == (town.BLOCKS, 0)
    assert read(store).features(scene.id).total == 4
