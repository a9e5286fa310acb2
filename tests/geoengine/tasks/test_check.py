"""Damaged rows are named, restored or taken out, and hold nothing else back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import rasterio
from click.testing import CliRunner
from shapely import box

from geoengine.cli import main
from geoengine.model import (
    Changeset,
    CreateFeature,
    DeleteFeature,
    Feature,
    FeatureState,
    Scene,
    UpdateFeature,
    new_uid,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.check import Finding, Remedy, check_project
from geoengine.tasks.labels.write_labels import write_labels
from tests.support.views import read


def commit(store: Store, scene: Scene, *edits: object) -> tuple[Feature, ...]:
    return store.commit(Changeset(new_uid(), scene.id, "ana", edits)).features  # type: ignore[arg-type]


@pytest.fixture
def made(store: Store, scene: Scene) -> tuple[Feature, ...]:
    polygons = [box(350_010 + x, 3_055_950, 350_011 + x, 3_055_952) for x in range(5)]
    return commit(store, scene, *(CreateFeature(new_uid(), "tree", polygon) for polygon in polygons))


def execute(project: Project, statement: str, *values: object) -> None:
    with sqlite3.connect(project.database_path) as connection:
        connection.execute(statement, values)


def damage(project: Project, uid: str, column: str = "geometry", value: object = b"\x01\x02") -> None:
    execute(project, f"UPDATE features SET {column} = ? WHERE uid = ?", value, uid)  # noqa: S608


def damage_history(project: Project, uid: str) -> None:
    execute(project, "DROP TRIGGER revisions_update_refused")
    execute(project, "UPDATE revisions SET geometry = x'0102' WHERE uid = ?", uid)


def check(project: Project, store: Store, remedy: Remedy = Remedy.NONE) -> list[Finding]:
    return check_project(project, store, remedy, "bo")


def live(store: Store, scene: Scene) -> Sequence[Feature]:
    return read(store).features(scene.id).features


def test_a_sound_project(project: Project, store: Store, scene: Scene, made: tuple[Feature, ...]) -> None:
    assert check(project, store) == []
    run = CliRunner().invoke(main, ["check", "-p", str(project.directory)])
    assert (run.exit_code, run.output) == (0, "Every row can be read.\n")


def test_a_damaged_feature_is_named_and_the_others_are_read(
    project: Project, store: Store, scene: Scene, made: tuple[Feature, ...]
) -> None:
    damage(project, made[1].uid)
    damage(project, made[2].uid, "attributes", "{")
    damage(project, made[3].uid, "state", "perhaps")
    (first, second, third) = check(project, store)
    assert first.what.startswith(f"feature {made[1].uid} is damaged in the database: its geometry")
    assert second.what.startswith(f"feature {made[2].uid} is damaged in the database: its attributes")
    assert third.what.startswith(f"feature {made[3].uid} is damaged")
    assert all(one.done is None for one in (first, second, third))
    assert {feature.uid for feature in live(store, scene)} == {made[0].uid, made[4].uid}
    assert set(read(store).columns(scene.id).uid) == {made[0].uid, made[3].uid, made[4].uid}


def test_an_unknown_class_and_a_box_that_is_not_the_geometrys(
    project: Project, store: Store, scene: Scene, made: tuple[Feature, ...]
) -> None:
    damage(project, made[0].uid, "class_key", "boat")
    damage(project, made[1].uid, "minx", 0.0)
    damage(project, made[2].uid, "maxx", 1e9)
    found = [finding.what for finding in check(project, store)]
    assert found[0] == (
        f"feature {made[0].uid} is damaged in the database: its class 'boat' is none of the project's"
    )
    assert all("its box is stored as [" in what for what in found[1:])
    assert len(found) == 3
    assert all(finding.done for finding in check(project, store, Remedy.RESTORE))
    assert check(project, store) == []
    assert {feature.class_key for feature in live(store, scene)} == {"tree"}


def test_restoring_from_the_history(
    project: Project, store: Store, scene: Scene, made: tuple[Feature, ...]
) -> None:
    commit(store, scene, UpdateFeature(made[1].uid, 1, state=FeatureState.REJECTED))
    commit(store, scene, DeleteFeature(made[2].uid, 1))
    before = read(store).features(scene.id, include_deleted=True).features
    for feature in made[:3]:
        damage(project, feature.uid)
    found = check(project, store, Remedy.RESTORE)
    assert [one.done for one in found] == ["was restored from its history"] * 3
    assert check(project, store) == []
    after = read(store).features(scene.id, include_deleted=True).features
    for old, new in zip(before, after, strict=True):
        assert (old.geometry, old.state, old.deleted, old.class_key) == (
            new.geometry,
            new.state,
            new.deleted,
            new.class_key,
        )


def test_restoring_from_the_label_file(
    project: Project, store: Store, scene: Scene, made: tuple[Feature, ...]
) -> None:
    write_labels(project, store, scene)
    damage(project, made[0].uid)
    damage_history(project, made[0].uid)
    (found, history) = [*check(project, store, Remedy.RESTORE), *check(project, store)]
    assert found.done == "was restored from the label file"
    assert "has 1 revision in its history that cannot be read" in history.what
    (restored,) = [feature for feature in live(store, scene) if feature.uid == made[0].uid]
    assert restored.geometry.hausdorff_distance(made[0].geometry) < 0.01
    assert restored.revision == 2


def test_a_feature_that_cannot_be_restored_is_removed(
    project: Project, store: Store, scene: Scene, made: tuple[Feature, ...]
) -> None:
    damage(project, made[0].uid)
    damage_history(project, made[0].uid)
    (found,) = check(project, store, Remedy.RESTORE)
    assert found.done is None
    assert "--remove takes it out" in (found.hint or "")
    directory = str(project.directory)
    run = CliRunner().invoke(main, ["check", "-p", directory, "--remove", "--json"])
    assert run.exit_code == 0
    assert json.loads(run.output)["damage"][0]["done"] == "was taken out"
    assert {feature.uid for feature in live(store, scene)} == {feature.uid for feature in made[1:]}
    run = CliRunner().invoke(main, ["check", "-p", directory])
    assert run.exit_code == 1  # its history still cannot be read
    assert "1 fault found, 1 fault left." in run.output


def test_a_damaged_scene(project: Project, store: Store, add_scene: object, tmp_path: Path) -> None:
    path = project.scenes_dir / "banepa.tif"
    values = np.random.default_rng(1).integers(1, 255, (3, 80, 100), dtype=np.uint8)
    transform = rasterio.Affine(1.0, 0, 350_000, 0, -1.0, 3_056_000)
    options = {"driver": "GTiff", "width": 100, "height": 80, "count": 3, "dtype": "uint8"}
    with rasterio.open(path, "w", crs="EPSG:32645", transform=transform, **options) as dataset:
        dataset.write(values)
    assert callable(add_scene)
    scene, other = add_scene("banepa"), add_scene("other")
    commit(store, scene, CreateFeature(new_uid(), "tree", box(350_010, 3_055_950, 350_011, 3_055_952)))
    for column, text in (("grid", "{"), ("statistics", "[]"), ("metadata", "nothing")):
        execute(project, f"UPDATE scenes SET {column} = ? WHERE id = ?", text, scene.id)  # noqa: S608
    assert [one.key for one in read(store).scenes()] == ["other"]
    run = CliRunner().invoke(main, ["status", "-p", str(project.directory)])
    assert run.exit_code == 0, run.output
    assert "Scene 'banepa' is damaged in the database: " in run.output
    (named,) = check(project, store)
    assert "--restore" in (named.hint or "")
    (restored,) = check(project, store, Remedy.RESTORE)
    assert restored.done == "was restored from its raster"
    again = read(store).scene(scene.id)
    assert again.grid.transform == transform
    assert (again.grid.width, again.grid.height) == (100, 80)
    assert other == read(store).scene(other.id)
