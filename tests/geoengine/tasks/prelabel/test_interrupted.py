"""Pre-labeling that is killed, or cannot read or write something: it goes on, and each object is there once."""

from __future__ import annotations

import errno
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rasterio
import shapely

from geoengine.atomic import atomic_write
from geoengine.errors import StoreError
from geoengine.model import FeatureState, JobState, Scene, UpdateFeature
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.prelabel import block as prelabel_block
from geoengine.tasks.prelabel.api import prelabel, run_prelabel_job
from tests.support import prelabel_town as town
from tests.support.views import read
from tiling.errors import RasterReadError

toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
run, change, of_score = town.run, town.change, town.of_score
pytestmark = [pytest.mark.usefixtures("toy_model"), pytest.mark.processes]


@pytest.mark.parametrize(
    ("seed", "count"),
    [
        pytest.param(0, 0, id="chosen", marks=pytest.mark.slow),
        pytest.param(5, 6, id="random"),
        pytest.param(6, 20, id="more", marks=pytest.mark.slow),
    ],
)
def test_a_run_that_is_killed_at_any_moment_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, count: int
) -> None:
    command = [sys.executable, town.__file__, str(tmp_path), str(seed), str(count)]
    subprocess.run(command, check=True, timeout=300, env=town.toy_only(tmp_path))
    expected = (tmp_path / "undisturbed/labels/town.geojson").read_bytes()
    others = ("template", "undisturbed", "calls", "toy-only")
    killed = [path for path in tmp_path.iterdir() if path.name not in others]
    assert len(killed) == (count or len(town.MOMENTS))
    inferred = 0
    real = prelabel_block.detect_block

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal inferred
        inferred += 1
        return real(*args, **kwargs)

    monkeypatch.setattr(prelabel_block, "detect_block", counted)
    for path in killed:
        project, inferred = Project.open(path), 0
        finished = len(list(project.jobs_dir.glob("prelabel-1/[0-9]*.npz")))
        with project.store() as store:
            [job] = read(store).jobs()
            report = run(project, store)
            assert (report.state, report.proposed, report.job_id) == ("done", 7, job.id), path.name
            # A job that was done has perhaps tidied up a part of its files.
            assert inferred == (0 if job.state == JobState.DONE else town.BLOCKS - finished), path.name
            assert report.resumed_blocks == town.BLOCKS - inferred, path.name
            [job] = read(store).jobs()
            assert job.state == JobState.DONE, path.name
            assert {item.state for item in read(store).job_items(job.id)} == {JobState.DONE}, path.name
        assert project.labels_path("town").read_bytes() == expected, path.name
        assert list(project.jobs_dir.iterdir()) == [], path.name


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


def test_where_no_block_can_be_read_nothing_is_replaced(
    project: Project, store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RasterReadError("town.tif is damaged.")

    run(project, store)
    monkeypatch.setattr(prelabel_block, "detect_block", broken)
    report = run(project, store, again=True)
    assert (report.state, len(report.errors)) == ("failed", town.BLOCKS)
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)
    assert read(store).job(report.job_id).state == JobState.FAILED
    message = read(store).job(report.job_id).message
    assert message is not None
    assert message.startswith("block 0 of town: town.tif is damaged.; block 1 of town")
    assert message.endswith("; and 9 more")


def test_a_full_disk_costs_only_what_had_no_place(
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
        patched.setattr(prelabel_block, "atomic_write", fill)
        report = run(project, store)
    assert (report.state, len(report.errors)) == ("partial", town.BLOCKS - 5)
    assert all("No space left" in error for error in report.errors)
    assert 0 < read(store).features(scene.id).total < len(town.PROPOSED)
    job = read(store).job(report.job_id)
    assert job.state == JobState.PARTIAL
    failed = read(store).job_items(job.id, [JobState.FAILED])
    assert [item.index for item in failed] == list(range(5, town.BLOCKS))
    again = run(project, store)
    assert (again.state, again.job_id, again.resumed_blocks) == ("done", report.job_id, 5)
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)


def test_on_a_full_disk_nothing_is_inferred_in_vain(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prelabel_block, "_ROOM_BYTES", 1 << 62)
    monkeypatch.setattr(prelabel_block, "detect_block", lambda *args, **kwargs: pytest.fail("inferred"))
    report = run(project, store)
    assert (report.state, len(report.errors)) == ("failed", town.BLOCKS)


def test_a_database_that_fails_once_costs_nothing_but_the_word_done(
    project: Project, store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Store.set_item

    def lose(self: Store, job_id: int, index: int, *args: object, **kwargs: object) -> object:
        if index == 3:
            raise StoreError("database is locked")
        return real(self, job_id, index, *args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Store, "set_item", lose)
        report = run(project, store)
    assert (report.state, report.errors) == ("partial", ["block 3 of town: database is locked"])
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)
    again = run(project, store)
    assert (again.state, again.job_id, again.resumed_blocks) == ("done", report.job_id, town.BLOCKS)
    assert {item.state for item in read(store).job_items(again.job_id)} == {JobState.DONE}


def test_a_database_that_is_lost_at_the_end_does_not_stop_the_others(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    transform = town.Affine(0.6, 0, 3e5, 0, -0.6, 3e6)
    town.add_scene(project, store, town.write_scene(project.scenes_dir / "next.tif", transform=transform))
    real, calls = Store.replace_proposals, []

    def lose(self: Store, scene_id: int, *args: object, **kwargs: object) -> object:
        calls.append(scene_id)
        if len(calls) == 1:
            raise StoreError("disk I/O error")
        return real(self, scene_id, *args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Store, "replace_proposals", lose)
        first, second = prelabel(project, store, read(store).scenes(), town.package())
    assert (first.state, first.errors, second.state) == ("failed", ["disk I/O error"], "done")
    again = run_prelabel_job(town.context(project, store, read(store).job(first.job_id)), town.package())
    assert (again.state, again.job_id, again.resumed_blocks) == ("done", first.job_id, town.BLOCKS)


def test_a_result_file_that_is_damaged_is_done_again(project: Project, store: Store, scene: Scene) -> None:
    asked = 0

    def after_five() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    stopped = run(project, store, stop=after_five)
    folder = project.jobs_dir / f"prelabel-{stopped.job_id}"
    (folder / "2.npz").write_bytes(b"PK no archive")
    report = run(project, store)
    assert (report.state, report.resumed_blocks, len(report.errors)) == ("partial", 5, 1)
    assert report.errors[0].startswith("block 2 of town: result file 2.npz is damaged")
    report = run(project, store)
    assert (report.state, report.resumed_blocks) == ("done", town.BLOCKS - 1)
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)


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


def test_nobody_works_on_what_another_process_has(project: Project, store: Store, scene: Scene) -> None:
    begun: list[float] = []
    job_id = run(
        project, store, stop=lambda: bool(begun), progress=lambda of, share: begun.append(share)
    ).job_id
    other = f"{socket.gethostname()}:{os.getppid()}"
    store.claim_job(job_id, other)
    report = run(project, store)
    assert (report.state, report.job_id) == ("failed", None)
    assert report.errors == [f"job {job_id} is running in process {other}, expected it to be free"]
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
