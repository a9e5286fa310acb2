"""Additions that were recorded as jobs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from geoengine.errors import InvalidValueError
from geoengine.machine import MachineError
from geoengine.model import Job, JobState, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes import add as add_module
from geoengine.tasks.scenes import add_job as module
from geoengine.tasks.scenes.add_job import FileScenes
from geoengine.tasks.scenes.add_settings import KIND, AddSettings, read_nodata
from geoengine.tasks.worker.worker import run_next
from tests.support.samples import write_raster
from tests.support.views import read


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    folder.mkdir()
    return folder


def record(store: Store, folder: Path, *names: str, **more: Any) -> Job:
    settings = AddSettings(folder, names, folder.name, **more)
    [job] = store.create_jobs(KIND, {new_uid(): settings.to_params()})
    return job


def run(project: Project, store: Store) -> Job:
    job = run_next(project, store)
    assert job is not None
    return job


def keys(store: Store) -> list[str]:
    return [scene.key for scene in read(store).scenes()]


def test_every_file_has_an_outcome_of_its_own(project: Project, store: Store, delivery: Path) -> None:
    """A good one, one that is broken, one that is a scene already, and one that vanished."""
    for n, name in enumerate(("good", "known", "vanished")):
        write_raster(delivery / f"{name}.tif", seed=n)
    record(store, delivery, "known.tif")
    assert run(project, store).state == JobState.DONE
    (delivery / "broken.tif").write_text("no raster")
    job = record(store, delivery, "good.tif", "broken.tif", "known.tif", "vanished.tif")
    (delivery / "vanished.tif").unlink()
    shares: list[float] = []
    done = run_next(project, store, started=lambda _: shares.append)
    assert done is not None
    assert done.state == JobState.PARTIAL
    assert done.message is not None
    assert done.message.startswith("1 scene added; 1 was a scene already; 2 files failed: broken.tif")
    assert str(delivery) not in done.message
    good, broken, known, vanished = read(store).job_items(job.id)
    assert (good.state, FileScenes.of(good)) == (JobState.DONE, FileScenes(["good"], []))
    assert (known.state, FileScenes.of(known)) == (JobState.DONE, FileScenes([], ["known"]))
    assert (broken.state, vanished.state) == (JobState.FAILED, JobState.FAILED)
    assert "there is no 'vanished.tif' in 'delivery'" in (vanished.error or "")
    assert keys(store) == ["known", "good"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_folder_is_gone_through_and_tried_again_where_it_failed(
    project: Project, store: Store, delivery: Path
) -> None:
    (delivery / "may").mkdir()
    write_raster(delivery / "may/a.tif")
    (delivery / "may/b.tif").write_text("not yet")
    (delivery / "may/read.txt").write_text("a document")
    (delivery / "may/notes.xyz").write_text("no raster")
    job = record(store, delivery, "may")
    done = run(project, store)
    assert done.state == JobState.PARTIAL
    assert (done.message or "").endswith("1 file is no raster; skipped: 1 document")
    write_raster(delivery / "may/b.tif", seed=2)
    store.retry_job(job.id)
    assert run(project, store).message == "2 scenes added; 1 file is no raster; skipped: 1 document"
    assert keys(store) == ["a", "b"]


def test_nothing_outside_the_folder_is_read(
    project: Project, store: Store, delivery: Path, tmp_path: Path
) -> None:
    """Whatever the row says, and whatever became of the folder since."""
    write_raster(tmp_path / "secret.tif")
    (delivery / "link.tif").symlink_to(tmp_path / "secret.tif")
    (delivery / "sub").mkdir()
    (delivery / "sub/link.tif").symlink_to(tmp_path / "secret.tif")
    job = record(store, delivery, "link.tif", "../secret.tif", "sub", str(tmp_path / "secret.tif"))
    done = run(project, store)
    assert done.state == JobState.FAILED
    assert [item.state for item in read(store).job_items(job.id)] == [JobState.FAILED] * 4
    write_raster(delivery / "good.tif")
    record(store, delivery, "good.tif")
    delivery.rename(tmp_path / "elsewhere")
    delivery.symlink_to(tmp_path / "elsewhere")
    assert run(project, store).state == JobState.FAILED
    assert keys(store) == []


def test_a_vrt_refers_to_files_of_its_own_folder_only(
    project: Project, store: Store, delivery: Path, tmp_path: Path
) -> None:
    write_raster(tmp_path / "secret.tif")
    (delivery / "a.vrt").write_text(
        '<VRTDataset rasterXSize="10" rasterYSize="10"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        '<SourceFilename relativeToVRT="1">../secret.tif</SourceFilename><SourceBand>1</SourceBand></SimpleSource>'
        "</VRTRasterBand></VRTDataset>"
    )
    record(store, delivery, "a.vrt")
    done = run(project, store)
    assert done.state == JobState.FAILED
    assert "secret.tif" in (done.message or "")
    assert keys(store) == []


def test_settings_reach_the_scenes(project: Project, store: Store, delivery: Path) -> None:
    write_raster(delivery / "a.tif")
    record(store, delivery, "", in_place=True, nodata="255,255,255")
    assert run(project, store).state == JobState.DONE
    [scene] = read(store).scenes()
    assert scene.uri.endswith(".vrt")
    assert scene.nodata is not None


def test_a_worker_that_ends_puts_the_job_back_after_the_file(
    project: Project, store: Store, delivery: Path
) -> None:
    for n in range(3):
        write_raster(delivery / f"{n}.tif", seed=n)
    job = record(store, delivery, "")
    ends: list[bool] = []

    def stop() -> bool:
        ends.append(True)
        return len(ends) > 1

    back = run_next(project, store, stop=stop)
    assert back is not None
    assert back.state == JobState.QUEUED
    assert keys(store) == ["0"]
    assert run(project, store).message == "3 scenes added"
    assert [item.state for item in read(store).job_items(job.id)] == [JobState.DONE] * 3


def test_a_full_disk_puts_the_job_back(
    project: Project, store: Store, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raster(delivery / "a.tif")
    job = record(store, delivery, "a.tif")

    def full(*_: Any, **__: Any) -> None:
        raise module.TilingError("a.tif could not be written") from OSError(28, "No space left on device")

    monkeypatch.setattr(add_module, "register_scene", full)
    monkeypatch.setattr(add_module, "RasterWriteError", module.TilingError)
    with pytest.raises(MachineError, match="the disk is full"):
        run_next(project, store)
    assert read(store).job(job.id).state == JobState.QUEUED


def test_what_cannot_be_added_fails_in_a_sentence(
    project: Project, store: Store, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (delivery / "empty").mkdir()
    record(store, delivery, "empty")
    assert run(project, store).message == "there is no raster in what was chosen of delivery"
    monkeypatch.setattr(module, "MAX_FILES", 1)
    for n in range(3):
        write_raster(delivery / f"{n}.tif", seed=n)
    record(store, delivery, "")
    assert "more than 1 files were chosen" in (run(project, store).message or "")
    assert keys(store) == []


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_a_name_that_is_no_text_is_skipped(project: Project, store: Store, delivery: Path) -> None:
    write_raster(delivery / "a.tif")
    try:
        Path(os.fsdecode(os.fsencode(delivery) + b"/\xff.tif")).write_text("x")
    except OSError:
        pytest.skip("the file system wants text")
    record(store, delivery, "")
    assert run(project, store).message == "1 scene added; skipped: 1 a name in no text"


def test_settings_are_checked() -> None:
    assert read_nodata("255, 255,255") == (255, 255, 255)
    assert read_nodata("-9999") == -9999.0
    for bad in ("white", "1,2,x", ""):
        with pytest.raises(InvalidValueError, match="neither a number nor a colour"):
            AddSettings(Path("/x"), ("a",), "x", nodata=bad)
    with pytest.raises(InvalidValueError, match="names are empty"):
        AddSettings(Path("/x"), (), "x")
