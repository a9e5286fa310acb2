"""What people made of each model's proposals, counted by the database in one query."""

from __future__ import annotations

import sqlalchemy as sa

from geoengine.model import FeatureState, Origin
from geoengine.model.model_result import ModelResult
from geoengine.store import tables
from geoengine.store.reader import Reader

_head, _first, _classes = tables.features, tables.revisions.alias("first"), tables.classes


class ModelResultReader(Reader):
    """The read of how models did."""

    def model_results(self) -> list[ModelResult]:
        """Return what became of the proposals of each model, by class; proposals that later ones replaced are left out.

        A proposal is as it was proposed where outline and class are those of its first revision, to the last bit. A
        class that was retired since, because it was renamed or merged, is no correction.
        """
        retired = _classes.c.retired.is_(True)
        class_key = sa.case((retired, _head.c.class_key), else_=_first.c.class_key)
        live = _head.c.deleted.is_(False)
        accepted = live & (_head.c.state == FeatureState.ACCEPTED.value)
        same = (_head.c.geometry == _first.c.geometry) & (retired | (_head.c.class_key == _first.c.class_key))
        rejected = ~live | (_head.c.state == FeatureState.REJECTED.value)
        undecided = live & (_head.c.state == FeatureState.PROPOSED.value)
        statement = (
            sa.select(
                _head.c.model,
                class_key,
                *(
                    sa.func.count().filter(each)
                    for each in (accepted & same, accepted & ~same, rejected, undecided)
                ),
            )
            .join(_first, (_first.c.uid == _head.c.uid) & (_first.c.revision == 1))
            .join(_classes, _classes.c.key == _first.c.class_key)
            .where(
                _head.c.origin == Origin.MODEL.value,
                _head.c.model.is_not(None),
                # What a person deleted was rejected; what a machine did was replaced.
                live | _head.c.machine.is_(False),
            )
            .group_by(_head.c.model, class_key)
            .order_by(_head.c.model, class_key)
        )
        return [ModelResult(*row) for row in self._connection.execute(statement)]
