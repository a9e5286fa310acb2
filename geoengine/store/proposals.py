"""A model's proposals in the place of its earlier ones, and never in the place of what a person decided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import ConflictError, InvalidValueError
from geoengine.model import (
    Changeset,
    Conflict,
    CreateFeature,
    Edit,
    Feature,
    FeatureState,
    Origin,
    ProposalsResult,
    utc_now,
)
from geoengine.model.checks import check_optional_text, check_text
from geoengine.model.geometry import geometry_array, overlaps_any
from geoengine.store import changesets, classes, scenes, tables
from geoengine.store.rows import json_text, write_features

SAME_OBJECT_IOU = 0.5
"""From this intersection over union on, two polygons are taken for the same object."""

_head = tables.features


@dataclass(frozen=True)
class PreparedProposals:
    """Proposals that were checked as far as that needs no database."""

    scene_id: int
    class_keys: tuple[str, ...]
    creates: tuple[CreateFeature, ...]
    token: str
    author: str
    comment: str | None
    time: str | None
    digest: str


def prepare(
    scene_id: int,
    class_keys: Collection[str],
    creates: Sequence[CreateFeature],
    *,
    token: str,
    author: str,
    comment: str | None,
    time: str | None,
) -> PreparedProposals:
    """Checks the arguments of `Store.replace_proposals`."""
    keys = tuple(sorted(set(class_keys)))
    for index, create in enumerate(creates):
        if create.state != FeatureState.PROPOSED or create.origin != Origin.MODEL:
            raise InvalidValueError(
                f"creates[{index}] is {create.state} from {create.origin}, expected proposed from model",
                f"creates[{index}]",
            )
        if create.class_key not in keys:
            raise InvalidValueError(
                f"creates[{index}].class is {create.class_key!r}, expected one of: {', '.join(keys)}",
                f"creates[{index}].class",
            )
    check_text(token, "token")
    check_text(author, "author")
    check_optional_text(comment, "comment", 2000)
    edits: tuple[Edit, ...] = ()
    if creates:
        # A changeset refuses a uid that comes twice.
        edits = Changeset(token, scene_id, author, tuple(creates), comment).edits
    sound = tuple(edit for edit in changesets.checked_geometries(edits) if isinstance(edit, CreateFeature))
    # The token names a run, not its outcome: the same run on another device may differ in the last digit.
    digest = hashlib.sha256(json_text([scene_id, list(keys)]).encode()).hexdigest()
    return PreparedProposals(scene_id, keys, sound, token, author, comment, time, digest)


def replace_proposals(connection: Connection, prepared: PreparedProposals) -> ProposalsResult:
    """Replaces within the write transaction of `connection`; see `Store.replace_proposals`."""
    earlier = changesets.find_by_token(connection, prepared.token)
    if earlier is not None:
        changesets.check_replay(earlier, changesets.PROPOSALS, prepared.scene_id, prepared.digest)
        return ProposalsResult(
            id=earlier.id, token=prepared.token, replayed=True, **json.loads(earlier.summary)
        )
    scenes.check_scene(connection, prepared.scene_id)
    classes.check_known(connection, [(key, "class_keys") for key in prepared.class_keys])
    heads = changesets.read_heads(connection, [create.uid for create in prepared.creates])
    if heads:
        raise ConflictError([Conflict(uid, 0, feature) for uid, feature in heads.items()])
    decided = _decided(connection, prepared)
    kept = [create for create, skip in zip(prepared.creates, decided, strict=True) if not skip]
    untouched = _untouched(prepared)
    removed = connection.execute(sa.select(sa.func.count()).select_from(_head).where(untouched)).scalar_one()
    summary = {"created": len(kept), "removed": removed, "skipped": len(prepared.creates) - len(kept)}
    time = prepared.time or utc_now()
    number = changesets.insert_changeset(
        connection,
        token=prepared.token,
        scene_id=prepared.scene_id,
        kind=changesets.PROPOSALS,
        author=prepared.author,
        time=time,
        comment=prepared.comment,
        digest=prepared.digest,
        summary=json_text(summary),
    )
    _remove(connection, untouched, number, prepared.author, time)
    features = [_proposed(create, prepared, time) for create in kept]
    write_features(connection, number, features, [True] * len(features))
    return ProposalsResult(id=number, token=prepared.token, replayed=False, **summary)


def last_proposals(connection: Connection, scene_id: int) -> ProposalsResult | None:
    """What came of the last run of a model over the scene, None before the first."""
    table = tables.changesets
    statement = (
        sa.select(table.c.id, table.c.token, table.c.summary)
        .where(table.c.scene_id == scene_id, table.c.kind == changesets.PROPOSALS)
        .order_by(table.c.id.desc())
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    return ProposalsResult(id=row.id, token=row.token, replayed=True, **json.loads(row.summary))


def _untouched(prepared: PreparedProposals) -> sa.ColumnElement[bool]:
    """Live proposals whose last revision is a machine's."""
    return sa.and_(
        _head.c.scene_id == prepared.scene_id,
        _head.c.deleted.is_(False),
        _head.c.state == FeatureState.PROPOSED.value,
        _head.c.class_key.in_(prepared.class_keys),
        _head.c.origin == Origin.MODEL.value,
        _head.c.machine.is_(True),
    )


