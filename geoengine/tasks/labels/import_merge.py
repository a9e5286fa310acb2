"""Three-way merge of a label of a file with the project's: by uid, and by the revision that the file is based on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from geoengine.exchange.geojson import ImportedFeature
from geoengine.exchange.geojson.names import RESERVED, SAID
from geoengine.model import Confidence, CreateFeature, Feature, FeatureState, Origin, UpdateFeature
from geoengine.model.geometry import geometry_array
from tiling.arrays import Floats, Geometries
from tiling.grid.raster_grid import RasterGrid

# What a file with nine decimals of a degree and back may move a vertex by, with room to spare: a hundredth of a pixel.
SAME_PX = 0.01
_LINE = shapely.GeometryType.LINESTRING


@dataclass(frozen=True)
class ProjectFeature:
    """Feature of the project with a uid of the file, and the revision that the file is based on, or None."""

    head: Feature
    base: Feature | None

    @classmethod
    def of(cls, feature: ImportedFeature, head: Feature, recorded: Feature | None) -> ProjectFeature:
        """Return what the project has of a uid; the base is the head where the file has its revision."""
        return cls(head, head if feature.revision == head.revision else recorded)


@dataclass(frozen=True)
class Decision:
    """Decision on one label of the file: an edit, a reason to leave it out, or neither where it is known.

    Attributes:
        feature: The label.
        edit: The edit, or None.
        problem: Why it is left out, completing "feature 3 …", or None.
        is_newer: True where only the project changed the object since the file was written.
    """

    feature: ImportedFeature
    edit: CreateFeature | UpdateFeature | None = None
    problem: str | None = None
    is_newer: bool = False


def created(feature: ImportedFeature, uid: str, state: FeatureState | None) -> CreateFeature:
    """Return the edit that makes a label a new object.

    Its author is who imports it. Who made it in the project that it comes from is kept in its attributes; what they say
    of a project before that one holds as long as nobody has changed the object there.
    """
    attributes = feature.attributes
    if feature.maker and ((feature.revision or 1) > 1 or not feature.maker.keys() & attributes.keys()):
        attributes = {**attributes, **feature.maker}
    return CreateFeature(
        uid=uid,
        class_key=feature.class_key,
        geometry=feature.geometry,
        state=state or feature.state or FeatureState.ACCEPTED,
        score=feature.score,
        origin=Origin.IMPORT,
        model=feature.model,
        attributes=attributes,
        unsure=bool(feature.unsure),
        note=feature.note or "",
        confidence=feature.confidence or Confidence.UNSTATED,
    )


def merged(
    feature: ImportedFeature,
    known: ProjectFeature,
    state: FeatureState | None,
    grid: RasterGrid,
    keeps_types: bool,
    is_moved: bool | None = None,
) -> Decision:
    """Decide about a label whose uid the project has.

    Args:
        feature: The label, placed in the scene.
        known: What the project has.
        state: State of every label, or None for what the file says.
        grid: The scene's grid.
        keeps_types: False for formats that cut names or turn values into others: attributes are not compared.
        is_moved: Whether the outline differs from the project's, where that is known already.
    """
    feature = feature if state is None else replace(feature, state=state)
    head, base = known.head, known.base
    if feature.revision is not None and feature.revision > head.revision:
        return Decision(
            feature,
            problem=f"has revision {feature.revision}, and the project is at {head.revision}: it is of another project",
        )
    if base is not None:
        changes = _changes(base, feature, grid, keeps_types, is_moved if base is head else None)
        if not changes.fields:
            return Decision(feature, is_newer=head.revision != base.revision)
        if head.revision == base.revision and not head.deleted:
            return Decision(feature, edit=_update(feature, head, changes))
    if head.deleted:
        return Decision(feature, problem="was deleted in the project since the file was written")
    differences = _changes(head, feature, grid, keeps_types, is_moved)
    if not differences.fields:
        return Decision(feature)
    why = "both changed it" if base is not None else "the file does not say on which revision it is based"
    return Decision(
        feature,
        problem=f"is in the project already and differs ({'; '.join(differences.texts)}): {why}, the project's stays",
    )


@dataclass(frozen=True)
class _Changes:
    """Fields of a label that differ from a revision, and how."""

    fields: frozenset[str]
    texts: tuple[str, ...]
    attributes: Mapping[str, Any]


def _changes(
    there: Feature,
    feature: ImportedFeature,
    grid: RasterGrid,
    keeps_types: bool,
    is_moved: bool | None,
) -> _Changes:
    found: dict[str, str] = {}
    if there.class_key != feature.class_key:
        found["class"] = f"its class is {there.class_key!r}, the file's is {feature.class_key!r}"
    if feature.state is not None and there.state != feature.state:
        found["state"] = f"its state is {str(there.state)!r}, the file's is {str(feature.state)!r}"
    if is_moved is None:
        [is_moved] = are_moved([there.geometry], [feature.geometry], grid)
    if is_moved:
        found["geometry"] = "its geometry is another"
    attributes = _changed_attributes(there.attributes, feature.attributes) if keeps_types else {}
    if attributes:
        found["attributes"] = f"its attributes {', '.join(sorted(attributes))} are others"
    if keeps_types:
        found |= _said_differently(there, feature)
    return _Changes(frozenset(found), tuple(found.values()), attributes)


def _said_differently(there: Feature, feature: ImportedFeature) -> dict[str, str]:
    """Return which marks, notes and confidences of the file differ, and how."""
    found = {}
    for name in SAID:
        given, was = getattr(feature, name), getattr(there, name)
        # A file from before there were notes has an attribute of that name there.
        if given is not None and given != was and (was or there.attributes.get(name) != given):
            found[name] = f"its {name} is {_text(was)}, the file's is {_text(given)}"
    return found


def _text(value: bool | str) -> str:
    return repr(str(value)) if isinstance(value, str) else str(value).lower()


def are_moved(
    there: Sequence[shapely.Geometry], given: Sequence[shapely.Geometry], grid: RasterGrid
) -> list[bool]:
    """Return for each pair of geometries whether they are apart somewhere, in pixels of the scene."""
    one, other = (grid.world_polygons_to_pixel(geometry_array(geometries)) for geometries in (there, given))
    apart = shapely.hausdorff_distance(one, other) > SAME_PX
    # The distance of corners alone misses a hole.
    resized = np.abs(shapely.area(one) - shapely.area(other)) > SAME_PX * np.maximum(
        shapely.length(one), shapely.length(other)
    )
    # A line that runs the other way is another one.
    lines = np.flatnonzero((shapely.get_type_id(one) == _LINE) & (shapely.get_type_id(other) == _LINE))
    turned = np.zeros(len(one), bool)
    starts = (shapely.get_point(lines_of[lines], 0) for lines_of in (one, other))
    turned[lines] = shapely.distance(*starts) > SAME_PX
    return [bool(moved) for moved in apart | resized | turned]


def _changed_attributes(there: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of the file that differ; a value that is missing there stays."""
    changed: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or name in RESERVED:  # reserved: of a file that lost the revision
            continue
        value = _nested(value, there.get(name))
        if value != there.get(name):
            changed[name] = value
    return changed


