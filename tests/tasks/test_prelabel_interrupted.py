"""Pre-labeling that is killed, or cannot read or write something: it goes on, and each object is there once."""

from __future__ import annotations

import errno
import importlib
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import rasterio
import shapely

from geoengine.atomic import atomic_write
from geoengine.model import FeatureState, JobState, Scene, UpdateFeature
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks import prelabel as module
from geoengine.tasks.prelabel import prelabel, run_prelabel_job
from tiling.errors import RasterReadError

sys.path.insert(0, str(Path(__file__).resolve().parent))
town = importlib.import_module("prelabel_town")
toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
run, change, of_score = town.run, town.change, town.of_score
pytestmark = pytest.mark.usefixtures("toy_model")


def labels_of(project: Project) -> bytes:
    """The written-back labels, but for the time of day."""
    return re.sub(rb'"time": ?"[^"]*"', b'"time":""', project.labels_path("town").read_bytes())


@pytest.mark.slow
def test_a_run_that_is_killed_at_any_moment_goes_on_and_ends_the_same(
    project: Project, store: Store, tmp_path: Path
) -> None:
    run(project, store)
    expected = labels_of(project)
    script = Path(town.__file__)
    subprocess.run([sys.executable, str(script), str(tmp_path / "killed")], check=True, timeout=300)
    assert len(list((tmp_path / "killed").iterdir())) == len(town.MOMENTS)
    for moment in town.MOMENTS:
        killed = Project.open(tmp_path / "killed" / moment)
        if moment == "not-tidied":
            # This one had ended but for its folder: the same command again is a run of its own.
            assert labels_of(killed) == expected
        with killed.store() as again:
            report = run(killed, again)
            assert report.state == "done", moment
            assert report.proposed == 7, moment
            town.assert_proposed(again.features(again.scene_by_key("town").id).features, town.PROPOSED)
            assert [job.state for job in again.jobs()] == [JobState.DONE] * (
                2 if moment == "not-tidied" else 1
            )
        if moment != "not-tidied":
            assert labels_of(killed) == expected, moment
            started = moment not in ("before-any-block", "first-block-not-renamed")
            assert (report.resumed_blocks > 0) == started, moment
            assert list(killed.jobs_dir.iterdir()) == [], moment


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
    far = [item for item in town.PROPOSED if not cores.contains(item[0].centroid)]
    assert len(far) == 2
    town.assert_proposed(store.features(scene.id).features, far)
    job = store.job(report.job_id)
    assert job.state == JobState.PARTIAL
    assert job.message is not None
    failed = [item for item in store.job_items(job.id) if item.state == JobState.FAILED]
    assert [item.index for item in failed] == [0, 1, 4, 5]
    assert all(item.error for item in failed)

    accepted = of_score(store, scene, 1.0)
    change(store, UpdateFeature(accepted.uid, accepted.revision, state=FeatureState.ACCEPTED))
    assert run(project, store).state == "partial"  # nothing has changed yet
    path.write_bytes(content)
    report = run(project, store)
    assert (report.state, report.job_id, report.resumed_blocks) == ("done", job.id, town.BLOCKS - 4)
    assert report.kept_by_people == 1
    town.assert_proposed(store.features(scene.id).features, town.PROPOSED)
    assert store.feature(accepted.uid).state == FeatureState.ACCEPTED
    assert {item.state for item in store.job_items(job.id)} == {JobState.DONE}
    assert store.job(job.id).message is None


def test_a_scene_that_cannot_be_read_at_all_does_not_stop_the_others(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = town.write_scene(
        project.scenes_dir / "gone.tif", transform=town.Affine(0.6, 0, 3e5, 0, -0.6, 3e6)
    )
    town.add_scene(project, store, other)
    other.unlink()
    first, gone = prelabel(project, store, [*store.scenes()], town.package())
    assert (first.state, gone.state, gone.proposed, gone.job_id) == ("done", "failed", 0, None)
    assert len(gone.errors) == 1
    assert "gone.tif" in gone.errors[0]


def test_where_no_block_can_be_read_nothing_is_replaced(
    project: Project, store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RasterReadError("town.tif is damaged.")

    run(project, store)
    monkeypatch.setattr(module, "detect_block", broken)
    report = run(project, store)
    assert (report.state, len(report.errors)) == ("failed", town.BLOCKS)
    town.assert_proposed(store.features(scene.id).features, town.PROPOSED)
    assert store.job(report.job_id).state == JobState.FAILED
    assert store.job(report.job_id).message == "block 0 of town: town.tif is damaged."


def test_a_full_disk_is_told_and_the_next_run_goes_on(
    project: Project, store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = 0

    def fill(path: Path, content: bytes) -> Path:
        nonlocal written
        written += 1
        if written > 5:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return atomic_write(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(module, "atomic_write", fill)
        report = run(project, store)
    assert report.state == "failed"
    assert "No space left" in report.errors[0]
    assert store.features(scene.id).total == 0
    assert store.job(report.job_id).state == JobState.FAILED
    again = run(project, store)
    assert (again.state, again.job_id, again.resumed_blocks) == ("done", report.job_id, 5)
    town.assert_proposed(store.features(scene.id).features, town.PROPOSED)


def test_a_run_that_is_stopped_or_called_off_goes_on_later(
    project: Project, store: Store, scene: Scene
) -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 4

    report = run(project, store, stop=stop)
    assert (report.state, report.proposed) == ("cancelled", 0)
    job = store.job(report.job_id)
    assert (job.state, job.worker) == (JobState.CANCELLED, None)
    assert store.job_progress(job.id).done == 4

    def call_off(_scene: Scene, share: float) -> None:
        if share > 0.5 and store.job(job.id).state == JobState.RUNNING:
            store.cancel_job(job.id)

    assert run(project, store, progress=call_off).state == "cancelled"
    assert store.job(job.id).state == JobState.CANCELLED
    assert 4 < store.job_progress(job.id).done < town.BLOCKS
    assert store.features(scene.id).total == 0
    report = run(project, store)
    assert (report.state, report.job_id) == ("done", job.id)
    town.assert_proposed(store.features(scene.id).features, town.PROPOSED)


def test_nobody_works_on_what_another_process_has(project: Project, store: Store, scene: Scene) -> None:
    job_id = run(project, store, stop=lambda: True).job_id
    other = f"{socket.gethostname()}:{os.getppid()}"
    store.take_job(job_id, other)
    report = run(project, store)
    assert (report.state, report.job_id) == ("failed", None)
    assert report.errors == [f"job {job_id} is running in process {other}, expected it to be free"]
    assert store.job(job_id).state == JobState.RUNNING


def test_a_recorded_job_is_planned_and_run(project: Project, store: Store, scene: Scene) -> None:
    [job] = store.create_jobs("prelabel", {"t": {"scene": "town", "model": "toy", "min_score": 0.65}})
    report = run_prelabel_job(project, store, job, town.package())
    assert (report.state, report.job_id, report.proposed) == ("done", job.id, 4)
    [done] = store.jobs()
    assert (done.params["min_score"], store.job_progress(done.id).done) == (0.65, town.BLOCKS)
    # One that was planned for something else is not gone on with.
    [other] = store.create_jobs("prelabel", {"u": {"scene": "town", "model": "toy"}})
    store.plan_job(other.id, {"scene": "town", "model": "toy", "sha256": "old"}, [{"core": [0, 0, 1, 1]}])
    report = run_prelabel_job(project, store, store.job(other.id), town.package())
    assert report.state == "failed"
    assert "was planned for another stretch, model or set of classes" in report.errors[0]
