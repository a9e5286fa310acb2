"""One block: its task, its model and its result file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geoengine.machine import MachineError
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.prelabel import block as prelabel_block
from geoengine.tasks.prelabel import run as prelabel_run
from tests.support import prelabel_town as town

toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
run, change, of_score = town.run, town.change, town.of_score
pytestmark = pytest.mark.usefixtures("toy_model")


def test_workers_are_told_where_linked_folders_really_are(
    project: Project, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (project.scenes_dir, project.jobs_dir):
        folder.rename(tmp_path / folder.name)
        folder.symlink_to(tmp_path / folder.name)
    tasks: list[Any] = []
    real = prelabel_run.run_block

    def noted(task: Any, progress: Any) -> Any:
        tasks.append(task)
        return real(task, progress)

    monkeypatch.setattr(prelabel_run, "run_block", noted)
    assert run(project, store).state == "done"
    assert {task.source.path for task in tasks} == {tmp_path / "scenes" / "town.tif"}
    assert {task.path.parent for task in tasks} == {tmp_path / "jobs" / "prelabel-1"}


def test_on_a_full_disk_nothing_is_inferred_in_vain(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prelabel_block, "_ROOM_BYTES", 1 << 62)
    monkeypatch.setattr(prelabel_block, "detect_block", lambda *args, **kwargs: pytest.fail("inferred"))
    with pytest.raises(MachineError, match="the disk is full"):
        run(project, store)
