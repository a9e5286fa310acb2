"""Commits of changesets by compare-and-set, whole or not at all, idempotent by token."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely
import sqlalchemy as sa
from shapely import MultiPolygon, Polygon
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidGeometryError, NotFoundError, StoreError, TokenReuseError
from geoengine.model import (
    Changeset,
    ChangesetResult,
    Conflict,
    CreateFeature,
    DeleteFeature,
    Edit,
    Feature,
    RestoreFeature,
    utc_now,
)
from geoengine.model.complexity import is_affordable
from geoengine.model.geometry import geometry_faults, simplest
from geoengine.model.limits import MAX_BOX_OVERLAPS
from geoengine.model.on_scene import check_on_scene
from geoengine.store import classes, scenes, tables
from geoengine.store.canonical_json import json_text
from geoengine.store.class_geometry import check_fits
from geoengine.store.errors import ConflictError
from geoengine.store.features.edit_results import by_machine, changed, created
from geoengine.store.features.history import read_revisions
from geoengine.store.features.rows import HEAD_COLUMNS, features_from_rows, write_features
from geoengine.store.features.same_decision import made_already
from geoengine.store.reader import Reader
from tiling.grid.raster_grid import RasterGrid

_table = tables.changesets
_BATCH = 1000

EDITS = "edits"
PROPOSALS = "proposals"
UNDO = "undo"
CLASSES = "classes"
DECISION = "decision"
_SAID = ("unsure", "note", "confidence")


# A thousand uids as one value: with a thousand, SQLAlchemy takes longer than SQLite.
_HEADS = sa.select(*HEAD_COLUMNS).where(
    tables.features.c.uid.in_(
        sa.select(sa.func.json_each(sa.bindparam("uids")).table_valued("value").c.value)
    )
)


class ChangesetReader(Reader):
    """The reads of changesets."""

    def heads(self, uids: Sequence[str]) -> dict[str, Feature]:
        """Return the current revisions of these uids, deleted or not, of any scene."""
        return read_heads(self._connection, uids)

    def last_changeset(self, scene_id: int) -> int:
        """Return the number of the scene's last changeset, 0 before the first.

        Raises:
            NotFoundError: There is no such scene.
        """
        scenes.check_scene(self._connection, scene_id)
        newest = sa.select(sa.func.max(_table.c.id)).where(_table.c.scene_id == scene_id)
        return self._connection.execute(newest).scalar_one() or 0

    def last_changesets(self) -> dict[int, int]:
        """Return for every scene the number of its last changeset, 0 before the first."""
        scene = tables.scenes.c.id
        newest = sa.select(sa.func.max(_table.c.id)).where(_table.c.scene_id == scene).scalar_subquery()
        statement = sa.select(scene, sa.func.coalesce(newest, 0)).order_by(scene)
        return {scene_id: number for scene_id, number in self._connection.execute(statement)}


@dataclass(frozen=True)
class PreparedChangeset:
    """A changeset whose geometries are sound, and what tells it from another with the same token."""

    changeset: Changeset
    digest: str


def prepare(changeset: Changeset, scene_grid: RasterGrid | None = None) -> PreparedChangeset:
    """Check a changeset as far as that needs no database, before the write lock is taken.

    Args:
        changeset: The changeset.
        scene_grid: A grid whose extent each geometry has to meet; None for no check of that.

    Raises:
        InvalidGeometryError: A geometry is not valid, finite and non-empty, or is off the scene.
    """
    edits = checked_geometries(changeset.edits)
    if scene_grid is not None:
        check_on_scene(edits, scene_grid)
    return PreparedChangeset(replace(changeset, edits=edits), _digest(changeset.scene_id, edits))


def commit(connection: Connection, prepared: PreparedChangeset) -> ChangesetResult:
    """Apply a prepared changeset within the write transaction of `connection`."""
    changeset = prepared.changeset
    recorded = find_by_token(connection, changeset.token)
    if recorded is not None:
        check_replay(recorded, EDITS, changeset.scene_id, prepared.digest)
        features, _ = read_revisions(
            connection, tables.revisions.c.changeset_id == recorded.id, tables.revisions.c.id
        )
        left = {edit.uid for edit in changeset.edits} - {feature.uid for feature in features}
        heads = read_heads(connection, [edit.uid for edit in changeset.edits if edit.uid in left])
        return ChangesetResult(recorded.id, changeset.token, True, (*features, *heads.values()))
    scenes.check_scene(connection, changeset.scene_id)
    classes.check_known(connection, list(_used_classes(changeset.edits)))
    time = utc_now()
    heads = read_heads(connection, [edit.uid for edit in changeset.edits])
    features, made = _apply(connection, changeset, heads, time)
    classes.check_attributes(connection, features, heads)
    check_fits(connection, changeset.edits, features)
    classes.check_known(connection, list(_restored_classes(changeset.edits, features)))
    number = insert_changeset(
        connection,
        token=changeset.token,
        scene_id=changeset.scene_id,
        kind=EDITS,
        author=changeset.author,
        time=time,
        comment=changeset.comment,
        digest=prepared.digest,
    )
    new = [
        (feature, edit)
        for feature, edit in zip(features, changeset.edits, strict=True)
        if edit.uid not in made
    ]
    if new:
        write_features(connection, number, [f for f, _ in new], [by_machine(edit) for _, edit in new])
    return ChangesetResult(number, changeset.token, False, tuple(features))


def checked_geometries(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits with flat (2D) geometries of the simplest type; raise for the first that is not valid."""
    carrying = [
        (index, edit.geometry)
        for index, edit in enumerate(edits)
        if not isinstance(edit, DeleteFeature)
        and (isinstance(edit, CreateFeature) or edit.geometry is not None)
    ]
    polygons = [geometry for _, geometry in carrying if isinstance(geometry, Polygon | MultiPolygon)]
    if len(polygons) > 1 and not is_affordable(polygons):  # of one alone, the fault below says it
        raise InvalidGeometryError(
            f"edits have outlines with edges or holes whose boxes overlap in more than {MAX_BOX_OVERLAPS:,} pairs "
            "together, expected fewer; send them in several changesets",
            "edits",
        )
    for (index, _), fault in zip(
        carrying, geometry_faults([geometry for _, geometry in carrying]), strict=True
    ):
        if fault is not None:
            field = f"edits[{index}].geometry"
            raise InvalidGeometryError(f"{field} of feature {edits[index].uid} {fault}", field)
    checked = list(edits)
    for index, geometry in carrying:
        edit = checked[index]
        if isinstance(edit, DeleteFeature) or geometry is None:
            continue
        plain = simplest(geometry)
        if plain is not geometry:
            checked[index] = replace(edit, geometry=plain)
    return tuple(checked)


