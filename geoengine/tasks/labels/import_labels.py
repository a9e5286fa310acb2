"""Import of labels into a scene: bad features are listed, and no edit is overwritten."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from geoengine.exchange.geojson import ImportedFeature, Problem, read_geojson
from geoengine.model import Changeset, ChangesetResult, CreateFeature, Feature, FeatureState, Origin, Scene
from geoengine.model.geometry import geometry_array
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.errors import ConflictError
from geoengine.tasks.labels.write_labels import write_labels
from tiling.grid.raster_grid import RasterGrid

log = logging.getLogger(__name__)

# What a file with nine decimals of a degree and back may move a vertex by, with room to spare: a hundredth of a pixel.
SAME_PX = 0.01
# Decimals of a pixel that go into the name of a polygon without one.
NAME_DIGITS = 3


@dataclass(frozen=True)
class ImportReport:
    """Result of an import.

    Attributes:
        added: Features that went in.
        known: Features that were there already, the same or, made by an earlier import, edited since.
        problems: What was left out and why.
        changeset: Number of the changeset; None where nothing went in.
    """

    added: int
    known: int
    problems: tuple[Problem, ...]
    changeset: int | None


def import_labels(
    project: Project,
    store: Store,
    scene: Scene,
    path: Path,
    *,
    author: str,
    state: FeatureState | None = None,
    class_property: str = "class",
    default_class: str | None = None,
) -> ImportReport:
    """Read a GeoJSON file into a scene.

    All good features go in as one changeset. The same file twice is in the scene once: a feature without a uid is
    named after the scene, its class and its polygon. One whose uid the scene has is left alone where both agree; where
    they differ it is a problem, for the file does not know what was done since it was written.

    Args:
        project: The project; the scene's labels file is rewritten.
        store: Its store.
        scene: Where the polygons go; those that miss its extent are problems.
        path: The file.
        author: Whose name the changeset carries.
        state: Of every feature; None takes what the file says, and accepted where it says nothing.
        class_property: The property that names the class.
        default_class: Of features that name none; None makes them problems.

    Raises:
        ExchangeError: The file as a whole cannot be read.
        StoreError: The database cannot be written; nothing went in.
    """
    with store.reading() as view:
        keys = [label_class.key for label_class in view.classes()]
    report = read_geojson(
        path, scene.grid, classes=keys, class_property=class_property, default_class=default_class
    )
    with store.reading() as view:
        snapshot = view.snapshot(scene.id, include_deleted=True)
        existing = {feature.uid: feature for feature in snapshot.features}
    names = derived_uids(scene, report.features)
    problems = list(report.problems)
    creates: dict[str, CreateFeature] = {}
    origin: dict[str, str] = {}
    known = 0
    for feature, name in zip(report.features, names, strict=True):
        wanted = state or feature.state or FeatureState.ACCEPTED
        uid = feature.uid or name
        if feature.uid in existing:
            difference = differs(existing[uid], feature, state or feature.state, scene.grid)
            if difference:
                problems.append(Problem(feature.index, uid, difference))
            else:
                known += 1
        elif name in existing:
            known += 1
        elif uid in creates:
            problems.append(
                Problem(feature.index, None, "is the same polygon of the same class as another in the file")
            )
        else:
            creates[uid] = CreateFeature(
                uid=uid,
                class_key=feature.class_key,
                geometry=feature.geometry,
                state=wanted,
                score=feature.score,
                origin=Origin.IMPORT,
                attributes=feature.attributes,
            )
            origin[uid] = name
    result = _commit(store, scene, creates, origin, author, f"import of {path.name}") if creates else None
    if result is not None:
        _write_back(project, store, scene)
    problems.sort(key=lambda problem: problem.index)
    return ImportReport(len(creates), known, tuple(problems), result.id if result else None)


def _write_back(project: Project, store: Store, scene: Scene) -> None:
    """Rewrite the scene's label file; a failure is a warning, for the labels are safe in the store."""
    try:
        write_labels(project, store, scene)
    except OSError as error:
        log.warning(
            "the labels went in, but %s could not be rewritten (%s); geoengine serve does it when it starts",
            project.labels_path(scene.key),
            error.strerror or error,
        )


def derived_uids(scene: Scene, features: Sequence[ImportedFeature]) -> list[str]:
    """Return a uid for each feature, derived from scene, class and polygon (to a thousandth of a pixel)."""
    pixels = scene.grid.world_polygons_to_pixel(geometry_array([feature.geometry for feature in features]))
    rounded = shapely.normalize(shapely.transform(pixels, _round))
    namespace = uuid.uuid5(uuid.NAMESPACE_OID, f"{scene.key} {scene.content_hash}")
    return [
        uuid.uuid5(namespace, f"{feature.class_key} {shapely.to_wkb(polygon, hex=True)}").hex
        for feature, polygon in zip(features, rounded, strict=True)
    ]


def differs(
    there: Feature, feature: ImportedFeature, state: FeatureState | None, grid: RasterGrid
) -> str | None:
    """Return how a feature of the file differs from the one of its uid in the scene, or None."""
    if there.deleted:
        return "was deleted in the project since the file was written"
    what = []
    if there.class_key != feature.class_key:
        what.append(f"its class is {there.class_key!r}, the file's is {feature.class_key!r}")
    if state is not None and there.state != state:
        what.append(f"its state is {str(there.state)!r}, the file's is {str(state)!r}")
    both = grid.world_polygons_to_pixel(geometry_array([there.geometry, feature.geometry]))
    if shapely.hausdorff_distance(*both) > SAME_PX:
        what.append("its polygon is another")
    if not what:
        return None
    return (
        f"is in the project already and differs ({'; '.join(what)}): the project's stays, edit it on the map"
    )


def _round(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # Adding zero turns -0.0 into 0.0, whose bytes are others.
    return np.round(xy, NAME_DIGITS) + 0.0


def _commit(
    store: Store,
    scene: Scene,
    creates: Mapping[str, CreateFeature],
    names: Mapping[str, str],
    author: str,
    comment: str,
) -> ChangesetResult:
    """Commit the features; those whose uid is taken by another scene get a new one."""

    def attempt(edits: Sequence[CreateFeature]) -> ChangesetResult:
        return store.commit(Changeset(uuid.uuid4().hex, scene.id, author, tuple(edits), comment))

    try:
        return attempt(list(creates.values()))
    except ConflictError as error:
        taken = {conflict.uid for conflict in error.conflicts if conflict.current.scene_id != scene.id}
        if not taken or len(taken) != len(error.conflicts):
            raise
        return attempt(
            [replace(edit, uid=names[uid]) if uid in taken else edit for uid, edit in creates.items()]
        )
