"""Names of imported labels that have no uid: the same geometry of the same class is the same object, in any file."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
import shapely

from geoengine.exchange.geojson import ImportedFeature
from geoengine.model import Scene
from geoengine.model.geometry import geometry_array
from geoengine.store import Store
from geoengine.store.view import StoreView
from tiling.grid.raster_grid import RasterGrid

# Decimals of a pixel that go into the name of a geometry.
NAME_DIGITS = 3
# The two upper bits of the digit that holds the variant of a UUID are 10.
_VARIANT = {f"{digit:x}": f"{digit & 3 | 8:x}" for digit in range(16)}


class Standing(Enum):
    """Why a label gets no name."""

    KNOWN = "the project has it"
    REPEATED = "is the same geometry of the same class as another in the file"


@dataclass
class _Open:
    """A label that has no name yet.

    Attributes:
        index: Number in the call.
        class_key: Its class in the project.
        outline: Its geometry, as text.
        own: The uid that its file gives it, or None.
    """

    index: int
    class_key: str
    outline: str
    own: str | None


class ImportNames:
    """Uids of the labels that one import creates.

    A uid is made of the grid of the scene, the geometry to a thousandth of a pixel, and a number. Of these nothing
    changes when a scene or a class is renamed, or a scene is read from another file. The number is 0 where the
    geometry is new; those of several classes, or of scenes with the same grid, have 0, 1, 2, … A label is in the
    project where one of these objects lies in its scene and has, or once had, its class.
    """

    def __init__(self, store: Store) -> None:
        """Begin with no names."""
        self._store = store
        self._taken: dict[bytes, tuple[int, str]] = {}  # by uid: scene and class
        self._same: dict[tuple[int, str], tuple[int, str]] = {}  # one tuple for each scene and class
        self._empty: dict[int, bool] = {}  # by scene: whether it has never had a feature

    def find(
        self, scene: Scene, features: Sequence[ImportedFeature], own: Sequence[str | None]
    ) -> list[str | Standing]:
        """Return for each label the uid to create it with, or why it is not to be created.

        Args:
            scene: The scene.
            features: Labels that are placed in it.
            own: For each the uid that its file gives it and no other object has, or None.
        """
        outlines = _outlines(scene.grid, [feature.geometry for feature in features])
        found: list[str | Standing] = [Standing.KNOWN] * len(features)
        rest = [
            _Open(index, feature.class_key, outline, uid)
            for index, (feature, outline, uid) in enumerate(zip(features, outlines, own, strict=True))
        ]
        with self._store.reading() as view:
            if scene.id not in self._empty:
                self._empty[scene.id] = not view.last_changeset(scene.id)
            in_parts = self._known_in_parts(view, scene, features)
            rest = [label for label in rest if label.index not in in_parts]
            for number in itertools.count():
                rest = self._numbered(view, scene, rest, number, found)
                if not rest:
                    break
        return found

    def _known_in_parts(self, view: StoreView, scene: Scene, features: Sequence[ImportedFeature]) -> set[int]:
        """Return the MultiPolygons whose parts are all in the project: imported with them split."""
        if self._empty[scene.id]:
            return set()
        several = [
            index
            for index, one in enumerate(features)
            if one.uid is None and one.geometry.geom_type == "MultiPolygon"
        ]
        found: set[int] = set()
        space = _namespace(scene.grid)
        for index in several:
            feature = features[index]
            names = [
                _name(space, f"0 {text}")
                for text in _outlines(scene.grid, list(shapely.get_parts(feature.geometry)))
            ]
            heads = view.heads(names)
            had = view.classes_had(list(heads))
            if all(
                name in heads and heads[name].scene_id == scene.id and feature.class_key in had[name]
                for name in names
            ):
                found.add(index)
        return found

    def _numbered(
        self, view: StoreView, scene: Scene, labels: list[_Open], number: int, found: list[str | Standing]
    ) -> list[_Open]:
        """Try one number; return the labels whose geometry has it in another scene or class."""
        space = _namespace(scene.grid)
        names = [_name(space, f"{number} {label.outline}") for label in labels]
        heads = view.heads(names)
        other = [
            name
            for label, name in zip(labels, names, strict=True)
            if name in heads and heads[name].class_key != label.class_key
        ]
        had = view.classes_had(other)
        free = [label for label, name in zip(labels, names, strict=True) if name not in heads]
        old: dict[int, str] = {}
        if not self._empty[scene.id]:
            old = dict(zip((label.index for label in free), earlier_names(scene, free), strict=True))
        known = {uid for uid, head in view.heads(list(old.values())).items() if head.scene_id == scene.id}
        rest = []
        for label, name in zip(labels, names, strict=True):
            head = heads.get(name)
            if head is None:
                if old.get(label.index) in known:
                    continue
                standing = self._take(scene, label, name)
            else:
                is_same = head.class_key == label.class_key or label.class_key in had.get(name, ())
                standing = Standing.KNOWN if is_same and head.scene_id == scene.id else None
            if standing is None:
                rest.append(label)
            else:
                found[label.index] = standing
        return rest

    def _take(self, scene: Scene, label: _Open, name: str) -> str | Standing | None:
        """Take a name that the project lacks; None where another label of this import has it."""
        key = (scene.id, label.class_key)
        key = self._same.setdefault(key, key)
        taken = self._taken.get(bytes.fromhex(name))
        if taken is not None:
            return Standing.REPEATED if taken == key else None
        self._taken[bytes.fromhex(name)] = key
        if label.own is None:
            return name
        own = label.own.encode()
        if own in self._taken:  # it goes into another scene as well
            return name
        self._taken[own] = key
        return label.own


def earlier_names(scene: Scene, labels: Sequence[_Open]) -> list[str]:
    """Return the uids that earlier versions gave: of the scene's key and file, the class and the geometry."""
    space = uuid.uuid5(uuid.NAMESPACE_OID, f"{scene.key} {scene.content_hash}")
    return [_name(space, f"{label.class_key} {label.outline}") for label in labels]


def _name(space: uuid.UUID, text: str) -> str:
    """Return ``uuid.uuid5(space, text).hex`` (RFC 9562, 5.5) in a quarter of its time."""
    digest = hashlib.sha1(space.bytes + text.encode(), usedforsecurity=False).hexdigest()
    return f"{digest[:12]}5{digest[13:16]}{_VARIANT[digest[16]]}{digest[17:32]}"


def _namespace(grid: RasterGrid) -> uuid.UUID:
    numbers = " ".join(map(repr, (*grid.transform.to_gdal(), grid.width, grid.height)))
    return uuid.uuid5(uuid.NAMESPACE_OID, f"geoengine import {numbers} {grid.crs_wkt}")


def _outlines(grid: RasterGrid, geometries: Sequence[shapely.Geometry]) -> list[str]:
    """Return each geometry in pixels, rounded and with one order of its vertices, as text; a line keeps its own."""
    pixels = grid.world_polygons_to_pixel(geometry_array(geometries))
    rounded = shapely.transform(pixels, _round)
    areal = shapely.get_dimensions(rounded) == 2
    rounded[areal] = shapely.normalize(rounded[areal])
    return [str(text) for text in shapely.to_wkb(rounded, hex=True)]


def _round(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # Adding zero turns -0.0 into 0.0, whose bytes are others.
    return np.round(xy, NAME_DIGITS) + 0.0