def read_heads(connection: Connection, uids: Sequence[str]) -> dict[str, Feature]:
    """Return the current revisions of these uids, deleted or not, of any scene."""
    heads: dict[str, Feature] = {}
    for start in range(0, len(uids), _BATCH):
        rows = connection.execute(_HEADS, {"uids": json_text(list(uids[start : start + _BATCH]))}).all()
        heads.update((feature.uid, feature) for feature in features_from_rows(rows))
    return heads


def find_by_token(connection: Connection, token: str) -> sa.Row[Any] | None:
    """Return the changeset that came with this token, or None."""
    return connection.execute(sa.select(_table).where(_table.c.token == token)).one_or_none()


def check_replay(recorded: sa.Row[Any], kind: str, scene_id: int, digest: str) -> None:
    """Raise `TokenReuseError` where the token came with other content the first time."""
    if (recorded.kind, recorded.scene_id, recorded.digest) != (kind, scene_id, digest):
        raise TokenReuseError(
            f"token {recorded.token!r} came with other content before (changeset {recorded.id}), expected a new one"
        )


def insert_changeset(connection: Connection, **values: Any) -> int:
    """Insert the row of a changeset and return its number."""
    values.setdefault("id", _free_number(connection))
    number = connection.execute(sa.insert(_table).values(**values)).inserted_primary_key
    if number is None:
        raise StoreError("the database gave the changeset no number; nothing was changed")
    return int(number[0])


