"""The rule that the geometry of an object fits its class, at its one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import InvalidGeometryError, InvalidValueError
from geoengine.model import CreateFeature, DeleteFeature, Edit, Feature, GeometryKind, RestoreFeature
from geoengine.model.geometry import geometry_array
from geoengine.model.geometry_kind import fit_faults, fitted
from geoengine.store import tables

_head, _classes = tables.features, tables.classes
_CHUNK = 5000


def geometry_kinds(connection: Connection) -> dict[str, GeometryKind]:
    """Return the kind of each class, retired ones among them."""
    rows = connection.execute(sa.select(_classes.c.key, _classes.c.geometry))
    return {key: GeometryKind(kind) for key, kind in rows}


def check_fits(connection: Connection, edits: Sequence[Edit], features: Sequence[Feature]) -> None:
    """Check that the features that edits make fit their classes, where geometry or class are touched.

    Args:
        connection: An open transaction.
        edits: The edits.
        features: What each of them makes.

    Raises:
        InvalidGeometryError: One does not fit; it names the edit.
    """
    for index, fault in unfit(geometry_kinds(connection), edits, features):
        edit, feature = edits[index], features[index]
        gives = not isinstance(edit, DeleteFeature) and edit.geometry is not None
        field = f"edits[{index}].{'geometry' if gives else 'class'}"
        what = "" if gives else f" is {feature.class_key!r}, but its geometry"
        raise InvalidGeometryError(f"{field} of feature {feature.uid}{what} {fault}", field)


def unfit(
    kinds: Mapping[str, GeometryKind], edits: Sequence[Edit], features: Sequence[Feature]
) -> Iterator[tuple[int, str]]:
    """Yield the edits whose features do not fit their classes, with the ends of sentences about the geometries."""
    asked = [index for index, edit in enumerate(edits) if _touches(edit)]
    geometries = [features[index].geometry for index in asked]
    wanted = [kinds[features[index].class_key] for index in asked]
    for index, kind, fault in zip(asked, wanted, fit_faults(geometries, wanted), strict=True):
        if fault is not None:
            yield index, f"{fault}: class {features[index].class_key!r} is of {kind.plural}"


def check_have_areas(keys: Iterable[str], kinds: Mapping[str, GeometryKind]) -> None:
    """Check that polygons can be proposed for some classes; a class that is not there is taken for one of polygons.

    Raises:
        InvalidGeometryError: One is of lines or points.
    """
    for key in keys:
        kind = kinds.get(key, GeometryKind.POLYGON)
        if not kind.has_area:
            raise InvalidGeometryError(
                f"class {key!r} is of {kind.plural}, expected one of polygons or boxes: models propose polygons",
                "class_keys",
            )


def fitting(creates: Sequence[CreateFeature], kinds: Mapping[str, GeometryKind]) -> list[CreateFeature]:
    """Return new objects of valid polygons as the kinds of their classes: boxes where these are of boxes."""
    made = list(creates)
    for kind in {kinds[create.class_key] for create in creates} - {GeometryKind.POLYGON}:
        mine = [index for index, create in enumerate(creates) if kinds[create.class_key] is kind]
        outlines, changed = fitted(geometry_array([creates[index].geometry for index in mine]), kind)
        for place in np.flatnonzero(changed).tolist():
            made[mine[place]] = replace(creates[mine[place]], geometry=outlines[place])
    return made


def check_labels(
    connection: Connection, keys: Sequence[str], kind: GeometryKind, into: str | None = None
) -> None:
    """Check that every object of some classes fits a kind, deleted ones too, for they may come back.

    Args:
        connection: An open transaction.
        keys: The classes.
        kind: The kind that they, or the class that takes their objects, are to have.
        into: That class; None where they are themselves to have the kind.

    Raises:
        InvalidValueError: Some do not fit; it says how many.
    """
    kinds = geometry_kinds(connection)
    for key in keys:
        if key not in kinds or kind.holds_all_of(kinds[key]):
            continue
        live, deleted = _count_unfit(connection, key, kind)
        if live or deleted:
            also = f" ({deleted:,} of them deleted)" if deleted else ""
            aim = "be of" if into is None else f"be merged into {into!r}, which is of"
            raise InvalidValueError(
                f"class {key!r} cannot {aim} {kind.plural}: {live + deleted:,} of its objects{also} are no "
                f"{kind.plural}, expected all to be",
                "geometry" if into is None else "into",
            )


def _count_unfit(connection: Connection, key: str, kind: GeometryKind) -> tuple[int, int]:
    """Return how many live and how many deleted objects of a class are not of a kind; damaged rows are none."""
    statement = sa.select(_head.c.geometry, _head.c.deleted).where(_head.c.class_key == key)
    counts = {False: 0, True: 0}
    result = connection.execute(statement, execution_options={"yield_per": _CHUNK})
    for rows in result.partitions():
        read = shapely.from_wkb([row.geometry for row in rows], on_invalid="ignore")
        sound = [(one, row.deleted) for one, row in zip(read, rows, strict=True) if one is not None]
        faults = fit_faults([one for one, _ in sound], [kind] * len(sound))
        for (_, deleted), fault in zip(sound, faults, strict=True):
            counts[bool(deleted)] += fault is not None
    return counts[False], counts[True]


def _touches(edit: Edit) -> bool:
    """Return whether an edit gives an object a geometry, or a class."""
    if isinstance(edit, DeleteFeature):
        return False
    return (
        isinstance(edit, CreateFeature | RestoreFeature)
        or edit.geometry is not None
        or edit.class_key is not None
    )
