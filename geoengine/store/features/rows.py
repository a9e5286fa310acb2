"""Conversion of features to rows and back."""

from __future__ import annotations

import json
import logging
import operator
from collections.abc import Sequence
from typing import Any

import shapely
import sqlalchemy as sa
from shapely.errors import ShapelyError
from sqlalchemy.engine import Connection

from geoengine.errors import GeoEngineError, StoreError
from geoengine.model import Confidence, Feature, FeatureState, Origin
from geoengine.model.damage import DamagedFeature
from geoengine.model.geometry import geometry_array
from geoengine.store import tables
from geoengine.store.canonical_json import json_text

_log = logging.getLogger(__name__)

_head = tables.features
_revisions = tables.revisions

HEAD_COLUMNS: tuple[sa.Column[Any], ...] = tuple(
    _head.c[name]
    for name in (
        "uid",
        "scene_id",
        "class_key",
        "geometry",
        "state",
        "score",
        "revision",
        "origin",
        "model",
        "author",
        "time",
        "attributes",
        "deleted",
        "unsure",
        "note",
        "confidence",
    )
)
"""What a feature is made of."""

_GEOMETRY = [column.name for column in HEAD_COLUMNS].index("geometry")
STATES = {state.value: state for state in FeatureState}
"""States by their text; a row with another one is damaged."""

_ORIGINS = {origin.value: origin for origin in Origin}
_CONFIDENCES = {confidence.value: confidence for confidence in Confidence}
_TEXTS: dict[str, str] = {each: each.value for each in (*FeatureState, *Origin)}
_IN_REVISION = (
    "class_key",
    "geometry",
    "state",
    "score",
    "origin",
    "model",
    "attributes",
    "deleted",
    "unsure",
    "note",
    "confidence",
)

AT_ONCE = 5000
"""Features that are rows in memory at the same time: a dense scene has many more."""


def features_from_rows(rows: Sequence[Any], damaged: list[DamagedFeature] | None = None) -> list[Feature]:
    """Return the features of rows that have the columns of `HEAD_COLUMNS` (by name).

    Args:
        rows: The rows.
        damaged: Takes the rows that cannot be read, which are left out then; None for an error instead.

    Raises:
        StoreError: A row cannot be read.
    """
    try:
        return _features(rows)
    except _UNREADABLE:
        if len(rows) > 1:
            half = len(rows) // 2
            first = features_from_rows(rows[:half], damaged)
            return first + features_from_rows(rows[half:], damaged)
        row = rows[0]
        reason = f"is damaged in the database: {row_fault(row)}"
    sentence = f"feature {row.uid} {reason}; `geoengine check` takes it out or restores it"
    if damaged is None:
        raise StoreError(sentence)
    _log.warning("left out: %s", sentence)
    damaged.append(DamagedFeature(row.uid, row.scene_id, reason))
    return []


def row_fault(row: Any) -> str | None:
    """Return what keeps a row with the columns of `HEAD_COLUMNS` from being read, or None."""
    try:
        _features([row])
    except ShapelyError:
        return "its geometry is no WKB"
    except GeoEngineError as error:
        return str(error)
    except ValueError:
        return "its attributes are no JSON"
    except KeyError as error:
        return f"it has no state, origin or confidence {error}"
    except _UNREADABLE as error:
        return f"{type(error).__name__} {error}"
    return None


