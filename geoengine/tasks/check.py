"""Check of a project's database: damaged rows are named, taken out or restored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from geoengine.errors import GeoEngineError, NotFoundError, StoreError
from geoengine.exchange.geojson import read_geojson
from geoengine.model import Confidence, Feature, FeatureState, Origin
from geoengine.model.damage import DamagedFeature, DamagedScene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.view import StoreView
from geoengine.tasks.scenes.open_scene import open_recorded
from tiling.display.stretch import Stretch, compute_stretch
from tiling.errors import TilingError
from tiling.grid.raster_grid import RasterGrid


class Remedy(StrEnum):
    """Remedy for damaged rows."""

    NONE = "none"
    REMOVE = "remove"
    RESTORE = "restore"


@dataclass(frozen=True)
class Finding:
    """Damage, and what was done about it.

    Attributes:
        what: The row, and what is wrong with it.
        done: What was done, completing "it …"; None where the damage is still there.
        hint: What can be done, completing "it …"; None where something was done.
    """

    what: str
    done: str | None = None
    hint: str | None = None


def check_project(project: Project, store: Store, remedy: Remedy, author: str) -> list[Finding]:
    """Read every row of the database, and treat those that are damaged.

    Args:
        project: The project.
        store: Its store.
        remedy: What to do with damaged rows.
        author: Who the new revisions are by.

    Returns:
        What is damaged, the file first, then scenes, features and history.
    """
    with store.reading() as view:
        damage = view.damage()
    copy = "put back a copy of the database"
    found = [
        Finding(f"{project.database_path}: {line}", hint=f"can only be replaced: {copy}")
        for line in damage.file
    ]
    found += [_scene(project, store, scene, remedy) for scene in damage.scenes]
    found += [_feature(project, store, feature, remedy, author) for feature in damage.features]
    found += [
        Finding(
            f"feature {uid} has {number} revision{'s' if number > 1 else ''} in its history that cannot be read",
            hint="is left as it is, for history only grows; the feature itself is sound",
        )
        for uid, number in damage.revisions.items()
    ]
    return found


def _scene(project: Project, store: Store, scene: DamagedScene, remedy: Remedy) -> Finding:
    if remedy is not Remedy.RESTORE:
        return Finding(
            str(scene), hint="can be restored from its raster with --restore; it is never taken out"
        )

    def read_raster(uri: str, reading: Mapping[str, Any]) -> tuple[RasterGrid, Stretch]:
        with open_recorded(project, scene.key, uri, reading) as raster:
            return raster.grid, compute_stretch(raster)

    try:
        store.restore_scene(scene.id, read_raster)
    except (GeoEngineError, TilingError) as error:
        return Finding(str(scene), hint=f"cannot be restored from its raster: {error}")
    return Finding(str(scene), done="was restored from its raster")


def _feature(project: Project, store: Store, damaged: DamagedFeature, remedy: Remedy, author: str) -> Finding:
    what = f"feature {damaged.uid} {damaged.reason}"
    if remedy is Remedy.NONE:
        return Finding(what, hint="can be restored with --restore, or taken out with --remove")
    try:
        if remedy is Remedy.REMOVE:
            store.take_out(damaged.uid, author)
            return Finding(what, done="was taken out")
        with store.reading() as view:
            found = _sound_version(project, view, damaged)
        if found is None:
            return Finding(
                what, hint="is neither in its history nor in the label file; --remove takes it out"
            )
        feature, origin = found
        store.restore_damaged(feature, author, f"restored by geoengine check from {origin}")
    except StoreError as error:
        return Finding(what, hint=f"is left as it is: {error}")
    return Finding(what, done=f"was restored from {origin}")


def _sound_version(project: Project, view: StoreView, damaged: DamagedFeature) -> tuple[Feature, str] | None:
    """Return the feature as its history or the label file has it, and which of them."""
    found = view.readable_revision(damaged.uid)
    if found is not None and found[1]:
        return found[0], "its history"
    listed = _in_label_file(project, view, damaged)
    if listed is not None:
        return listed, "the label file"
    return None if found is None else (found[0], f"its history, as it was in revision {found[0].revision}")


def _in_label_file(project: Project, view: StoreView, damaged: DamagedFeature) -> Feature | None:
    try:
        scene = view.scene(damaged.scene_id)
        report = read_geojson(project.labels_path(scene.key), scene.grid)
    except (GeoEngineError, NotFoundError):
        return None
    known = {label_class.key for label_class in view.classes()}
    for one in report.features:
        if one.uid == damaged.uid and one.class_key in known:
            attributes = dict(one.attributes)
            return Feature(
                uid=damaged.uid,
                scene_id=damaged.scene_id,
                class_key=one.class_key,
                geometry=one.geometry,
                state=one.state or FeatureState.PROPOSED,
                score=one.score,
                revision=1,
                origin=Origin.IMPORT,
                model=None,
                author="-",
                time="-",
                attributes=attributes,
                unsure=bool(one.unsure),
                note=one.note or "",
                confidence=one.confidence or Confidence.UNSTATED,
            )
    return None
