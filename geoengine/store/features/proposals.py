"""Replacement of a model's proposals; what a person decided stays."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError, JobStateError
from geoengine.model import (
    Changeset,
    Conflict,
    CreateFeature,
    Feature,
    FeatureState,
    GeometryKind,
    Origin,
    ProposalsResult,
    utc_now,
)
from geoengine.model.checks import check_optional_text, check_text
from geoengine.store import classes, scenes, tables
from geoengine.store.canonical_json import json_text
from geoengine.store.class_geometry import check_have_areas, fitting, geometry_kinds
from geoengine.store.errors import ConflictError
from geoengine.store.features import changesets
from geoengine.store.features.decisions import Decisions
from geoengine.store.features.rows import AT_ONCE, rewrite, write_features
from geoengine.store.reader import Reader

_head = tables.features
_REFERENCE = re.compile(r"(?P<name>.+?) \S+(?: \([0-9a-f]+\))?")


class ProposalReader(Reader):
    """The reads of what models proposed."""

    def last_proposals(self, scene_id: int, model: str | None = None) -> ProposalsResult | None:
        """Return the result of the last `Store.replace_proposals` on the scene that was not taken back, or None.

        Args:
            scene_id: The scene.
            model: Name of a model, to pass over the runs of others; None for the last run of any.
        """
        for row in runs(self._connection, scene_id):
            # Until changesets named their job, a run removed the proposals of all models.
            if model in (None, model_name(row.author)) or row.job_id is None:
                return ProposalsResult(id=row.id, token=row.token, replayed=True, **json.loads(row.summary))
        return None


def runs(connection: Connection, scene_id: int) -> Iterator[Any]:
    """Yield the rows of the scene's changesets of proposals that were not taken back, newest first."""
    table = tables.changesets
    statement = (
        sa.select(table.c.id, table.c.token, table.c.author, table.c.summary, table.c.job_id, table.c.kind)
        .where(table.c.scene_id == scene_id, table.c.kind.in_([changesets.PROPOSALS, changesets.UNDO]))
        .order_by(table.c.id.desc())
    )
    undone: set[int] = set()
    for row in connection.execute(statement):
        if row.kind == changesets.UNDO:
            undone |= set(json.loads(row.summary)["undone"])
        elif row.id not in undone:
            yield row


def model_name(reference: str) -> str:
    """Return the name in a model's reference (``overhead 1.0 (52c1…)``), whatever its version."""
    match = _REFERENCE.fullmatch(reference)
    return match["name"] if match else reference


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
    job_id: int | None


def prepare(
    scene_id: int,
    class_keys: Collection[str],
    creates: Iterable[CreateFeature],
    *,
    token: str,
    author: str,
    comment: str | None,
    time: str | None,
    job_id: int | None,
) -> PreparedProposals:
    """Check the arguments of `Store.replace_proposals`, but for the proposals themselves."""
    check_text(token, "token")
    check_text(author, "author")
    check_optional_text(comment, "comment", 2000)
    keys = tuple(sorted(set(class_keys)))
    # The token names a run, not its outcome: the same run on another device may differ in the last digit.
    digest = hashlib.sha256(json_text([scene_id, list(keys)]).encode()).hexdigest()
    return PreparedProposals(
        scene_id, keys, creates, token, author, comment, time or utc_now(), digest, job_id
    )


def replace_proposals(connection: Connection, prepared: PreparedProposals) -> ProposalsResult:
    """Replace proposals within the write transaction of `connection`; see `Store.replace_proposals`."""
    recorded = changesets.find_by_token(connection, prepared.token)
    if recorded is not None:
        changesets.check_replay(recorded, changesets.PROPOSALS, prepared.scene_id, prepared.digest)
        return ProposalsResult(
            id=recorded.id, token=prepared.token, replayed=True, **json.loads(recorded.summary)
        )
    scenes.check_scene(connection, prepared.scene_id)
    _check_newest(connection, prepared)
    classes.check_known(connection, [(key, "class_keys") for key in prepared.class_keys])
    kinds = geometry_kinds(connection)
    check_have_areas(prepared.class_keys, kinds)
    number = changesets.next_number(connection)
    removed = _remove(connection, number, prepared)
    created, skipped = _write(connection, number, prepared, kinds)
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
        job_id=prepared.job_id,
    )
    return ProposalsResult(id=number, token=prepared.token, replayed=False, **summary)


