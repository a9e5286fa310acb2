"""Pre-labeling that is killed, or cannot read or write something: it goes on, and each object is there once."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rasterio

from geoengine.atomic import atomic_write
from geoengine.errors import StoreError
from geoengine.machine import MachineError
from geoengine.model import JobState, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.prelabel import block as prelabel_block
from geoengine.tasks.prelabel.api import prelabel, run_prelabel_job
from tests.support import prelabel_town as town
from tests.support.views import read

toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
run, change, of_score = town.run, town.change, town.of_score
pytestmark = [pytest.mark.usefixtures("toy_model"), pytest.mark.processes]


@pytest.mark.parametrize(
    ("seed", "count"),
    [
        pytest.param(0, 0, id="chosen", marks=pytest.mark.slow),
        pytest.param(5, 6, id="random"),
        pytest.param(6, 60, id="more", marks=[pytest.mark.soak, pytest.mark.timeout(3600)]),
    ],
)
def test_a_run_that_is_killed_at_any_moment_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, count: int
) -> None:
    command = [sys.executable, town.__file__, str(tmp_path), str(seed), str(count)]
    subprocess.run(command, check=True, timeout=900, env=town.toy_only(tmp_path))
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
        left = [
            file.name for file in project.jobs_dir.iterdir() if not file.name.startswith(".")
        ]  # a lock stays
        assert left == [], path.name


def break_tile(path: Path) -> bytes:
    """Overwrites the first tile of a GeoTIFF; returns the file as it was."""
    content = path.read_bytes()
    with rasterio.open(path) as source:
        offset = int(source.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", bidx=1))
        length = int(source.get_tag_item("BLOCK_SIZE_0_0", "TIFF", bidx=1))
    path.write_bytes(content[:offset] + b"\xaa" * length + content[offset + length :])
    return content


def test_a_full_disk_ends_the_run_and_fails_nothing(
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
        with pytest.raises(MachineError, match="the disk is full"):
            run(project, store)
    assert read(store).features(scene.id).total == 0
    (job,) = read(store).jobs()
    assert (job.state, job.worker) == (JobState.QUEUED, None)
    assert read(store).job_items(job.id, [JobState.FAILED]) == []
    again = run(project, store)
    assert (again.state, again.job_id, again.resumed_blocks) == ("done", job.id, 5)
    town.assert_proposed(read(store).features(scene.id).features, town.PROPOSED)


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
