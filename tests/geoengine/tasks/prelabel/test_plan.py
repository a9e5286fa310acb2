"""Plan of a scene's pre-labeling: classes and jobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoengine.model import (
    LabelClass,
)
from geoengine.tasks.prelabel.api import PrelabelError
from tests.support import prelabel_town as town
from tests.support.views import read

toy_model, project, store, scene = town.toy_model, town.project, town.store, town.scene
run, change, of_score = town.run, town.change, town.of_score
pytestmark = pytest.mark.usefixtures("toy_model")


def test_a_project_without_classes_takes_the_models(tmp_path: Path) -> None:
    project = town.make_project(tmp_path / "p", classes=())
    with project.store() as store:
        run(project, store)
        assert read(store).classes() == [
            LabelClass("house", "house", "#d55e00"),
            LabelClass("tree", "tree", "#009e73"),
        ]


def test_only_classes_of_the_project_are_proposed(tmp_path: Path) -> None:
    project = town.make_project(tmp_path / "p", classes=("ship", "tree"))
    with project.store() as store:
        assert run(project, store).proposed == 3
        trees = [item for item in town.PROPOSED if item[1] == 2]
        town.assert_proposed(read(store).features(read(store).scene_by_key("town").id).features, trees)
        assert [label.key for label in read(store).classes()] == ["ship", "tree"]


def test_without_a_common_class_one_sentence_says_so(tmp_path: Path) -> None:
    project = town.make_project(tmp_path / "p", classes=("ship", "plane"))
    with project.store() as store:
        with pytest.raises(PrelabelError) as caught:
            run(project, store)
        assert str(caught.value) == (
            "model 'toy' finds house, tree, but the project has only plane, ship; --map "
            "model=project pairs names that differ"
        )
        assert isinstance(caught.value, ValueError)
        assert read(store).jobs() == []
