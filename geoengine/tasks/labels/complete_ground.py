"""Complete ground of a project: what was seen of scenes that somebody said to be complete."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from pyproj import CRS

from geoengine.errors import ExchangeError
from geoengine.model import Completion, GroundCells, Scene
from geoengine.model.ground_cells import boxes_of
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.view import StoreView
from tiling.arrays import Geometries
from tiling.vectors import PolygonFile

_STEP_PX = 64
"""Longest edge, in pixels of the scene, that another CRS bends too little to matter."""


def only_complete(
    store: Store, scenes: Sequence[Scene], classes: Sequence[str] = (), *, are_named: bool
) -> tuple[list[Scene], list[str]]:
    """Return those of some scenes that are complete, and remarks on those that were before there were some classes.

    Args:
        store: The project's store.
        scenes: The scenes.
        classes: Keys of the classes for which they are to be complete; none for all of the project's.
        are_named: Whether they were asked for one by one, so that each has to be complete.

    Raises:
        ExchangeError: None is, or one that was named is not.
    """
    with store.reading() as view:
        complete = view.complete_scenes()
        wanted = classes or [label_class.key for label_class in view.classes()]
    missing = {scene.id: complete[scene.id].missing(wanted) for scene in scenes if scene.id in complete}
    found = [scene for scene in scenes if missing.get(scene.id) == ()]
    left = [scene.key for scene in scenes if scene not in found]
    if left and (are_named or not found):
        for_classes = f" for {', '.join(classes)}" if classes else ""
        raise ExchangeError(
            f"{len(left):,} of {len(scenes):,} scenes are not complete{for_classes} ({', '.join(left[:8])}"
            f"{' …' if len(left) > 8 else ''}), expected {'all' if are_named else 'one'} of them to be"
        )
    return found, [
        _left_out(scene, complete[scene.id], missing[scene.id]) for scene in scenes if missing.get(scene.id)
    ]


def complete_area(project: Project, class_key: str | None = None) -> tuple[PolygonFile, list[str]]:
    """Return the complete ground of a project as polygons, and remarks on scenes that are left out.

    A scene counts where it is complete for a class, or for all of the project's: it was not searched for objects of a
    class that came later.

    Args:
        project: The project.
        class_key: The class; None for all of the project's.

    Raises:
        ExchangeError: No scene is complete for that, or only some of them have a CRS.
    """
    with project.store() as store, store.reading() as view:
        wanted = [label_class.key for label_class in view.classes()] if class_key is None else [class_key]
        complete = view.complete_scenes()
        found, remarks = [], []
        for scene in view.scenes():
            if scene.id in complete:
                missing = complete[scene.id].missing(wanted)
                if missing:
                    remarks.append(_left_out(scene, complete[scene.id], missing))
                else:
                    found.append((scene.grid.crs, _ground(view, scene)))
    if not found:
        raise ExchangeError(
            f"{project.directory} has no scene that is complete for {', '.join(wanted) or 'any class'}, expected one: "
            "scenes are marked complete in the web page"
        )
    if len({crs is None for crs, _ in found}) > 1 or (found[0][0] is None and len(found) > 1):
        raise ExchangeError(
            f"the complete scenes of {project.directory} share no coordinate reference system, expected all of them to "
            "have one, or a single scene"
        )
    files = [_file(project, crs, polygons) for crs, polygons in found]
    if files[0].crs is None:
        return files[0], remarks
    wgs84 = CRS.from_epsg(4326)
    return _file(project, wgs84, np.concatenate([file.to_crs(wgs84).polygons for file in files])), remarks


def _ground(view: StoreView, scene: Scene) -> Geometries:
    """Return what was seen of a scene, in its CRS."""
    cells = GroundCells(scene.grid.width, scene.grid.height)
    boxes = np.array(boxes_of(view.seen_ground(scene.id)), float).reshape(-1, 4) * cells.side_px
    boxes[:, 2] = np.minimum(boxes[:, 2], scene.grid.width)
    boxes[:, 3] = np.minimum(boxes[:, 3], scene.grid.height)
    parts = shapely.get_parts(shapely.union_all(shapely.box(*boxes.T)))
    return scene.grid.pixel_polygons_to_world(shapely.segmentize(parts, _STEP_PX))


def _file(project: Project, crs: CRS | None, polygons: Geometries) -> PolygonFile:
    texts = np.full(len(polygons), "", object)
    return PolygonFile(project.directory, crs, polygons, texts, np.full(len(polygons), np.nan), texts, {})


def _left_out(scene: Scene, completion: Completion, missing: Sequence[str]) -> str:
    return (
        f"scene {scene.key} is left out: it was complete on {completion.time[:10]}, before the project had "
        f"{', '.join(missing)}"
    )
