"""Label files: which state of a scene each is at."""

from __future__ import annotations

from pathlib import Path

from shapely import box

from geoengine.model import Changeset, CreateFeature, FeatureState, LabelClass, Scene, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.write_labels import (
    label_file_bytes,
    write_labels,
    written_changeset,
    written_changesets,
)
from tests.support.scenes import register_plain
from tests.support.views import read


def add_scene(store: Store, key: str) -> Scene:
    """Add a scene with one tree."""
    scene = register_plain(store, key)
    outline = box(350_010, 3_055_950, 350_012, 3_055_952)
    tree = CreateFeature(new_uid(), "tree", outline, FeatureState.ACCEPTED)
    store.commit(Changeset(new_uid(), scene.id, "ana", (tree,)))
    return scene


def test_a_file_says_which_changeset_it_is_at_and_a_damaged_one_is_left_out(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project", classes=[LabelClass("tree", "Tree", "#00ff00")])
    with project.store() as store:
        whole, missing, damaged, renamed = (add_scene(store, key) for key in ("a", "b", "c", "d"))
        for scene in (whole, damaged, renamed):
            write_labels(project, store, scene)
        project.labels_path("c").write_bytes(b'{"type": "Feat')
        project.labels_path("d").write_bytes(project.labels_path("a").read_bytes())
        last = read(store).last_changeset(whole.id)
        assert written_changeset(project, whole) == last
        assert written_changeset(project, missing) is None
        assert written_changeset(project, renamed) is None, "it is the file of another scene"
        found = written_changesets(project, [whole, missing, damaged, renamed])
        assert found.get(whole.id) == last
        assert [found.get(scene.id) for scene in (missing, damaged, renamed)] == [None] * 3


def test_what_would_be_written_is_what_is_written(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "project", classes=[LabelClass("tree", "Tree", "#00ff00")])
    with project.store() as store:
        scene = add_scene(store, "a")
        expected = label_file_bytes(store, scene)
        assert write_labels(project, store, scene).read_bytes() == expected
