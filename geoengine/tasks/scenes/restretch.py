"""New stretch for a scene: the map and the detector read it through the same one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.open_scene import open_scene
from geoengine.tasks.scenes.originals import refuse_changed, source_state
from tiling.display.statistics import RasterStatistics, compute_statistics
from tiling.display.stretch import choose_stretch
from tiling.display.undeclared_fill import find_undeclared_fill

log = logging.getLogger(__name__)


def restretch(
    project: Project,
    store: Store,
    scene: Scene,
    *,
    bands: str | None = None,
    limits: str | None = None,
    gamma: float | None = None,
    colormap: str | None = None,
    fill: bool | None = None,
) -> Scene:
    """Choose and record the stretch of a scene; what is None is chosen as when the scene was registered.

    Proposals that were made through the old one stay as they are.

    Args:
        project: the project.
        store: its store.
        scene: which scene.
        bands: as for `tiling.display.stretch.choose_stretch`, like the others.
        limits: which values become black and white.
        gamma: above 1 brightens the middle.
        colormap: for one band or an index.
        fill: measure the raster anew, with a value that fills its border left out where it is not declared as nodata
            (True), or with all of it (False); None to keep what was measured.

    Raises:
        StretchError: The scene cannot be shown so; one sentence says what it has.
        ChangedSourceError: The scene's raster is another one than was registered.
        RasterReadError: A scene without statistics, and its file is missing or damaged.
        StoreError: The database could not be written.
    """
    state = source_state(project, scene)
    if (
        state.is_replaced
    ):  # what was measured is of another raster; one that is not there at the moment may come back
        refuse_changed(scene.key, state)
    statistics, names = _measured(project, scene, fill)
    stretch = choose_stretch(
        statistics,
        names,
        scene.metadata.wavelengths_nm,
        bands=bands,
        limits=limits,
        gamma=gamma,
        colormap=colormap,
    )
    log.info("%s is shown through %s", scene.key, stretch)
    return store.set_stretch(scene.id, stretch, None if fill is None else statistics)


def _measured(project: Project, scene: Scene, fill: bool | None) -> tuple[RasterStatistics, Sequence[str]]:
    """Statistics and band names: the recorded ones, or, in a scene of an older version, the raster's own."""
    statistics, names = scene.statistics, scene.metadata.band_names
    if statistics is not None and names and fill is None:
        return statistics, names
    with open_scene(project, scene) as raster:
        if statistics is None or fill is not None:
            bits = raster.bits if statistics is None else statistics.bits
            found = find_undeclared_fill(raster) if fill else None
            statistics = replace(compute_statistics(raster, fill=found), bits=bits)
        return statistics, names or raster.band_names