def _check_newest(connection: Connection, prepared: PreparedProposals) -> None:
    """Raise `JobStateError` where a newer job of the model, for one of the classes, has made its proposals."""
    if prepared.job_id is None:
        return
    name = model_name(prepared.author)
    for row in runs(connection, prepared.scene_id):
        if (row.job_id or 0) <= prepared.job_id or model_name(row.author) != name:
            continue
        job = sa.select(tables.jobs.c.params).where(tables.jobs.c.id == row.job_id)
        keys = json.loads(connection.execute(job).scalar_one_or_none() or "{}").get("classes")
        if keys is None or set(keys) & set(prepared.class_keys):
            raise JobStateError(
                f"job {prepared.job_id} was superseded by job {row.job_id}, whose proposals of {name} are newer; "
                "expected the newest job of the scene and model, nothing was changed"
            )


def _untouched(connection: Connection, prepared: PreparedProposals) -> sa.ColumnElement[bool]:
    """Return the condition for the model's live proposals, of any version, that no person has touched."""
    open_ = sa.and_(
        _head.c.scene_id == prepared.scene_id,
        _head.c.deleted.is_(False),
        _head.c.state == FeatureState.PROPOSED.value,
        _head.c.class_key.in_(prepared.class_keys),
        _head.c.origin != Origin.HUMAN.value,
        _head.c.machine.is_(True),
    )
    name = model_name(prepared.author)
    there = connection.execute(sa.select(_head.c.model).where(open_).distinct()).scalars()
    own = [reference for reference in there if reference is not None and model_name(reference) == name]
    return open_ & _head.c.model.in_(own)


def _remove(connection: Connection, number: int, prepared: PreparedProposals) -> int:
    """Mark the model's untouched proposals as deleted; return their number."""
    untouched = _untouched(connection, prepared)
    return rewrite(connection, number, untouched, prepared.author, prepared.time, deleted=True)


def _write(
    connection: Connection, number: int, prepared: PreparedProposals, kinds: Mapping[str, GeometryKind]
) -> tuple[int, int]:
    """Write the proposals in parts; return how many were created and how many left out."""
    decisions = Decisions(connection, prepared.scene_id, prepared.class_keys)
    created = first = 0
    creates = iter(prepared.creates)
    while part := tuple(islice(creates, AT_ONCE)):
        sound = fitting(_checked(part, first, prepared), kinds)
        heads = changesets.read_heads(connection, [create.uid for create in sound])
        if heads:
            raise ConflictError([Conflict(uid, 0, feature) for uid, feature in heads.items()])
        decided = decisions.match(
            [create.class_key for create in sound], [create.geometry for create in sound]
        )
        features = [
            _proposed(create, prepared) for create, known in zip(sound, decided, strict=True) if not known
        ]
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
        if create.model is None or model_name(create.model) != model_name(prepared.author):
            raise InvalidValueError(
                f"creates[{index}].model is {create.model!r}, expected that of {prepared.author!r}",
                f"creates[{index}].model",
            )
        if create.class_key not in prepared.class_keys:
            raise InvalidValueError(
                f"creates[{index}].class is {create.class_key!r}, expected one of: {', '.join(prepared.class_keys)}",
                f"creates[{index}].class",
            )
    # A changeset refuses a uid that comes twice.
    edits = Changeset(prepared.token, prepared.scene_id, prepared.author, part, prepared.comment).edits
    return [edit for edit in changesets.checked_geometries(edits) if isinstance(edit, CreateFeature)]


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