def next_number(connection: Connection) -> int:
    """Return the number of the next changeset, for a write transaction that inserts its row last.

    Until then rows may name a changeset that is not there.
    """
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # until the transaction ends
    return _free_number(connection)


def _free_number(connection: Connection) -> int:
    """Return the number after the last changeset, of scenes that were removed too."""
    numbers = [_table.c.id, tables.removed_scenes.c.last_changeset]
    return 1 + max(connection.execute(sa.select(sa.func.max(each))).scalar_one() or 0 for each in numbers)


def _apply(
    connection: Connection, changeset: Changeset, heads: dict[str, Feature], time: str
) -> tuple[list[Feature], set[str]]:
    """Return the features as the edits leave them, and the uids of those that were so already.

    Raises:
        ConflictError: Some edits do not fit; it names them all.
    """
    features: list[Feature] = []
    conflicts: list[Conflict] = []
    stale: list[tuple[Edit, Feature]] = []
    for index, edit in enumerate(changeset.edits):
        current = heads.get(edit.uid)
        if isinstance(edit, CreateFeature):
            if current is None:
                features.append(created(edit, changeset.scene_id, changeset.author, time))
            else:
                conflicts.append(Conflict(edit.uid, 0, current))
            continue
        if current is None or current.scene_id != changeset.scene_id:
            raise NotFoundError(
                f"edits[{index}] names feature {edit.uid!r}, which scene {changeset.scene_id} has never had"
            )
        if current.revision != edit.base_revision or current.deleted != isinstance(edit, RestoreFeature):
            conflicts.append(Conflict(edit.uid, edit.base_revision, current))
            if current.revision != edit.base_revision:
                stale.append((edit, current))
            features.append(current)
            continue
        features.append(changed(edit, current, changeset.author, time))
    made = made_already(connection, stale)
    if left := [conflict for conflict in conflicts if conflict.uid not in made]:
        raise ConflictError(left)
    return features, made


def _used_classes(edits: Sequence[Edit]) -> Iterator[tuple[str, str]]:
    for index, edit in enumerate(edits):
        if not isinstance(edit, DeleteFeature) and edit.class_key is not None:
            yield edit.class_key, f"edits[{index}].class"


def _restored_classes(edits: Sequence[Edit], features: Sequence[Feature]) -> Iterator[tuple[str, str]]:
    """Yield the classes that restored features come back with; one may have been retired since."""
    for index, (edit, feature) in enumerate(zip(edits, features, strict=True)):
        if isinstance(edit, RestoreFeature):
            yield feature.class_key, f"edits[{index}].class"


def _digest(scene_id: int, edits: Sequence[Edit]) -> str:
    """Return the sha256 of the edits. Author and comment are left out: a restart may change their defaults."""
    hashed = hashlib.sha256(f"{scene_id}\n".encode())
    for edit in edits:
        values = {name: value for name, value in vars(edit).items() if isinstance(value, str | int | float)}
        if isinstance(
            edit, CreateFeature
        ):  # what says nothing has the digest of the times before it could be said
            values = {name: value for name, value in values.items() if value or name not in _SAID}
        hashed.update(f"{type(edit).__name__} {json_text(values)}\n".encode())
        if not isinstance(edit, DeleteFeature):
            if edit.attributes is not None:
                hashed.update(json_text(dict(edit.attributes)).encode())
            if not isinstance(edit, CreateFeature) and edit.set_attributes is not None:
                hashed.update(b"set " + json_text(dict(edit.set_attributes)).encode())
            if edit.geometry is not None:
                hashed.update(shapely.to_wkb(edit.geometry, output_dimension=2, byte_order=1))
        hashed.update(b"\n")
    return hashed.hexdigest()
