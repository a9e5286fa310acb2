"""Damaged rows of features: found, restored, and taken out."""

from __future__ import annotations

import sqlite3

import pytest
from shapely import box

from geoengine.model import (
    Changeset,
    CreateFeature,
    Feature,
    FeatureFilter,
    FeatureState,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.features.repair import DamageReader, restore, take_out
from tests.support.views import read


@pytest.fixture
def damaged(project: Project, store: Store, scene: Scene) -> Feature:
    """A feature of two revisions whose current row cannot be read, beside a sound one."""
    shapes = [box(350_010 + n, 3_055_950, 350_011 + n, 3_055_952) for n in range(2)]
    creates = tuple(CreateFeature(new_uid(), "tree", shape) for shape in shapes)
    feature = store.commit(Changeset("1", scene.id, "ana", creates)).features[0]
    store.commit(Changeset("2", scene.id, "ana", (UpdateFeature(feature.uid, 1, class_key="building"),)))
    with sqlite3.connect(project.database_path) as connection:
        connection.execute("UPDATE features SET geometry = x'0102' WHERE uid = ?", (feature.uid,))
    return feature


def test_damage_is_found_and_the_newest_sound_revision_too(store: Store, damaged: Feature) -> None:
    with store._database.read() as connection:
        reader = DamageReader(connection)
        damage = reader.damage()
        assert [one.uid for one in damage.features] == [damaged.uid]
        assert (damage.file, damage.scenes, damage.revisions) == ((), (), {})
        found = reader.readable_revision(damaged.uid)
    assert found is not None
    assert (found[0].revision, found[0].class_key, found[1]) == (2, "building", True)


def test_a_restored_feature_is_a_new_revision(store: Store, damaged: Feature) -> None:
    with store._database.write() as connection:
        found = DamageReader(connection).readable_revision(damaged.uid)
        assert found is not None
        restore(connection, found[0], "ben", "restored")
    feature = read(store).feature(damaged.uid)
    assert (feature.revision, feature.author, feature.geometry) == (3, "ben", damaged.geometry)


def test_a_feature_that_was_taken_out_is_deleted_and_readable(store: Store, damaged: Feature) -> None:
    with store._database.write() as connection:
        take_out(connection, damaged.uid, "ben")
    feature = read(store).feature(damaged.uid)
    assert (feature.deleted, feature.revision) == (True, 3)
    with store._database.read() as connection:
        assert DamageReader(connection).damage().features == ()


def test_a_damaged_state_is_named_and_stops_no_count(
    project: Project, store: Store, scene: Scene, damaged: Feature
) -> None:
    with sqlite3.connect(project.database_path) as connection:
        connection.execute(
            "UPDATE features SET state = 'odd', geometry = ? WHERE uid = ?",
            (damaged.geometry.wkb, damaged.uid),
        )
    with store.reading() as view:
        snapshot = view.snapshot(scene.id, FeatureFilter(states=(FeatureState.ACCEPTED,)))
        assert len(list(snapshot.features)) == 1
        assert [
            (one.uid, "no state, origin or confidence 'odd'" in one.reason) for one in snapshot.damaged
        ] == [(damaged.uid, True)]
        assert [(one.state, one.count) for one in view.counts()] == [(FeatureState.ACCEPTED, 1)]
        assert view.uids(scene.id)[1] == {FeatureState.ACCEPTED: 1}
        assert view.facets(scene.id).states == {"accepted": 1}
        assert sum(view.scores(scene.id, 4).unscored.values()) == 1
        for cell in (1000.0, kept_side(project)):
            assert sum(sum(one.counts) for one in view.density(scene.id, cell)) == 1


def kept_side(project: Project) -> float:
    """Return the side of the cells whose counts are stored."""
    with sqlite3.connect(project.database_path) as connection:
        side: float = connection.execute("SELECT side FROM density_grids").fetchone()[0]
    return side
