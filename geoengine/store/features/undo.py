"""Undo of a model's last run: its undecided proposals are deleted, those that it replaced come back."""

from __future__ import annotations

import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import NotFoundError
from geoengine.model import FeatureState, UndoResult, utc_now
from geoengine.store import scenes, tables
from geoengine.store.canonical_json import json_text
from geoengine.store.features import changesets
from geoengine.store.features.decisions import Decisions
from geoengine.store.features.proposals import model_name, runs
from geoengine.store.features.rows import AT_ONCE, rewrite

_head, _revisions = tables.features, tables.revisions


def undo_proposals(connection: Connection, scene_id: int, model: str, author: str) -> UndoResult:
    """Take back the model's last run within the write transaction of `connection`; see `Store.undo_proposals`."""
    scenes.check_scene(connection, scene_id)
    own = [row for row in runs(connection, scene_id) if model_name(row.author) == model]
    if not own:
        raise NotFoundError(
            f"scene {scene_id} has no run of model {model!r}, expected one that can be taken back"
        )
    last = own[0]
    # A job that was done in part and then completed has several changesets.
    undone = [row.id for row in own if row.id == last.id or (last.job_id and row.job_id == last.job_id)]
    created = sa.select(_revisions.c.uid).where(
        _revisions.c.revision == 1, _revisions.c.changeset_id.in_(undone)
    )
    number, time = changesets.next_number(connection), utc_now()
    restored = _restore(connection, number, scene_id, undone, created, author, time)
    waiting = sa.and_(
        _head.c.uid.in_(created),
        _head.c.deleted.is_(False),
        _head.c.state == FeatureState.PROPOSED.value,
        _head.c.machine.is_(True),
    )
    removed = rewrite(connection, number, waiting, author, time, deleted=True)
    changesets.insert_changeset(
        connection,
        id=number,
        token=f"undo-{last.id}",
        scene_id=scene_id,
        kind=changesets.UNDO,
        author=author,
        time=time,
        comment=f"take back changeset {', '.join(map(str, undone))} of {last.author}",
        digest="",
        summary=json_text({"undone": undone, "removed": removed, "restored": restored}),
    )
    return UndoResult(number, last.author, last.job_id, removed, restored)


def _restore(
    connection: Connection,
    number: int,
    scene_id: int,
    undone: list[int],
    created: sa.Select[tuple[str]],
    author: str,
    time: str,
) -> int:
    """Bring back what the run replaced, but for objects that have been decided since; return their number."""
    replaced = sa.and_(
        _head.c.deleted.is_(True),
        _head.c.machine.is_(True),
        _head.c.scene_id == scene_id,
        _head.c.changeset_id.in_(undone),
        _head.c.uid.not_in(created),
    )
    retired = sa.select(tables.classes.c.key).where(tables.classes.c.retired)
    statement = sa.select(_head.c.uid, _head.c.class_key, _head.c.geometry)
    rows = connection.execute(statement.where(replaced, _head.c.class_key.not_in(retired))).all()
    keys = [row.class_key for row in rows]
    decided = Decisions(connection, scene_id, set(keys)).match(
        keys, list(shapely.from_wkb([row.geometry for row in rows]))
    )
    uids = [row.uid for row, known in zip(rows, decided, strict=True) if not known]
    return sum(
        rewrite(
            connection,
            number,
            _head.c.uid.in_(uids[start : start + AT_ONCE]),
            author,
            time,
            deleted=False,
        )
        for start in range(0, len(uids), AT_ONCE)
    )
