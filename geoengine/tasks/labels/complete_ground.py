"""Complete ground of a project: what was seen of scenes and areas that somebody said to be complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from geoengine.errors import ExchangeError
from geoengine.model import Completion, GroundCells, Scene
from geoengine.model.ground_cells import boxes_of
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.view import StoreView
from tiling.arrays import Geometries, Mask
from tiling.grid.window import PixelWindow
from tiling.vectors import PolygonFile

_STEP_PX = 64
"""Longest edge, in pixels of the scene, that another CRS bends too little to matter."""


@dataclass(frozen=True)
class CompletePart:
    """A scene that is complete, or of which areas are.

    Attributes:
        scene: The scene.
        areas: Windows of the areas, in pixels of the scene; None where all of it is complete.
    """

    scene: Scene
    areas: tuple[PixelWindow, ...] | None


def areas_of(parts: Sequence[CompletePart]) -> dict[str, tuple[PixelWindow, ...]]:
    """Return the areas of scenes that are not complete as a whole, by the key of the scene."""
    return {part.scene.key: part.areas for part in parts if part.areas is not None}


def only_complete(
    store: Store, scenes: Sequence[Scene], classes: Sequence[str] = (), *, are_named: bool
) -> tuple[list[CompletePart], list[str]]:
    """Return what of some scenes is complete, and remarks on what was before there were some classes.

    Args:
        store: The project's store.
        scenes: The scenes.
        classes: Keys of the classes for which they are to be complete; none for all of the project's.
        are_named: Whether they were asked for one by one, so that something of each has to be complete.

    Raises:
        ExchangeError: None is, or one that was named is not.
    """
    with store.reading() as view:
        complete = view.complete_parts()
        wanted = classes or [label_class.key for label_class in view.classes()]
    found: list[CompletePart] = []
    remarks: list[str] = []
    for scene in scenes:
        said = complete.get(scene.id, ())
        held = [one for one in said if not one.missing(wanted)]
        if held:
            areas = tuple(one.area for one in held if one.area is not None)
            found.append(CompletePart(scene, areas if len(areas) == len(held) else None))
        elif said:
            remarks.append(_left_out(scene, said[0], said[0].missing(wanted)))
    left = [scene.key for scene in scenes if scene not in [part.scene for part in found]]
    if left and (are_named or not found):
        for_classes = f" for {', '.join(classes)}" if classes else ""
        raise ExchangeError(
            f"{len(left):,} of {len(scenes):,} scenes are not complete{for_classes} ({', '.join(left[:8])}"
            f"{' …' if len(left) > 8 else ''}), expected {'all' if are_named else 'one'} of them to be"
        )
    remarks += [
        f"of scene {part.scene.key} only the {len(part.areas):,} complete "
        f"{'area is' if len(part.areas) == 1 else 'areas are'} taken"
        for part in found
        if part.areas is not None
    ]
    return found, remarks


def complete_area(project: Project, class_key: str | None = None) -> tuple[PolygonFile, list[str]]:
    """Return the complete ground of a project as polygons, and remarks on scenes that are left out.

    A scene or an area counts where it is complete for a class, or for all of the project's: it was not searched for
    objects of a class that came later.

    Args:
        project: The project.
        class_key: The class; None for all of the project's.

    Raises:
        ExchangeError: Nothing is complete for that, or only some of them have a CRS.
    """
    with project.store() as store, store.reading() as view:
        wanted = [label_class.key for label_class in view.classes()] if class_key is None else [class_key]
        complete = view.complete_parts()
        found, remarks = [], []
        for scene in view.scenes():
            said = complete.get(scene.id, ())
            held = [one for one in said if not one.missing(wanted)]
            if held:
                found.append((scene.grid.crs, _ground(view, scene, held)))
            elif said:
                remarks.append(_left_out(scene, said[0], said[0].missing(wanted)))
    if not found:
        raise ExchangeError(
            f"{project.directory} has no scene that is complete for {', '.join(wanted) or 'any class'}, expected one: "
            "scenes and areas are marked complete in the web page or by geoengine scenes complete"
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


def _ground(view: StoreView, scene: Scene, held: Sequence[Completion]) -> Geometries:
    """Return the ground of a scene for which completions hold, in its CRS."""
    cells, seen = GroundCells(scene.grid.width, scene.grid.height), view.seen_ground(scene.id)
    complete: Mask = np.logical_or.reduce([one.ground(cells, seen) for one in held])
    boxes = np.array(boxes_of(complete), float).reshape(-1, 4) * cells.side_px
    boxes[:, 2] = np.minimum(boxes[:, 2], scene.grid.width)
    boxes[:, 3] = np.minimum(boxes[:, 3], scene.grid.height)
    parts = shapely.get_parts(shapely.union_all(shapely.box(*boxes.T)))
    return scene.grid.pixel_polygons_to_world(shapely.segmentize(parts, _STEP_PX))


def _file(project: Project, crs: CRS | None, polygons: Geometries) -> PolygonFile:
    texts = np.full(len(polygons), "", object)
    return PolygonFile(project.directory, crs, polygons, texts, np.full(len(polygons), np.nan), texts, {})


def _left_out(scene: Scene, completion: Completion, missing: Sequence[str]) -> str:
    return (
        f"scene {scene.key} is left out: {'it' if completion.area is None else 'an area of it'} was complete on "
        f"{completion.time[:10]}, before the project had {', '.join(missing)}"
    )
