from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from geoengine.errors import StoreError
from geoengine.model import Changeset, CreateFeature, FeatureState, Origin, Scene, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.connection import Database
from geoengine.store.migrate import HEAD, known_versions, upgrade
from geoengine.store.tables import metadata
from tests.support.older_schema import WITHOUT_GEOMETRY, WITHOUT_PARENT, WITHOUT_SAID, WITHOUT_SHAPE
from tests.support.views import read


def test_head_is_the_newest_script() -> None:
    assert max(known_versions()) == HEAD


def test_the_migrations_make_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    Store.open(path, create=True).close()
    database = Database(path, create=False, busy_timeout_s=5)
    with database.read() as connection:
        # What Alembic cannot compare: the shadow tables of the R*Tree, and an index with DESC in it.
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda _, name, *__: (
                    not name.startswith(("features_rtree", "ix_features_queue"))
                )
            },
        )
        assert compare_metadata(context, metadata) == []
        indexes = {i["name"] for i in sa.inspect(connection).get_indexes("features")}
        assert indexes == {
            "ix_features_scene",
            "ix_features_changed",
            "ix_features_queue",
            "ix_features_unsure",
            "ix_features_noted",
        }
    database.close()


def test_opening_again_changes_nothing(project: Project) -> None:
    project.store().close()
    before = project.database_path.read_bytes()
    project.store().close()
    assert project.database_path.read_bytes() == before


def test_many_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    errors: list[BaseException] = []

    def open_it() -> None:
        try:
            with Store.open(tmp_path / "a.db", create=True) as store:
                assert read(store).classes() == []
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_newer_database_is_refused(project: Project) -> None:
    with sqlite3.connect(project.database_path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="has schema 9999, made by a newer GeoEngine"):
        project.store()


def test_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    connection.close()
    with pytest.raises(StoreError, match="is a database of something else"):
        Store.open(path)
    path.write_text("no database at all, but a text that is long enough to be looked at" * 20)
    with pytest.raises(StoreError, match="file is not a database"):
        Store.open(path)
    with pytest.raises(StoreError, match="is missing"):
        Store.open(tmp_path / "missing.db")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revisions SET state = 'accepted'",
        "DELETE FROM revisions",
        "UPDATE changesets SET author = 'me'",
        "DELETE FROM changesets",
        "DELETE FROM features",
    ],
)
def test_history_only_grows(store: Store, scene: object, statement: str) -> None:
    from shapely import box

    from geoengine.model import Changeset, CreateFeature, new_uid

    store.commit(Changeset("token", 1, "ana", (CreateFeature(new_uid(), "tree", box(0, 0, 1, 1)),)))
    connection = sqlite3.connect(store.path)
    with pytest.raises(sqlite3.IntegrityError, match="only grow"):
        connection.execute(statement)
    connection.close()


def test_scenes_of_the_first_schema_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    database = Database(path, create=True, busy_timeout_s=5)
    with database.write() as connection:
        upgrade(connection, "0001")
        grid = '{"crs_wkt": null, "transform": [1, 0, 0, 0, -1, 0], "width": 2, "height": 2}'
        connection.execute(
            sa.text(
                "INSERT INTO scenes (id, key, name, uri, source, content_hash, grid, bands, dtype, stretch,"
                " created_at) VALUES (1, 'a', 'a', 'a.tif', '/a.tif', 'hash', :grid, 1, 'uint8',"
                ' \'{"bands": [1], "low": [0], "high": [255]}\', \'2026-01-01T00:00:00Z\')'
            ),
            {"grid": grid},
        )
    database.close()
    with Store.open(path) as store:
        (scene,) = read(store).scenes()
        assert (scene.key, scene.reading, scene.statistics, scene.footprint) == ("a", {}, None, None)


def test_imported_proposals_of_an_older_schema_wait_for_a_decision(store: Store, scene: Scene) -> None:
    from shapely import box

    there = CreateFeature(new_uid(), "tree", box(0, 0, 9, 9), FeatureState.PROPOSED, origin=Origin.IMPORT)
    store.commit(Changeset("token", scene.id, "ana", (there,)))
    store.close()
    with sqlite3.connect(store.path) as connection:
        for statement in (
            "UPDATE features SET machine = 0",
            "DROP TABLE identity",
            "DROP TABLE bookmarks",
            "DROP TABLE known_files",
            "DROP TABLE seen_ground",
            "DROP TABLE completions",
            "DROP TABLE pins",
            "DROP TABLE removed_scenes",
            "ALTER TABLE changesets DROP COLUMN job_id",
            "ALTER TABLE classes DROP COLUMN retired",
            *WITHOUT_SAID,
            *WITHOUT_SHAPE,
            *WITHOUT_PARENT,
            *WITHOUT_GEOMETRY,
            "UPDATE alembic_version SET version_num = '0006'",
        ):
            connection.execute(statement)
    connection.close()
    with Store.open(store.path) as upgraded:
        (kept,) = read(upgraded).features(scene.id).features
        assert (kept.uid, kept.unsure, kept.note, kept.confidence) == (there.uid, False, "", "")
        assert [step.feature for step in read(upgraded).history(there.uid)] == [kept]
        proposed = replace(there, uid=new_uid(), origin=Origin.MODEL, model="m 1")
        result = upgraded.replace_proposals(scene.id, ["tree"], [proposed], token="t", author="m 1")
        assert (result.created, result.skipped) == (1, 0)
