"""Resolution of new classes: by the size of what was drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.finetune.labels import read_labels
from geoengine.tasks.finetune.resolution import for_new_classes
from tests.support import finetune_town as houses

project, store, scene = houses.project, houses.store, houses.scene


@pytest.mark.parametrize("gsd_m", [0.25, 0.5, 2.0])
def test_a_new_class_is_seen_48_px_wide(project: Project, store: Store, scene: Scene, gsd_m: float) -> None:
    """Houses are 12 m wide, in pixels of half a metre."""
    houses.put(store, scene, houses.PLACES)
    parent = houses.package()
    parent = replace(parent, card=replace(parent.card, gsd_m=gsd_m))
    labels = [read_labels(store, scene, ("house",), gsd_m)]
    assert for_new_classes(parent, ("house",), labels) is parent
    new = for_new_classes(parent, ("shed",), labels)
    assert new.card.gsd_m == 0.25
    assert new.card.gsd_range_m == (0.125, 0.5)
    assert (new.directory, new.card.sha256) == (parent.directory, parent.card.sha256)


def test_it_stays_where_a_class_is_known_or_nothing_follows(
    project: Project, store: Store, scene: Scene
) -> None:
    houses.put(store, scene, houses.PLACES)
    parent, labels = houses.package(), read_labels(store, scene, ("house",), houses.GSD_M)
    assert for_new_classes(parent, ("shed", "tree"), [labels]) is parent
    placeless = replace(labels, scene=replace(scene, grid=replace(scene.grid, crs_wkt=None)))
    assert for_new_classes(parent, ("shed",), [labels, placeless]) is parent
    empty = replace(
        labels, polygons=labels.polygons[:0], classes=labels.classes[:0], states=labels.states[:0]
    )
    assert for_new_classes(parent, ("shed",), [empty]) is parent
