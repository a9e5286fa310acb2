"""A database on a read-only disk is read whole or refused, and nothing is written beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from shapely import box

from geoengine.errors import StoreError
from geoengine.model import Changeset, CreateFeature, FeatureFilter, LabelClass, new_uid
from geoengine.project import DATABASE_NAME, Project
from geoengine.store.read_only import ReadOnlyError
from tests.support.older_schema import (
    WITHOUT_AREAS,
    WITHOUT_GEOMETRY,
    WITHOUT_PARENT,
    WITHOUT_PINS,
    WITHOUT_SAID,
    WITHOUT_SHAPE,
)
from tests.support.read_only import contents, read_only
from tests.support.scenes import register_plain
from tests.support.views import read

TREE = LabelClass("tree", "tree", "#009e73", None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Project.create(tmp_path / "archive", classes=[TREE]).directory


@pytest.fixture
def seen(folder: Path) -> Iterator[Path]:
    with read_only(folder) as path:
        yield path


def test_it_is_read_and_nothing_is_written(folder: Path, seen: Path) -> None:
    before = contents(folder)
    with Project.open(seen).store() as store:
        assert store.is_read_only
        assert [one.key for one in read(store).classes()] == ["tree"]
        assert store.is_readable(1.0)
        assert store.changes() == store.changes()
        with pytest.raises(ReadOnlyError, match="is read-only, so nothing in it can be changed"):
            store.put_classes([TREE])
    assert contents(folder) == before


def test_a_log_beside_the_database_is_read_too(folder: Path) -> None:
    with (
        Project.open(folder).store() as writer,
        read_only(folder) as seen,
        Project.open(seen).store() as store,
    ):
        assert len(read(store).classes()) == 1
        writer.put_classes([LabelClass("roof", "roof", "#d55e00", None)])
        assert len(read(store).classes()) == 2


def test_a_log_that_cannot_be_read_is_refused(folder: Path) -> None:
    database = folder / DATABASE_NAME
    log = folder / f"{DATABASE_NAME}-wal"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE classes SET name = 'other'")
        connection.commit()
        kept = log.read_bytes()
        before = database.read_bytes()
    connection.close()
    database.write_bytes(before)  # as a snapshot of the disk has them, without the log's index
    log.write_bytes(kept)
    with read_only(folder) as seen, pytest.raises(StoreError, match=r"has changes in geoengine\.db-wal"):
        Project.open(seen).store()


def test_a_database_that_somebody_changes_is_not_read_on(folder: Path, seen: Path) -> None:
    with Project.open(seen).store() as store:
        assert len(read(store).classes()) == 1
        with Project.open(folder).store() as writer:
            writer.put_classes([LabelClass("roof", "roof", "#d55e00", None)])
        with pytest.raises(StoreError, match="was changed while it was open read-only"):
            read(store).classes()


def test_an_older_schema_is_read_where_its_tables_suffice(folder: Path) -> None:
    def set_version(version: str) -> None:
        connection = sqlite3.connect(folder / DATABASE_NAME)
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()
        connection.close()

    with Project.open(folder).store() as store:
        scene = register_plain(store)
        tree = CreateFeature(new_uid(), "tree", box(1, -9, 9, -1))
        store.commit(Changeset("token", scene.id, "ana", (tree,)))
        store.set_completion(scene.id, True, author="ana", share=1)
    older = {
        "0016": WITHOUT_GEOMETRY,
        "0015": WITHOUT_PARENT,
        "0014": WITHOUT_PINS,
        "0013": WITHOUT_AREAS,
        "0012": WITHOUT_SHAPE,
        "0011": ("DROP TABLE bookmarks",),
        "0010": WITHOUT_SAID,
        "0009": ("DROP TABLE seen_ground", "DROP TABLE completions"),
        "0008": ("DROP TABLE known_files",),
    }
    for version, statements in older.items():
        set_version(version)
        connection = sqlite3.connect(folder / DATABASE_NAME)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        with read_only(folder) as seen, Project.open(seen).store() as store, store.reading() as view:
            (only,) = view.classes()
            assert (only.attributes, only.shape, only.parent) == ((), "free", None)
            assert only.geometry == "polygon"
            (found,) = view.features(scene.id).features
            assert (found.uid, found.unsure, found.note) == (tree.uid, False, "")
            assert view.features(scene.id, keep=FeatureFilter(unsure=True)).total == 0
            assert view.columns(scene.id).said == (None,)
            assert len(view.history(tree.uid)) == 1
            assert len(view.complete_parts()) == (version > "0009")
            assert (view.pins(scene.id), view.pin("pin-0001"), view.open_pins()) == ([], None, {})
            assert not view.seen_ground(scene.id).any()
            assert (view.bookmarks("ana"), view.bookmark(scene.id, "ana")) == ([], None)
    set_version("0007")
    with read_only(folder) as seen, pytest.raises(StoreError, match="schema 0007 of an older GeoEngine"):
        Project.open(seen).store()
