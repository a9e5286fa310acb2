"""From result files to one changeset."""

from __future__ import annotations

import pytest

from geoengine.model import JobState, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.prelabel import block as prelabel_block
from tests.support import prelabel_town as town
from tests.support.views import read
from tiling.errors import RasterReadError

toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
run, change, of_score = town.run, town.change, town.of_score
pytestmark = pytest.mark.usefixtures("toy_model")


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
