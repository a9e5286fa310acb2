"""Runs over several scenes: failures, stops and cancelled jobs."""

from __future__ import annotations

import os
import re
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import rasterio
import shapely

from geoengine.model import FeatureState, JobState, Scene, UpdateFeature
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks.jobs.executors import InProcess
from geoengine.tasks.prelabel import run as prelabel_run
from geoengine.tasks.prelabel.api import prelabel, run_prelabel_job
from geoengine.tasks.prelabel.block import run_block
from geoengine.tasks.scenes.register import Registration, register_scene
from tests.support import prelabel_town as town
from tests.support.views import read

toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
run, change, of_score = town.run, town.change, town.of_score
pytestmark = pytest.mark.usefixtures("toy_model")


def break_tile(path: Path) -> bytes:
    """Overwrites the first tile of a GeoTIFF; returns the file as it was."""
    content = path.read_bytes()
    with rasterio.open(path) as source:
        offset = int(source.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", bidx=1))
        length = int(source.get_tag_item("BLOCK_SIZE_0_0", "TIFF", bidx=1))
    path.write_bytes(content[:offset] + b"\xaa" * length + content[offset + length :])
    return content


def test_a_part_that_cannot_be_read_does_not_cost_the_rest(
    project: Project, store: Store, scene: Scene
) -> None:
    path = project.resolve(scene.uri)
    content = break_tile(path)
    report = run(project, store)
    # The first tile is in the window of the first block and, by its halo, of the three around it.
    assert report.state == "partial"
    assert len(report.errors) == 4
    assert all(re.match(r"block [0145] of town: .*town\.tif", error) for error in report.errors)
    cores = shapely.box(0, 0, 2 * town.BLOCK_PX, 2 * town.BLOCK_PX)
    # What reaches out of them the blocks around see whole: their windows are aligned to 32 px.
    far = [item for item in town.PROPOSED if not cores.covers(item[0])]
    assert len(far) == 3
    town.assert_proposed(read(store).features(scene.id).features, far)
    job = read(store).job(report.job_id)
    assert job.state == JobState.PARTIAL
    assert job.message is not None
    failed = [item for item in read(store).job_items(job.id) if item.state == JobState.FAILED]
    assert [item.index for item in failed] == [0, 1, 4, 5]
    assert all(item.error for item in failed)

    accepted = of_score(store, scene, 1.0)
    change(store, UpdateFeature(accepted.uid, accepted.revision, state=FeatureState.ACCEPTED))
    assert run(project, store).state == "partial"  # nothing has changed yet
    path.write_bytes(content)
    report = run(project, store)
    assert (report.state, report.job_id, report.resumed_blocks) == ("done", job.id, town.BLOCKS - 4)
    assert report.kept_by_people == 1
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)
    assert read(store).feature(accepted.uid).state == FeatureState.ACCEPTED
    assert {item.state for item in read(store).job_items(job.id)} == {JobState.DONE}
    assert read(store).job(job.id).message is None


def test_a_scene_that_cannot_be_read_at_all_does_not_stop_the_others(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = town.write_scene(
        project.scenes_dir / "gone.tif", transform=town.Affine(0.6, 0, 3e5, 0, -0.6, 3e6)
    )
    town.add_scene(project, store, other)
    other.unlink()
    first, gone = prelabel(project, store, [*read(store).scenes()], town.package())
    assert (first.state, gone.state, gone.proposed, gone.job_id) == ("done", "failed", 0, None)
    assert len(gone.errors) == 1
    assert "gone.tif" in gone.errors[0]


def test_a_run_that_is_stopped_is_cancelled_and_goes_on(project: Project, store: Store, scene: Scene) -> None:
    done: list[float] = []
    report = run(project, store, stop=lambda: len(done) >= 4, progress=lambda of, share: done.append(share))
    assert (report.state, report.errors, report.proposed) == ("cancelled", [], 0)
    assert read(store).job(report.job_id).state == JobState.CANCELLED
    assert read(store).features(scene.id).total == 0
    finished = len(read(store).job_items(report.job_id, [JobState.DONE]))
    assert 0 < finished < town.BLOCKS
    again = run(project, store)
    assert (again.state, again.job_id, again.resumed_blocks) == ("done", report.job_id, finished)
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)


