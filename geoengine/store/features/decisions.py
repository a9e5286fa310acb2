"""Objects that people have decided about, which no machine proposes again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.model import Origin
from geoengine.model.geometry import geometry_array, overlaps_any
from geoengine.store import tables
from tiling.arrays import Geometries

SAME_OBJECT_IOU = 0.5
"""From this intersection over union on, two polygons are taken for the same object."""

_head, _revisions = tables.features, tables.revisions


class Decisions:
    """Outlines of the decided objects of a scene, by class.

    An object stands for all outlines and classes it has had: one that was reshaped, or cut into parts, is still the
    one that was proposed. Earlier outlines of what a person drew count only where they touch the present one, for
    a copy is pasted somewhere before it is moved to its place.
    """

    def __init__(self, connection: Connection, scene_id: int, class_keys: Collection[str]) -> None:
        """Read the decisions that concern any of the classes."""
        rows = connection.execute(_statement(scene_id, class_keys)).all()
        classes: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            classes[row.uid] |= {row.class_key, row.head_class}
        outlines = geometry_array(list(shapely.from_wkb([row.geometry for row in rows], on_invalid="ignore")))
        now = geometry_array(list(shapely.from_wkb([row.head_geometry for row in rows], on_invalid="ignore")))
        proposed = np.array([row.origin == Origin.MODEL.value for row in rows], bool)
        counts = proposed | shapely.intersects(outlines, now)
        self._outlines: dict[str, Geometries] = {
            key: outlines[counts & np.array([key in classes[row.uid] for row in rows], bool)]
            for key in class_keys
        }

    def match(self, class_keys: Sequence[str], geometries: Sequence[object]) -> npt.NDArray[np.bool_]:
        """Return for each polygon whether its IoU with a decided object of its class is `SAME_OBJECT_IOU` or more."""
        polygons, keys = geometry_array(geometries), np.array(class_keys)
        known = np.zeros(len(polygons), bool)
        for key, outlines in self._outlines.items():
            mine = keys == key
            known[mine] = overlaps_any(polygons[mine], outlines, SAME_OBJECT_IOU)
        return known


def _statement(scene_id: int, class_keys: Collection[str]) -> sa.Select[tuple[object, ...]]:
    """Return the query of all outlines and classes of decided objects; outlines that stayed come once."""
    decided = sa.and_(
        _head.c.scene_id == scene_id,
        _head.c.machine.is_(False),
        # A proposal that a person deleted is a decision; a drawing that its author deleted is none.
        _head.c.deleted.is_(False) | (_head.c.origin == Origin.MODEL.value),
    )
    step = _revisions.alias()
    had = sa.exists().where(step.c.uid == _head.c.uid, step.c.class_key.in_(class_keys))
    return (
        sa.select(
            _head.c.uid,
            _head.c.origin,
            _revisions.c.geometry,
            _revisions.c.class_key,
            _head.c.geometry.label("head_geometry"),
            _head.c.class_key.label("head_class"),
        )
        .join_from(_head, _revisions, _revisions.c.uid == _head.c.uid)
        .where(decided, had)
        .distinct()
    )