_UNREADABLE = (GeoEngineError, ShapelyError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


def _features(rows: Sequence[Any]) -> list[Feature]:
    if not rows:
        return []
    # Asked for by name, the values of a row take thirty times as long.
    places = [rows[0]._fields.index(column.name) for column in HEAD_COLUMNS]
    values = list(map(operator.itemgetter(*places), rows))
    geometries = shapely.from_wkb([row[_GEOMETRY] for row in values])
    return [
        Feature(
            uid,
            scene_id,
            class_key,
            geometry,
            STATES[state],
            score,
            revision,
            _ORIGINS[origin],
            model,
            author,
            time,
            json.loads(attributes) if attributes != "{}" else {},
            deleted,
            unsure,
            note,
            _CONFIDENCES[confidence],
        )
        for geometry, (
            uid,
            scene_id,
            class_key,
            _,
            state,
            score,
            revision,
            origin,
            model,
            author,
            time,
            attributes,
            deleted,
            unsure,
            note,
            confidence,
        ) in zip(geometries, values, strict=True)
    ]


def write_features(
    connection: Connection, changeset_id: int, features: Sequence[Feature], machine: Sequence[bool]
) -> None:
    """Write new revisions: the head of each feature, and the row of its history.

    Args:
        connection: In a write transaction.
        changeset_id: The changeset they belong to.
        features: As they shall be; revision 1 is a new feature.
        machine: For each whether this revision is a machine's.
    """
    for start in range(0, len(features), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        _write_part(connection, changeset_id, features[part], machine[part])


def rewrite(
    connection: Connection,
    changeset_id: int,
    condition: sa.ColumnElement[bool],
    author: str,
    time: str,
    **values: Any,
) -> int:
    """Change features alike, history first, then heads, without reading a geometry; return their number.

    Args:
        connection: In a write transaction.
        changeset_id: The changeset that the revisions belong to.
        condition: Which features, by what they are now.
        author: Who changes them.
        time: When, UTC ISO 8601.
        values: The new values of columns that a head has, such as `deleted` or `class_key`, or expressions of what
            the columns are now.
    """
    columns = [_column(values[name]) if name in values else _head.c[name] for name in _IN_REVISION]
    connection.execute(
        sa.insert(_revisions).from_select(
            ["uid", "revision", "changeset_id", *_IN_REVISION],
            sa.select(_head.c.uid, _head.c.revision + 1, sa.literal(changeset_id), *columns).where(condition),
        )
    )
    changed = {**values, "author": author, "time": time, "changeset_id": changeset_id}
    return connection.execute(
        sa.update(_head).where(condition).values(revision=_head.c.revision + 1, **changed)
    ).rowcount


def _column(value: Any) -> sa.ColumnElement[Any]:
    return value if isinstance(value, sa.ColumnElement) else sa.literal(value)


def _write_part(
    connection: Connection, changeset_id: int, features: Sequence[Feature], machine: Sequence[bool]
) -> None:
    geometries = geometry_array([feature.geometry for feature in features])
    boxes = shapely.bounds(geometries).tolist()
    blobs = shapely.to_wkb(geometries, output_dimension=2, byte_order=1, include_srid=False).tolist()
    rows = [
        {
            "uid": feature.uid,
            "scene_id": feature.scene_id,
            "class_key": feature.class_key,
            "geometry": blob,
            "minx": box[0],
            "miny": box[1],
            "maxx": box[2],
            "maxy": box[3],
            "state": _TEXTS[feature.state],
            "score": feature.score,
            "revision": feature.revision,
            "origin": _TEXTS[feature.origin],
            "model": feature.model,
            "author": feature.author,
            "time": feature.time,
            "attributes": json_text(dict(feature.attributes)),
            "deleted": feature.deleted,
            "unsure": feature.unsure,
            "note": feature.note,
            "confidence": str(feature.confidence),
            "machine": by_machine,
            "changeset_id": changeset_id,
        }
        for feature, blob, box, by_machine in zip(features, blobs, boxes, machine, strict=True)
    ]
    created = [row for row in rows if row["revision"] == 1]
    changed = [row for row in rows if row["revision"] != 1]
    if created:
        _insert(connection, _head, list(created[0]), created)
    if changed:
        _update_heads(connection, changed)
    history = ("uid", "revision", "changeset_id", *_IN_REVISION)
    _insert(connection, _revisions, history, rows)


def _insert(
    connection: Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Insert these columns of rows, without what SQLAlchemy does for each: it takes as long as SQLite."""
    compiled = sa.insert(table).compile(connection.engine, column_keys=list(columns))
    order = operator.itemgetter(*compiled.positiontup or ())
    connection.exec_driver_sql(str(compiled), [order(row) for row in rows])


def _update_heads(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    names = [name for name in rows[0] if name not in ("uid", "scene_id")]
    statement = (
        sa.update(_head)
        .where(_head.c.uid == sa.bindparam("of_uid"), _head.c.revision == sa.bindparam("of_revision"))
        .values({name: sa.bindparam(name) for name in names})
    )
    parameters = [
        {**{name: row[name] for name in names}, "of_uid": row["uid"], "of_revision": row["revision"] - 1}
        for row in rows
    ]
    changed = connection.execute(statement, parameters).rowcount
    if changed != len(rows):  # cannot be: the write transaction compared before it came here
        raise StoreError(
            f"{changed} of {len(rows)} features were at the revision that was read; nothing was changed"
        )