def _nested(given: Any, there: Any) -> Any:
    """Return a value that a table wrote as text, because it has no type for it, as it was; what is no JSON stays."""
    if isinstance(given, str) and isinstance(there, list | dict):
        try:
            return json.loads(given)
        except ValueError:
            return there
    return given


def _update(feature: ImportedFeature, head: Feature, changes: _Changes) -> UpdateFeature:
    return UpdateFeature(
        uid=head.uid,
        base_revision=head.revision,
        class_key=feature.class_key if "class" in changes.fields else None,
        geometry=feature.geometry if "geometry" in changes.fields else None,
        state=feature.state if "state" in changes.fields else None,
        attributes={**head.attributes, **changes.attributes} if changes.attributes else None,
        unsure=feature.unsure if "unsure" in changes.fields else None,
        note=feature.note if "note" in changes.fields else None,
        confidence=feature.confidence if "confidence" in changes.fields else None,
    )


def main_piece(pieces: Sequence[ImportedFeature], known: ProjectFeature | None, grid: RasterGrid) -> int:
    """Return which piece of a split object stays that object: the one that covers most of it, or lies nearest to it."""
    parts = geometry_array([piece.geometry for piece in pieces])
    if known is None:
        return int(np.argmax(_sizes(parts)))
    whole = (known.base or known.head).geometry
    if shapely.get_dimensions(whole) == 2:
        return int(np.argmax(shapely.area(shapely.intersection(parts, whole))))
    near = shapely.buffer(whole, SAME_PX * grid.transform.a)
    shares = shapely.length(shapely.intersection(parts, near))
    return int(np.argmax(shares) if shares.any() else np.argmin(shapely.distance(parts, whole)))


def _sizes(geometries: Geometries) -> Floats:
    """Return areas, of lines the lengths."""
    return np.where(
        shapely.get_dimensions(geometries) == 2, shapely.area(geometries), shapely.length(geometries)
    )
