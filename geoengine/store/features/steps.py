"""Steps that a person did on a scene, as the history has them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from geoengine.errors import InvalidValueError
from geoengine.model import Did, PastStep
from geoengine.store import scenes, tables
from geoengine.store.reader import Reader

MOST_STEPS = 1000
MOST_UIDS = 50
"""Objects of a step that are named: who is to see more of them sees all of its box."""

_PERSONS = ("edits", "decision", "undo")
"""Kinds of changesets that are steps of a person."""


class StepReader(Reader):
    """The reads of steps."""

    def steps(self, scene_id: int, author: str, limit: int = 100) -> list[PastStep]:
        """Return the last steps of a person on a scene, the newest first; those that changed nothing are left out.

        Args:
            scene_id: The scene.
            author: Whose steps.
            limit: The most changesets to look at.

        Raises:
            NotFoundError: There is no such scene.
            InvalidValueError: The limit is not from 1 to 1,000.
        """
        scenes.check_scene(self._connection, scene_id)
        if not 1 <= limit <= MOST_STEPS:
            raise InvalidValueError(f"limit is {limit}, expected 1 to {MOST_STEPS}", "limit")
        table = tables.changesets
        own = (table.c.scene_id == scene_id) & (table.c.author == author) & table.c.kind.in_(_PERSONS)
        statement = sa.select(table.c.id, table.c.time, table.c.comment).where(own)
        changesets = self._connection.execute(statement.order_by(table.c.id.desc()).limit(limit)).all()
        counts, boxes, uids = self._done([row.id for row in changesets])
        return [
            PastStep(
                row.id,
                row.time,
                row.comment,
                counts[row.id],
                boxes[row.id],
                tuple(uid for uid, _ in uids[row.id]),
                tuple(uid for uid, deleted in uids[row.id] if deleted),
            )
            for row in changesets
            if row.id in counts
        ]

    def _done(
        self, numbers: list[int]
    ) -> tuple[dict[int, dict[Did, int]], dict[int, Any], dict[int, list[tuple[str, bool]]]]:
        """Return what became of how many objects, where they are, and some of their uids, by changeset."""
        revision, before, head = tables.revisions, tables.revisions.alias("before"), tables.features
        did = sa.case(
            (before.c.id.is_(None), Did.DRAWN),
            (revision.c.deleted & ~before.c.deleted, Did.DELETED),
            (~revision.c.deleted & before.c.deleted, Did.RESTORED),
            (revision.c.geometry != before.c.geometry, Did.RESHAPED),
            (revision.c.class_key != before.c.class_key, Did.CLASSIFIED),
            (revision.c.state != before.c.state, revision.c.state),
            else_=Did.SAID,
        ).label("did")
        own = revision.c.changeset_id.in_(numbers)
        earlier = (before.c.uid == revision.c.uid) & (before.c.revision == revision.c.revision - 1)
        joined = revision.join(head, head.c.uid == revision.c.uid)
        statement = (
            sa.select(
                revision.c.changeset_id,
                did,
                sa.func.count(),
                sa.func.min(head.c.minx),
                sa.func.min(head.c.miny),
                sa.func.max(head.c.maxx),
                sa.func.max(head.c.maxy),
            )
            .select_from(joined.outerjoin(before, earlier))
            .where(own)
            .group_by(revision.c.changeset_id, did)
        )
        counts: dict[int, dict[Did, int]] = defaultdict(dict)
        boxes: dict[int, Any] = {}
        for number, word, count, *box in self._connection.execute(statement):
            # A damaged state is none that anybody decided.
            known = Did(word) if word in _WORDS else Did.SAID
            counts[number][known] = counts[number].get(known, 0) + count
            boxes[number] = _around(boxes.get(number), tuple(box))
        place = sa.func.row_number().over(partition_by=revision.c.changeset_id, order_by=revision.c.id)
        ranked = (
            sa.select(revision.c.changeset_id, revision.c.uid, head.c.deleted, place.label("place"))
            .select_from(joined)
            .where(own)
            .subquery()
        )
        named = sa.select(ranked.c.changeset_id, ranked.c.uid, ranked.c.deleted).where(
            ranked.c.place <= MOST_UIDS
        )
        uids: dict[int, list[tuple[str, bool]]] = defaultdict(list)
        for number, uid, deleted in self._connection.execute(named.order_by(ranked.c.place)):
            uids[number].append((uid, deleted))
        return counts, boxes, uids


_WORDS = frozenset(Did)


def _around(one: Any, other: Any) -> Any:
    """Return the box around two boxes; None is none."""
    if one is None:
        return other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
