"""Decisions on all open proposals of an area and filter, in one changeset, and taking them back.

No geometry is read: history and heads are written by SQL, so that 100,000 proposals take about as long as two scans.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidValueError, NotFoundError
from geoengine.model import BulkDecisionResult, FeatureState, Origin, utc_now
from geoengine.model.limits import MAX_DECIDED
from geoengine.store import scenes, tables
from geoengine.store.canonical_json import json_text
from geoengine.store.features import changesets
from geoengine.store.features.feature_query import FeatureQuery
from geoengine.store.features.rows import rewrite

_head, _revisions = tables.features, tables.revisions
_OPEN = _head.c.state == FeatureState.PROPOSED.value


def decide(
    connection: Connection, query: FeatureQuery, state: FeatureState, *, seen: int, token: str, author: str
) -> BulkDecisionResult:
    """Decide within the write transaction of `connection`; see `Store.decide_proposals`."""
    if state is FeatureState.PROPOSED:
        raise InvalidValueError("state is 'proposed', expected 'accepted' or 'rejected'", "state")
    scenes.check_scene(connection, query.scene_id)
    digest = _digest("decide", query, state.value, seen)
    if (replay := _replayed(connection, token, query.scene_id, digest)) is not None:
        return replay
    meant = sa.and_(*query.conditions())
    known = _head.c.changeset_id <= seen
    kinds = (_OPEN & known, _OPEN & ~known, ~_OPEN & (_head.c.state != state.value))
    numbers = [sa.func.coalesce(sa.func.sum(sa.cast(kind, sa.Integer)), 0) for kind in kinds]
    row = connection.execute(sa.select(*numbers).where(meant)).one()
    found, newer, left = (int(count) for count in row)
    if found > MAX_DECIDED:
        raise InvalidValueError(
            f"got {found:,} proposals to decide at once, expected at most {MAX_DECIDED:,}; choose a smaller area or a "
            "narrower filter",
            "bbox",
        )
    values = {"state": state.value, "machine": False}
    counts = {"decided": found, "newer": newer, "left": left}
    return _write(connection, query.scene_id, meant & _OPEN & known, values, counts, token, author, digest)


def take_back(
    connection: Connection, scene_id: int, number: int, *, token: str, author: str
) -> BulkDecisionResult:
    """Take a decision back within the write transaction of `connection`; see `Store.take_back_decision`."""
    scenes.check_scene(connection, scene_id)
    table = tables.changesets
    own = (table.c.id == number) & (table.c.scene_id == scene_id) & (table.c.kind == changesets.DECISION)
    if connection.execute(sa.select(table.c.id).where(own)).one_or_none() is None:
        raise NotFoundError(f"changeset {number} is no decision on many proposals of scene {scene_id}")
    digest = _digest("take back", number)
    if (replay := _replayed(connection, token, scene_id, digest)) is not None:
        return replay
    still = (_head.c.changeset_id == number) & (_head.c.scene_id == scene_id) & _head.c.deleted.is_(False)
    of_changeset = sa.select(sa.func.count()).where(_revisions.c.changeset_id == number)
    number_then = connection.execute(of_changeset).scalar_one()
    found = connection.execute(sa.select(sa.func.count()).select_from(_head).where(still)).scalar_one()
    before = (
        sa.select(_revisions.c.state)
        .where(_revisions.c.uid == _head.c.uid, _revisions.c.revision == _head.c.revision - 1)
        .correlate(_head)
        .scalar_subquery()
    )
    # What a machine proposed and nobody but this decision touched is its proposal again, for the next run to replace.
    untouched = (_head.c.revision == 2) & (_head.c.origin != Origin.HUMAN.value)
    untouched &= before == FeatureState.PROPOSED.value
    values = {"state": before, "machine": untouched}
    counts = {"decided": found, "newer": number_then - found, "left": 0}
    return _write(connection, scene_id, still, values, counts, token, author, digest)


def _write(
    connection: Connection,
    scene_id: int,
    condition: sa.ColumnElement[bool],
    values: dict[str, Any],
    counts: dict[str, int],
    token: str,
    author: str,
    digest: str,
) -> BulkDecisionResult:
    """Write new revisions of the features that meet `condition`; where there are none, no changeset either."""
    if not counts["decided"]:
        return BulkDecisionResult(None, False, **counts)
    number, time = changesets.next_number(connection), utc_now()
    rewrite(connection, number, condition, author, time, **values)
    changesets.insert_changeset(
        connection,
        id=number,
        token=token,
        scene_id=scene_id,
        kind=changesets.DECISION,
        author=author,
        time=time,
        comment=None,
        digest=digest,
        summary=json_text(counts),
    )
    return BulkDecisionResult(number, False, **counts)


def _replayed(connection: Connection, token: str, scene_id: int, digest: str) -> BulkDecisionResult | None:
    """Return what the token did the first time, or None."""
    recorded = changesets.find_by_token(connection, token)
    if recorded is None:
        return None
    changesets.check_replay(recorded, changesets.DECISION, scene_id, digest)
    return BulkDecisionResult(recorded.id, True, **json.loads(recorded.summary))


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