def test_a_run_that_is_stopped_at_once_begins_nothing(project: Project, store: Store) -> None:
    report = run(project, store, stop=lambda: True)
    assert (report.state, report.job_id, read(store).jobs()) == ("cancelled", None, [])


def test_a_job_that_is_called_off_ends_at_once_and_goes_on_later(
    project: Project, store: Store, scene: Scene
) -> None:
    def call_off(_scene: Scene, share: float) -> None:
        [job] = read(store).jobs()
        if share > 0.3 and job.state == JobState.RUNNING:
            assert store.cancel_job(job.id).state == JobState.CANCELLING

    report = run(project, store, progress=call_off)
    assert (report.state, report.proposed) == ("cancelled", 0)
    job = read(store).job(report.job_id)
    assert (job.state, job.worker) == (JobState.CANCELLED, None)
    assert 2 < read(store).job_progress(job.id).done < town.BLOCKS
    report = run(project, store)
    assert (report.state, report.job_id) == ("done", job.id)
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)


def test_only_the_scene_whose_job_is_called_off_is_left(project: Project, store: Store) -> None:
    transform = town.Affine(0.6, 0, 3e5, 0, -0.6, 3e6)
    town.add_scene(project, store, town.write_scene(project.scenes_dir / "next.tif", transform=transform))

    def call_off(scene: Scene, share: float) -> None:
        job = read(store).jobs()[-1]
        if scene.key == "town" and share > 0.3 and job.state == JobState.RUNNING:
            store.cancel_job(job.id)

    first, second = prelabel(project, store, read(store).scenes(), town.package(), progress=call_off)
    assert (first.state, second.state) == ("cancelled", "done")
    assert [job.state for job in read(store).jobs()] == [JobState.DONE, JobState.CANCELLED]


