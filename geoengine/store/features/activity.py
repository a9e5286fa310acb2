"""Reads of the history as a whole: what happened to each scene, and what was decided since some time."""

from __future__ import annotations

import json

import sqlalchemy as sa

from geoengine.model import FeatureState
from geoengine.model.activity import ChangesetFacts, DecisionStep
from geoengine.store import tables
from geoengine.store.features import changesets
from geoengine.store.reader import Reader

_changesets, _revisions = tables.changesets, tables.revisions
_PEOPLE = (changesets.EDITS, changesets.DECISION)
_DECIDED = (FeatureState.ACCEPTED.value, FeatureState.REJECTED.value)


class ActivityReader(Reader):
    """The reads of what was done in all scenes."""

    def changesets_after(self, number: int) -> list[ChangesetFacts]:
        """Return the changesets of all scenes with a higher number, in their order; those of classes are left out."""
        kinds = (*_PEOPLE, changesets.PROPOSALS, changesets.UNDO)
        is_undo = _changesets.c.kind == changesets.UNDO
        statement = (
            sa.select(
                _changesets.c.id,
                _changesets.c.scene_id,
                _changesets.c.author,
                _changesets.c.time,
                _changesets.c.kind,
                sa.case((is_undo, _changesets.c.summary)).label("summary"),
            )
            .where(_changesets.c.id > number, _changesets.c.kind.in_(kinds))
            .order_by(_changesets.c.id)
        )
        return [
            ChangesetFacts(
                id=row.id,
                scene_id=row.scene_id,
                author=row.author,
                time=row.time,
                is_run=row.kind == changesets.PROPOSALS,
                is_edit=row.kind in _PEOPLE,
                undone=tuple(json.loads(row.summary)["undone"]) if row.summary else (),
            )
            for row in self._connection.execute(statement)
        ]

    def decided_since(self, since: str) -> list[DecisionStep]:
        """Return the steps by which people decided proposals, in their order, without decisions that were taken back.

        Args:
            since: The first moment, as `utc_now` writes it.
        """
        own = _changesets.c.kind.in_(_PEOPLE)
        # From the newest back: what was done today is found without going through the years before.
        before = sa.select(_changesets.c.id).where(own, _changesets.c.time < since)
        first = sa.func.coalesce(before.order_by(_changesets.c.id.desc()).limit(1).scalar_subquery(), 0)
        was, later = _revisions.alias("was"), _revisions.alias("later")
        reopened = sa.exists().where(
            later.c.uid == _revisions.c.uid,
            later.c.revision > _revisions.c.revision,
            later.c.state == FeatureState.PROPOSED.value,
        )
        statement = (
            sa.select(_changesets.c.author, _changesets.c.time, sa.func.count())
            .select_from(_changesets)
            .join(_revisions, _revisions.c.changeset_id == _changesets.c.id)
            .join(was, (was.c.uid == _revisions.c.uid) & (was.c.revision == _revisions.c.revision - 1))
            .where(
                own,
                _changesets.c.id > first,
                _changesets.c.time >= since,
                _revisions.c.state.in_(_DECIDED),
                was.c.state == FeatureState.PROPOSED.value,
                ~reopened,
            )
            .group_by(_changesets.c.id)
            .order_by(_changesets.c.id)
        )
        return [
            DecisionStep(author, time, count) for author, time, count in self._connection.execute(statement)
        ]
