"""Pre-labeling that is killed, or cannot read or write something: it goes on, and each object is there once."""

from __future__ import annotations

import errno
import importlib
import re
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
from geoengine.tasks.prelabel import prelabel
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