def test_an_interrupted_run_puts_its_job_back(project: Project, store: Store) -> None:
    def interrupt(_scene: Scene, share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(project, store, progress=interrupt)
    [job] = read(store).jobs()
    assert (job.state, job.worker) == (JobState.QUEUED, None)


def test_a_job_that_another_process_holds_is_not_run(project: Project, store: Store, scene: Scene) -> None:
    begun: list[float] = []
    job_id = run(
        project, store, stop=lambda: bool(begun), progress=lambda of, share: begun.append(share)
    ).job_id
    other = "another-machine:4711:1:1:1"
    store.claim_job(job_id, other)
    report = run(project, store)
    assert (report.state, report.job_id, report.errors) == ("busy", None, [])
    said = f"job {job_id} is running in process {other}, expected it to be free"
    assert report.warnings == [f"town is left to the process that works on it: {said}"]
    assert read(store).job(job_id).state == JobState.RUNNING


def test_a_recorded_job_is_planned_and_run(project: Project, store: Store, scene: Scene) -> None:
    [job] = store.create_jobs("prelabel", {"t": {"scene": "town", "model": "toy", "min_score": 0.65}})
    report = run_prelabel_job(town.context(project, store, job), town.package())
    assert (report.state, report.job_id, report.proposed) == ("done", job.id, 4)
    [done] = read(store).jobs()
    assert (done.params["min_score"], read(store).job_progress(done.id).done) == (0.65, town.BLOCKS)
    # One that was planned for something else is not gone on with.
    [other] = store.create_jobs("prelabel", {"u": {"scene": "town", "model": "toy"}})
    store.plan_job(other.id, {"scene": "town", "model": "toy", "sha256": "old"}, [{"core": [0, 0, 1, 1]}])
    report = run_prelabel_job(town.context(project, store, read(store).job(other.id)), town.package())
    assert report.state == "failed"
    assert "was planned for another stretch, model, version or set of classes" in report.errors[0]


def test_a_fault_of_the_program_on_one_scene_does_not_stop_the_others(
    project: Project,
    store: Store,
    toy_model: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    town.add_scene(project, store, town.write_scene(project.scenes_dir / "village.tif", compress="lzw"))
    plan_scene = prelabel_run.plan_scene

    def faulty(project: Project, store: Store, scene: Scene, *arguments: Any) -> Any:
        if scene.key == "town":
            raise ZeroDivisionError("nobody thought of this")
        return plan_scene(project, store, scene, *arguments)

    monkeypatch.setattr(prelabel_run, "plan_scene", faulty)
    first, second = prelabel(project, store, read(store).scenes(), town.package())
    assert (first.state, first.errors) == ("failed", ["ZeroDivisionError: nobody thought of this"])
    assert second.state == "done"
    assert "Traceback" in caplog.text


def test_a_run_that_lost_its_job_writes_nothing_more(project: Project, store: Store, scene: Scene) -> None:
    """As a machine that slept for longer than the lease."""

    def take_over(_scene: Scene, share: float) -> None:
        if share > 0.3 and (job := read(store).jobs()[0]).worker == worker_name():
            with Store.open(store.path) as other, other._database.write() as connection:
                connection.exec_driver_sql("UPDATE jobs SET worker = 'other:1:1:1:1'")
            assert job.state == JobState.RUNNING

    report = run(project, store, progress=take_over)
    assert (report.state, report.proposed) == ("failed", 0)
    assert report.errors == ["job 1 was taken over by other:1:1:1:1"]
    job = read(store).job(1)
    assert (job.state, job.worker) == (JobState.RUNNING, "other:1:1:1:1")
    assert read(store).features(scene.id).total == 0
    assert (project.jobs_dir / "prelabel-1").is_dir()


def test_the_newest_settings_count_whatever_was_queued_before(
    project: Project, store: Store, scene: Scene
) -> None:
    [old] = store.create_jobs("prelabel", {"t": {"scene": "town", "model": "toy", "min_score": 0.1}})
    report = run(project, store, min_score=0.85)
    assert (
        read(store).job(old.id).message == f"superseded by job {report.job_id}, of the same scene and model"
    )
    assert report.proposed == 2
    # A run with the older settings that ends later: its proposals are not put over the newer ones.
    late = run_prelabel_job(town.context(project, store, read(store).job(old.id)), town.package())
    assert late.state == "failed"
    assert late.errors[0].startswith(
        f"job {old.id} was superseded by job {report.job_id}, whose proposals of toy"
    )
    assert read(store).features(scene.id).total == 2
    # Asked for anew they are the newest.
    assert run(project, store, min_score=0.1).proposed == 8


def test_a_raster_that_changed_is_refused(project: Project, store: Store, tmp_path: Path) -> None:
    path = town.write_scene(tmp_path / "field.tif", transform=town.Affine(0.6, 0, 3e5, 0, -0.6, 3e6))
    field = register_scene(project, store, path, Registration(in_place=True))
    town.write_scene(path, transform=town.Affine(0.7, 0, 3e5, 0, -0.7, 3e6))
    os.utime(path, ns=(1, 1))
    _, report = prelabel(project, store, read(store).scenes(), town.package())
    assert (report.state, report.job_id) == ("failed", None)
    assert "field.tif was changed since it was registered. Expected the file as it was" in report.errors[0]
    assert read(store).features(field.id).total == 0


class Late(InProcess):
    """Runs the first block when every block of the last scene is recorded."""

    slots = 2

    def __init__(self) -> None:
        self.late: Future[Any] = Future()
        self.task: Any = None

    def submit_task(self, fn: Any, task: Any, progress: Any) -> Future[Any]:
        if self.task is not None:
            return self.submit(fn, task)
        self.task = task
        return self.late

    def advance(self, scene: Scene, share: float) -> None:
        if scene.key == "town2" and share == 1:
            self.late.set_result(run_block(self.task))


@pytest.mark.parametrize(("most", "order"), [(200, [0, 1, 2]), (1, [1, 2, 0])])
def test_scenes_are_committed_in_their_order_unless_too_many_wait(
    most: int,
    order: list[int],
    project: Project,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prelabel_run, "_MOST_WAITING", most)
    for number in (1, 2):
        moved = town.Affine(0.5, 0, 3e5 + number, 0, -0.5, 3e6)
        path = town.write_scene(project.scenes_dir / f"town{number}.tif", transform=moved)
        town.add_scene(project, store, path)
    scenes = read(store).scenes()
    late, ended = Late(), []
    reports = prelabel(
        project,
        store,
        scenes,
        town.package(),
        executor=late,
        progress=late.advance,
        finished=lambda report: ended.append(report.scene_key),
    )
    assert [report.state for report in reports] == ["done"] * 3
    assert ended == [scenes[number].key for number in order]
    runs = [read(store).last_proposals(scenes[number].id) for number in order]
    assert [last.id for last in runs if last] == [1, 2, 3]
