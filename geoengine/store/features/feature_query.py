"""Selection of features as conditions of SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geoengine.model import EVERYTHING, AttributeCondition, Bounds, FeatureFilter
from geoengine.model.checks import check_bbox
from geoengine.store import tables

_head = tables.features
_index = tables.spatial_index


@dataclass(frozen=True)
class FeatureQuery:
    """Selection of features of a scene.

    Attributes:
        scene_id: The scene.
        bbox: A box that the features' own boxes meet; None for the whole scene.
        keep: The filter.
        include_deleted: Whether deleted features count too.
        sweeps: Whether to go through all live features of the scene and not through the R*Tree, which is faster for
            a bbox that covers much of it.
    """

    scene_id: int
    bbox: Bounds | None = None
    keep: FeatureFilter = EVERYTHING
    include_deleted: bool = False
    sweeps: bool = False

    def __post_init__(self) -> None:
        """Check the values."""
        if self.bbox is not None:
            check_bbox(self.bbox)

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Return the conditions of the WHERE clause."""
        scene_id: sa.ColumnElement[int] = _head.c.scene_id
        if self.bbox is not None and not self.sweeps:
            # The R*Tree knows the scene. With `+ 0` SQLite cannot pick the scene's own index in its place and
            # go through all of the scene.
            scene_id = scene_id + 0
        found: list[sa.ColumnElement[bool]] = [scene_id == self.scene_id]
        if self.sweeps:
            # By the order of changes, nearly that of the table. SQLite would go by state or by score, from one end
            # of the table to the other and back; it cannot with `+ 0`.
            found.append(_head.c.changeset_id > 0)
            found.append(sa.type_coerce(_head.c.deleted, sa.Integer) + 0 == 0)
        elif not self.include_deleted:
            found.append(_head.c.deleted.is_(False))
        found.extend(filter_conditions(self.keep))
        if self.bbox is not None:
            found.extend(self._in_box(*self.bbox))
        return found

    def _in_box(self, minx: float, miny: float, maxx: float, maxy: float) -> Iterator[sa.ColumnElement[bool]]:
        if not (self.include_deleted or self.sweeps):  # the index holds live features only
            near = sa.select(_index.c.id).where(
                _index.c.minscene <= self.scene_id,
                _index.c.maxscene >= self.scene_id,
                _index.c.minx <= maxx,
                _index.c.maxx >= minx,
                _index.c.miny <= maxy,
                _index.c.maxy >= miny,
            )
            yield _head.c.id.in_(near)
        # The index keeps float32, rounded outwards: half a metre at UTM northings. Check the exact box too.
        yield _head.c.minx <= maxx
        yield _head.c.maxx >= minx
        yield _head.c.miny <= maxy
        yield _head.c.maxy >= miny


def filter_conditions(keep: FeatureFilter) -> Iterator[sa.ColumnElement[bool]]:
    """Yield the conditions that a filter adds to a WHERE clause over `features`."""
    for column, wanted in (
        (_head.c.state, keep.states),
        (_head.c.class_key, keep.classes),
        (_head.c.model, keep.models),
        (_head.c.author, keep.authors),
        (_head.c.confidence, keep.confidences),
    ):
        if wanted is not None:
            yield column.in_(wanted)
    if keep.min_score is not None:
        yield _head.c.score.is_(None) | (_head.c.score >= keep.min_score)
    if keep.max_score is not None:
        yield _head.c.score.is_(None) | (_head.c.score <= keep.max_score)
    if keep.since is not None:
        yield _head.c.time >= keep.since
    if keep.until is not None:
        yield _head.c.time < keep.until
    if keep.scored:
        yield _head.c.score.is_not(None)
    if keep.incomplete is not None:
        lacks = _lacks_required()
        yield lacks if keep.incomplete else ~lacks
    if keep.attribute is not None:
        yield _meets(keep.attribute)
    if keep.unsure is not None:
        yield _head.c.unsure.is_(keep.unsure)
    if keep.noted is not None:
        yield _head.c.note != "" if keep.noted else _head.c.note == ""


def _readable_attributes() -> sa.ColumnElement[Any]:
    """Return the attributes as JSON; one damaged row must not end the query: what cannot be read has none."""
    return sa.case((sa.func.json_valid(_head.c.attributes) == 1, _head.c.attributes), else_="{}")


def _meets(condition: AttributeCondition) -> sa.ColumnElement[bool]:
    """Return the condition on an attribute, as `AttributeCondition.accepts` has it."""
    path = f'$."{condition.key}"'
    value = sa.func.json_extract(_readable_attributes(), path)
    kind = sa.func.coalesce(sa.func.json_type(_readable_attributes(), path), "null")
    is_text = kind == "text"
    if condition.equals is not None:
        if isinstance(condition.equals, bool):
            return kind == ("true" if condition.equals else "false")
        return is_text & (value == condition.equals)
    if condition.contains is not None:
        return is_text & (sa.func.instr(sa.func.casefold(value), condition.contains.casefold()) > 0)
    if condition.minimum is not None or condition.maximum is not None:
        found: sa.ColumnElement[bool] = kind.in_(("integer", "real"))
        if condition.minimum is not None:
            found &= value >= condition.minimum
        if condition.maximum is not None:
            found &= value <= condition.maximum
        return found
    is_missing = (kind == "null") | (is_text & (value == ""))
    return is_missing if condition.missing else ~is_missing


def _lacks_required() -> sa.ColumnElement[bool]:
    """Return the condition that an attribute which the class requires is missing, or an empty text."""
    classes = tables.classes
    declared = sa.func.json_each(classes.c.attributes).table_valued("value", name="declared")
    of_json = sa.func.json_extract
    path = sa.literal('$."') + of_json(declared.c.value, "$.key") + '"'
    return sa.exists(
        sa.select(sa.literal(1))
        .select_from(classes.join(declared, sa.true()))  # SQLite evaluates json_each for each class
        .where(
            classes.c.key == _head.c.class_key,
            of_json(declared.c.value, "$.required") == 1,
            of_json(declared.c.value, "$.retired") == 0,
            sa.func.coalesce(of_json(_readable_attributes(), path), "") == "",
        )
        .correlate(_head)
    )