def _decided(connection: Connection, prepared: PreparedProposals) -> npt.NDArray[np.bool_]:
    """For each create whether a person has decided about that object already."""
    first = tables.revisions.alias("first")
    statement = (
        sa.select(_head.c.geometry, _head.c.class_key, first.c.class_key.label("first_class"))
        .join_from(_head, first, sa.and_(first.c.uid == _head.c.uid, first.c.revision == 1))
        .where(
            _head.c.scene_id == prepared.scene_id,
            _head.c.machine.is_(False),
            # A proposal that a person deleted is a decision; a drawing that its author deleted is none.
            _head.c.deleted.is_(False) | (_head.c.origin == Origin.MODEL.value),
            _head.c.class_key.in_(prepared.class_keys) | first.c.class_key.in_(prepared.class_keys),
        )
    )
    rows = connection.execute(statement).all()
    theirs = (
        geometry_array(list(shapely.from_wkb([row.geometry for row in rows]))) if rows else geometry_array([])
    )
    ours = geometry_array([create.geometry for create in prepared.creates])
    decided = np.zeros(len(ours), bool)
    for key in prepared.class_keys:
        mine = np.array([create.class_key == key for create in prepared.creates], bool)
        same = np.array([key in (row.class_key, row.first_class) for row in rows], bool)
        decided[mine] = overlaps_any(ours[mine], theirs[same], SAME_OBJECT_IOU)
    return decided


def _remove(
    connection: Connection, untouched: sa.ColumnElement[bool], number: int, author: str, time: str
) -> None:
    """Marks as deleted without moving a geometry through Python: history first, then the heads."""
    history = tables.revisions
    copied = ("class_key", "geometry", "state", "score", "origin", "model", "attributes")
    connection.execute(
        sa.insert(history).from_select(
            ["uid", "revision", "changeset_id", "deleted", *copied],
            sa.select(
                _head.c.uid,
                _head.c.revision + 1,
                sa.literal(number),
                sa.literal(True),
                *(_head.c[name] for name in copied),
            ).where(untouched),
        )
    )
    connection.execute(
        sa.update(_head)
        .where(untouched)
        .values(deleted=True, revision=_head.c.revision + 1, author=author, time=time, changeset_id=number)
    )


def _proposed(create: CreateFeature, prepared: PreparedProposals, time: str) -> Feature:
    return Feature(
        uid=create.uid,
        scene_id=prepared.scene_id,
        class_key=create.class_key,
        geometry=create.geometry,
        state=FeatureState.PROPOSED,
        score=None if create.score is None else float(create.score),
        revision=1,
        origin=Origin.MODEL,
        model=create.model,
        author=prepared.author,
        time=time,
        attributes=create.attributes,
    )
