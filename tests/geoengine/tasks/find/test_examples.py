"""Which objects a search takes for examples, and which it learned to leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoengine.model import Changeset, FeatureState, GeometryKind, LabelClass, UpdateFeature, new_uid
from geoengine.tasks.find.examples import find_examples
from geoengine.tasks.find.settings import FindError, FindSettings
from tests.support import planted_town as farm
from tests.support.views import read


def test_accepted_objects_are_examples_and_rejected_ones_are_told_apart(tmp_path: Path) -> None:
    project = farm.make_project(tmp_path / "p", scenes=2)
    with project.store() as store:
        first, second = read(store).scenes()
        [_] = farm.draw(store, first, farm.STRIPED[0])
        one, two, wrong = farm.draw(store, second, *farm.STRIPED[1:3], farm.PLAIN[0])
        edits = [UpdateFeature(wrong, 1, state=FeatureState.REJECTED)]
        store.commit(Changeset(new_uid(), second.id, "ana", edits))
        more, less = find_examples(store, FindSettings("tank"))
        assert (more.scene.id, len(more.boxes), len(more.rejected)) == (second.id, 2, 1)
        assert (less.scene.id, len(less.boxes), len(less.rejected)) == (first.id, 1, 0)
        assert not more.decided.any()
        left, top = farm.STRIPED[1]
        assert more.boxes[0] == pytest.approx([left, top, left + farm.SIDE, top + farm.SIDE])
        [only] = find_examples(store, FindSettings("tank", like=(one, one)))
        assert len(only.boxes) == 1
        with pytest.raises(FindError, match=f"--like names '{wrong}', which was rejected"):
            find_examples(store, FindSettings("tank", like=(two, wrong)))


def test_a_class_of_points_is_refused(tmp_path: Path) -> None:
    project = farm.make_project(tmp_path / "p")
    with project.store() as store:
        store.put_classes([LabelClass("mast", "Mast", "#123456", geometry=GeometryKind.POINT)])
        with pytest.raises(FindError, match="class 'mast' is of points, expected one of polygons or boxes"):
            find_examples(store, FindSettings("mast"))
