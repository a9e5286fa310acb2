"""Opening of registered scenes: the one place that asks whether the raster is still the one that was registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.tasks.scenes.originals import recorded_state, refuse_changed
from tiling.access.source import RasterSource
from tiling.raster.raster import Raster, open_raster


def open_scene(project: Project, scene: Scene) -> Raster:
    """Open a scene's raster, to read pixels from which something is made that is kept.

    Raises:
        ChangedSourceError: It is gone, or another one than was registered.
        RasterReadError: It cannot be opened.
    """
    return open_recorded(project, scene.key, scene.uri, scene.reading)


def open_recorded(project: Project, key: str, uri: str, reading: Mapping[str, Any]) -> Raster:
    """Open the raster that a scene's record names, also where the rest of the record is damaged.

    Raises:
        ChangedSourceError: As `open_scene`, like the other.
        RasterReadError: It cannot be opened.
    """
    refuse_changed(key, recorded_state(project, uri, reading))
    return open_raster(RasterSource.from_json(project.resolve(uri), reading), project.read_policy)
