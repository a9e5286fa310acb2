"""Addition of rasters: an outcome for each, and none stops the others."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from geoengine.machine import MachineError
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.add import Added, Addition, AlreadyAdded, Failed, Outcome
from geoengine.tasks.scenes.collect import Found, Skipped
from geoengine.tasks.scenes.register import Registration
from tests.support.samples import write_raster
from tiling.access.source import RasterSource
from tiling.errors import RasterWriteError
from tiling.progress import Progress
from tiling.raster.facts import RasterFacts


def add(
    project: Project,
    store: Store,
    found: list[Found | Skipped],
    settings: Registration | None = None,
    *,
    mosaic: str | None = None,
    dem: Path | None = None,
) -> tuple[list[Outcome], list[str]]:
    """The outcomes, and the names of the progress bars that were shown."""
    bars: list[str] = []

    @contextmanager
    def bar(name: str) -> Iterator[Progress]:
        bars.append(name)
        yield lambda share: None

    addition = Addition(project, store, settings or Registration(), RasterSource(Path(), dem=dem))
    return list(addition.add(found, bar, mosaic=mosaic)), bars


def test_each_file_has_an_outcome_of_its_own(project: Project, store: Store, tmp_path: Path) -> None:
    broken, notes = tmp_path / "broken.tif", tmp_path / "notes.xyz"
    for path in (broken, notes):
        path.write_text("no raster")
    first, second = (
        write_raster(tmp_path / name, seed=n) for n, name in enumerate(("town.tif", "second.tif"))
    )
    add(project, store, [Found(first, True)])
    files = [Found(broken, True), Found(second, True), Found(first, True), Found(notes, False)]
    outcomes, bars = add(project, store, [*files, Skipped(tmp_path / "a.prj", "side-car")])
    skipped, failed, added, known, no_raster = outcomes
    assert skipped == Skipped(tmp_path / "a.prj", "side-car")
    assert isinstance(failed, Failed)
    assert "broken.tif" in str(failed.error)
    assert isinstance(added, Added)
    assert (added.scene.key, added.former) == ("second", ())
    assert isinstance(known, AlreadyAdded)
    assert (known.scene.key, known.problem) == ("town", None)
    assert no_raster == Skipped(notes, "not a raster")
    assert bars == ["scenes", "broken.tif", "second.tif", "town.tif", "notes.xyz"]


def test_a_changed_file_names_the_scenes_that_were_taken_from_it(
    project: Project, store: Store, tmp_path: Path
) -> None:
    path = write_raster(tmp_path / "a.tif", seed=5)
    add(project, store, [Found(path, True)])
    write_raster(path, seed=6)
    [again], _ = add(project, store, [Found(path, True)])
    assert isinstance(again, Added)
    assert again.former == ("a",)


def test_all_files_become_one_scene(project: Project, store: Store, tmp_path: Path) -> None:
    files: list[Found | Skipped] = [Found(write_raster(tmp_path / f"{n}.tif", seed=n), True) for n in (5, 6)]
    [made], bars = add(project, store, files, mosaic="Town, May")
    assert isinstance(made, Added)
    assert (made.scene.name, made.raster.files, bars) == ("Town, May", 2, ["Town, May"])


def test_an_elevation_model_for_a_raster_without_rpcs_fails_it_alone(
    project: Project, store: Store, tmp_path: Path
) -> None:
    path = write_raster(tmp_path / "a.tif", seed=5)
    [outcome], _ = add(project, store, [Found(path, True)], dem=tmp_path / "absent.tif")
    assert isinstance(outcome, Failed)


def test_a_full_disk_ends_the_run_and_is_no_fault_of_a_raster(
    project: Project, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (write_raster(tmp_path / f"{n}.tif", seed=n) for n in range(2))
    tried: list[str] = []

    def full(project: Project, store: Store, facts: RasterFacts, *_: object, **__: object) -> Scene:
        tried.append(facts.source.path.name)
        raise RasterWriteError("could not be written") from OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("geoengine.tasks.scenes.add.register_scene", full)
    with pytest.raises(MachineError, match="the disk is full"):
        add(project, store, [Found(first, True), Found(second, True)])
    assert tried == [first.name]
