"""Replacement of a model's proposals; what a person decided stays."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError
from geoengine.model import (
    Changeset,
    Conflict,
    CreateFeature,
    Feature,
    FeatureState,
    Origin,
    ProposalsResult,
    utc_now,
)
from geoengine.model.checks import check_optional_text, check_text
from geoengine.model.geometry import GeometryArray, geometry_array, overlaps_any
from geoengine.store import classes, scenes, tables
from geoengine.store.canonical_json import json_text
from geoengine.store.errors import ConflictError
from geoengine.store.features import changesets
from geoengine.store.features.rows import AT_ONCE, write_features
from geoengine.store.reader import Reader

SAME_OBJECT_IOU = 0.5
"""From this intersection over union on, two polygons are taken for the same object."""

_head = tables.features


class ProposalReader(Reader):
    """The reads of what models proposed."""

    def last_proposals(self, scene_id: int) -> ProposalsResult | None:
        """Return the result of the last `Store.replace_proposals` on the scene, or None before the first."""
        table = tables.changesets
        statement = (
            sa.select(table.c.id, table.c.token, table.c.summary)
            .where(table.c.scene_id == scene_id, table.c.kind == changesets.PROPOSALS)
            .order_by(table.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            return None
        return ProposalsResult(id=row.id, token=row.token, replayed=True, **json.loads(row.summary))


@dataclass(frozen=True)
class PreparedProposals:
    """Arguments of `Store.replace_proposals`, checked as far as that needs neither database nor proposals."""

    scene_id: int
    class_keys: tuple[str, ...]
    creates: Iterable[CreateFeature]
    token: str
    author: str
    comment: str | None
    time: str
    digest: str


def prepare(
    scene_id: int,
    class_keys: Collection[str],
    creates: Iterable[CreateFeature],
    *,
    token: str,
    author: str,
    comment: str | None,
    time: str | None,
) -> PreparedProposals:
    """Check the arguments of `Store.replace_proposals`, but for the proposals themselves."""
    check_text(token, "token")
    check_text(author, "author")
    check_optional_text(comment, "comment", 2000)
    keys = tuple(sorted(set(class_keys)))
    # The token names a run, not its outcome: the same run on another device may differ in the last digit.
    digest = hashlib.sha256(json_text([scene_id, list(keys)]).encode()).hexdigest()
    return PreparedProposals(scene_id, keys, creates, token, author, comment, time or utc_now(), digest)


def replace_proposals(connection: Connection, prepared: PreparedProposals) -> ProposalsResult:
    """Replace proposals within the write transaction of `connection`; see `Store.replace_proposals`."""
    earlier = changesets.find_by_token(connection, prepared.token)
    if earlier is not None:
        changesets.check_replay(earlier, changesets.PROPOSALS, prepared.scene_id, prepared.digest)
        return ProposalsResult(
            id=earlier.id, token=prepared.token, replayed=True, **json.loads(earlier.summary)
        )
    scenes.check_scene(connection, prepared.scene_id)
    classes.check_known(connection, [(key, "class_keys") for key in prepared.class_keys])
    number = changesets.next_number(connection)
    removed = _remove(connection, number, prepared)
    created, skipped = _write(connection, number, prepared)
    summary = {"created": created, "removed": removed, "skipped": skipped}
    changesets.insert_changeset(
        connection,
        id=number,
        token=prepared.token,
        scene_id=prepared.scene_id,
        kind=changesets.PROPOSALS,
        author=prepared.author,
        time=prepared.time,
        comment=prepared.comment,
        digest=prepared.digest,
        summary=json_text(summary),
    )
    return ProposalsResult(id=number, token=prepared.token, replayed=False, **summary)


def _untouched(prepared: PreparedProposals) -> sa.ColumnElement[bool]:
    """Return the condition for live proposals whose last revision is a machine's."""
    return sa.and_(
        _head.c.scene_id == prepared.scene_id,
        _head.c.deleted.is_(False),
        _head.c.state == FeatureState.PROPOSED.value,
        _head.c.class_key.in_(prepared.class_keys),
        _head.c.origin == Origin.MODEL.value,
        _head.c.machine.is_(True),
    )


def _remove(connection: Connection, number: int, prepared: PreparedProposals) -> int:
    """Mark proposals as deleted, history first, then heads, without reading a geometry; return their number."""
    untouched = _untouched(prepared)
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
    changed = {"author": prepared.author, "time": prepared.time, "changeset_id": number}
    return connection.execute(
        sa.update(_head).where(untouched).values(deleted=True, revision=_head.c.revision + 1, **changed)
    ).rowcount


def _write(connection: Connection, number: int, prepared: PreparedProposals) -> tuple[int, int]:
    """Write the proposals in parts; return how many were created and how many left out."""
    decided = _decided(connection, prepared)
    created = first = 0
    creates = iter(prepared.creates)
    while part := tuple(islice(creates, AT_ONCE)):
        sound = _checked(part, first, prepared)
        heads = changesets.read_heads(connection, [create.uid for create in sound])
        if heads:
            raise ConflictError([Conflict(uid, 0, feature) for uid, feature in heads.items()])
        features = [_proposed(create, prepared) for create in _not_matching_a_decision(sound, decided)]
        write_features(connection, number, features, [True] * len(features))
        created, first = created + len(features), first + len(part)
    return created, first - created


def _checked(part: tuple[CreateFeature, ...], first: int, prepared: PreparedProposals) -> list[CreateFeature]:
    """Return the proposals with valid, flat geometries; `first` is the number of the first."""
    for index, create in enumerate(part, first):
        if create.state != FeatureState.PROPOSED or create.origin != Origin.MODEL:
            raise InvalidValueError(
                f"creates[{index}] is {create.state} from {create.origin}, expected proposed from model",
                f"creates[{index}]",
            )
        if create.class_key not in prepared.class_keys:
            raise InvalidValueError(
                f"creates[{index}].class is {create.class_key!r}, expected one of: {', '.join(prepared.class_keys)}",
                f"creates[{index}].class",
            )
    # A changeset refuses a uid that comes twice.
    edits = Changeset(prepared.token, prepared.scene_id, prepared.author, part, prepared.comment).edits
    return [edit for edit in changesets.checked_geometries(edits) if isinstance(edit, CreateFeature)]


def _decided(connection: Connection, prepared: PreparedProposals) -> dict[str, GeometryArray]:
    """Return for each class the outlines of objects that a person has decided about."""
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
    outlines = geometry_array(list(shapely.from_wkb([row.geometry for row in rows])))
    return {
        key: outlines[np.array([key in (row.class_key, row.first_class) for row in rows], bool)]
        for key in prepared.class_keys
    }


def _not_matching_a_decision(
    creates: Sequence[CreateFeature], decided: dict[str, GeometryArray]
) -> list[CreateFeature]:
    """Return proposals whose IoU with every human-decided object of the class is below `SAME_OBJECT_IOU`."""
    ours = geometry_array([create.geometry for create in creates])
    keys = np.array([create.class_key for create in creates])
    new = np.ones(len(creates), bool)
    for key, theirs in decided.items():
        mine = keys == key
        new[mine] = ~overlaps_any(ours[mine], theirs, SAME_OBJECT_IOU)
    return [create for create, wanted in zip(creates, new, strict=True) if wanted]


def _proposed(create: CreateFeature, prepared: PreparedProposals) -> Feature:
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
        time=prepared.time,
        attributes=create.attributes,
    )
