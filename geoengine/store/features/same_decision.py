"""Decisions that somebody else has made already: the same one twice is no conflict."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import DeleteFeature, Edit, Feature, UpdateFeature
from geoengine.store import tables
from geoengine.store.features.history import read_revisions

_revisions = tables.revisions
_BATCH = 200


def made_already(connection: Connection, stale: Sequence[tuple[Edit, Feature]]) -> set[str]:
    """Return the uids of stale edits that ask for what is there, of the object that their author saw.

    An edit that only accepts, rejects or proposes asks for what is there where the feature has that state, and class,
    outline and attributes of the revision that the edit was made on; a deletion does where the feature is deleted.

    Args:
        connection: An open transaction.
        stale: Edits on a revision that is not the current one, each with the feature as it is now.
    """
    done = {edit.uid for edit, now in stale if isinstance(edit, DeleteFeature) and now.deleted}
    wanted = {
        (edit.uid, edit.base_revision): now
        for edit, now in stale
        if isinstance(edit, UpdateFeature)
        and _is_decision(edit)
        and now.state == edit.state
        and not now.deleted
    }
    keys = list(wanted)
    for start in range(0, len(keys), _BATCH):
        either = sa.or_(
            *(
                (_revisions.c.uid == uid) & (_revisions.c.revision == number)
                for uid, number in keys[start : start + _BATCH]
            )
        )
        seen, _ = read_revisions(connection, either, _revisions.c.id)
        done.update(one.uid for one in seen if _is_same_object(one, wanted[one.uid, one.revision]))
    return done


def _is_decision(edit: UpdateFeature) -> bool:
    """Return whether an edit changes the state of an object and nothing else."""
    others = ("class_key", "geometry", "attributes", "set_attributes", "unsure", "note", "confidence")
    return edit.state is not None and all(getattr(edit, name) is None for name in others)


def _is_same_object(seen: Feature, now: Feature) -> bool:
    return (
        not seen.deleted
        and seen.class_key == now.class_key
        and dict(seen.attributes) == dict(now.attributes)
        and (seen.unsure, seen.note, seen.confidence) == (now.unsure, now.note, now.confidence)
        and seen.geometry.equals_exact(now.geometry, 0.0)
    )
