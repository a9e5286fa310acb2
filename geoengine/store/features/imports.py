"""Edits of an import: one changeset, written in parts, so that 200,000 are never in memory together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from geoengine.errors import NotFoundError
from geoengine.model import Conflict, CreateFeature, Edit, Feature, RestoreFeature, utc_now
from geoengine.model.edit import DeleteFeature
from geoengine.store import classes, scenes
from geoengine.store.class_geometry import check_fits
from geoengine.store.features import changesets, edit_results
from geoengine.store.features.rows import write_features

_CACHE_KB = 32 << 10


@dataclass(frozen=True)
class EditsResult:
    """Result of writing the edits of an import.

    Attributes:
        id: Number of the changeset; None where no edit fitted.
        written: Number of edits that were written.
        conflicts: Edits that did not fit, because another process was faster.
    """

    id: int | None
    written: int
    conflicts: tuple[Conflict, ...]


def apply_edits(
    connection: Connection,
    *,
    scene_id: int,
    parts: Iterable[Sequence[Edit]],
    token: str,
    author: str,
    comment: str | None,
) -> EditsResult:
    """Write edits within the write transaction of `connection`; see `Store.apply_edits`."""
    scenes.check_scene(connection, scene_id)
    number, time = changesets.next_number(connection), utc_now()
    # The names of features are random, so that each part changes pages all over the indices.
    connection.exec_driver_sql(f"PRAGMA cache_size = {-_CACHE_KB:d}")
    written = 0
    conflicts: list[Conflict] = []
    for edits in parts:
        keys = {edit.class_key for edit in edits if not isinstance(edit, DeleteFeature)}
        classes.check_known(connection, [(key, "class") for key in sorted(filter(None, keys))])
        heads = changesets.read_heads(connection, [edit.uid for edit in edits])
        features: list[Feature] = []
        machine: list[bool] = []
        made: list[Edit] = []
        for edit in edits:
            current = heads.get(edit.uid)
            if isinstance(edit, CreateFeature):
                fits = current is None
            elif current is None:
                raise NotFoundError(f"feature {edit.uid!r} does not exist in this project")
            else:
                fits = current.revision == edit.base_revision
                fits = fits and current.deleted == isinstance(edit, RestoreFeature)
            if not fits and current is not None:
                base = 0 if isinstance(edit, CreateFeature) else edit.base_revision
                conflicts.append(Conflict(edit.uid, base, current))
            elif isinstance(edit, CreateFeature):
                made.append(edit)
                features.append(edit_results.created(edit, scene_id, author, time))
                machine.append(edit_results.by_machine(edit))
            elif current is not None:
                made.append(edit)
                features.append(edit_results.changed(edit, current, author, time))
                machine.append(False)
        check_fits(connection, made, features)
        write_features(connection, number, features, machine)
        written += len(features)
    if not written:
        return EditsResult(None, 0, tuple(conflicts))
    changesets.insert_changeset(
        connection,
        id=number,
        token=token,
        scene_id=scene_id,
        kind=changesets.EDITS,
        author=author,
        time=time,
        comment=comment,
        digest=hashlib.sha256(token.encode()).hexdigest(),
    )
    return EditsResult(number, written, tuple(conflicts))
