"""Runs that are taken back."""

from __future__ import annotations

import pytest

from geoengine.model import FeatureState, Scene, UpdateFeature
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.prelabel.undo import undo_prelabel
from tests.support import prelabel_town as town
from tests.support.views import read

toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
pytestmark = pytest.mark.usefixtures("toy_model")


def test_a_run_is_taken_back_and_can_be_done_again(project: Project, store: Store, scene: Scene) -> None:
    [nothing] = undo_prelabel(project, store, [scene], "toy", "ana")
    assert nothing.result is None
    report = town.run(project, store)
    sure = town.of_score(store, scene, 1.0)
    town.change(store, UpdateFeature(sure.uid, 1, state=FeatureState.ACCEPTED))
    [undone] = undo_prelabel(project, store, [scene], "toy", "ana")
    assert undone.result is not None
    assert (undone.result.job_id, undone.result.removed, undone.result.restored) == (report.job_id, 6, 0)
    assert [feature.uid for feature in read(store).features(scene.id).features] == [sure.uid]
    assert project.labels_path("town").read_text().count('"uid"') == 1
    # The same command again is a run of its own, for its outcome is not there any more.
    again = town.run(project, store)
    assert (again.state, again.proposed, again.kept_by_people) == ("done", 6, 1)
    assert again.job_id != report.job_id
